import { useCallback, useState } from 'preact/hooks';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Dialog } from '../../../../../ui/overlays/Dialog.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { usePost } from '../../../data/usePost.ts';
import { PostFailure } from '../../../problems/PostFailure.tsx';
import { fieldProblems } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

interface Props {
  open: boolean;
  onClose(): void;
  onAdded(): void;
}

export function AddServerDialog({ open, onClose, onAdded }: Props) {
  const [url, setUrl] = useState('');
  const [name, setName] = useState('');
  const add = useCallback(async () => {
    const added = await api.adminCreateBackend({
      body: { url: url.trim(), ...(name.trim() && { name: name.trim() }) },
    });
    showToast({ tone: 'good', text: texts.added(added.name) });
    setUrl('');
    setName('');
    onAdded();
    onClose();
  }, [url, name, onAdded, onClose]);
  const { post, isBusy, error } = usePost(add);
  const problems = fieldProblems(error);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={texts.add}
      description={texts.addIntro}
      size="small"
      persistent
    >
      <form
        class="admin-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void post();
        }}
      >
        <Field label={texts.address} error={problems.url} required>
          <TextField type="url" value={url} onChange={setUrl} placeholder="http://gpu1:8188" />
        </Field>
        <Field label={texts.name} hint={texts.nameHint} error={problems.name}>
          <TextField value={name} onChange={setName} maxLength={64} />
        </Field>
        <PostFailure error={error} fields={['url', 'name']} />
        <Button type="submit" look="primary" wide busy={isBusy}>
          {texts.add}
        </Button>
      </form>
    </Dialog>
  );
}
