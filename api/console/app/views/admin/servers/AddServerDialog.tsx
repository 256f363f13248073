import type { ExaminationView } from '@star-graph/contract/admin/backends';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useCallback, useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { Found } from './Examination.tsx';
import { emptyServer, type ServerDraft, ServerFields, toCredentials, toLabels } from './ServerFields.tsx';
import { texts } from './texts.ts';

interface Props {
  open: boolean;
  onClose(): void;
  onAdded(): void;
}

/** A server can be looked at before it is in the pool: what it lacks is said here, not by a task that fails. */
export function AddServerDialog({ open, onClose, onAdded }: Props) {
  const [url, setUrl] = useState('');
  const [draft, setDraft] = useState<ServerDraft>(emptyServer);
  const [found, setFound] = useState<ExaminationView>();
  const add = useCallback(async () => {
    const { name, weight, labels } = draft;
    const added = await api.adminCreateBackend({
      body: {
        url: url.trim(),
        ...(name.trim() && { name: name.trim() }),
        ...(weight !== undefined && { weight }),
        labels: toLabels(labels),
        ...credentialsOf(draft),
      },
    });
    showToast({ tone: 'good', text: texts.added(added.name) });
    setUrl('');
    setDraft(emptyServer);
    setFound(undefined);
    onAdded();
    onClose();
  }, [url, draft, onAdded, onClose]);
  const adding = usePost(add);
  const examining = usePost(async () => {
    setFound(undefined);
    setFound(await api.adminExamineServer({ body: { url: url.trim(), ...credentialsOf(draft) } }));
  });
  const error = adding.error ?? examining.error;
  return (
    <Dialog open={open} onClose={onClose} title={texts.add} description={texts.addIntro} persistent>
      <form
        class="admin-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void adding.post();
        }}
      >
        <Field label={texts.address} error={fieldProblems(error).url} required>
          <TextField type="url" value={url} onChange={setUrl} placeholder="http://gpu1:8188" />
        </Field>
        <ServerFields
          draft={draft}
          error={error}
          mayKeep={false}
          onChange={(change) => setDraft((last) => ({ ...last, ...change }))}
        />
        {found && <Found found={found} />}
        <PostFailure error={error} fields={['url', 'name', 'weight', 'labels', 'credentials']} />
        <div class="admin-row">
          <Button busy={examining.isBusy} onClick={() => void examining.post()}>
            {texts.lookFirst}
          </Button>
          <Button type="submit" look="primary" busy={adding.isBusy}>
            {texts.add}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function credentialsOf(draft: ServerDraft) {
  const credentials = toCredentials(draft);
  return credentials ? { credentials } : {};
}
