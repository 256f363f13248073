import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useState } from 'preact/hooks';
import { PostForm } from '../../data/PostForm.tsx';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { InstantField } from './InstantField.tsx';
import { problemsBelow } from './problemsBelow.ts';
import { texts } from './texts.ts';

interface Props {
  open: boolean;
  onClose(): void;
  onAdded(): void;
}

export function NewAnnouncement({ open, onClose, onAdded }: Props) {
  const [en, setEn] = useState('');
  const [zh, setZh] = useState('');
  const [until, setUntil] = useState<string>();
  const posting = usePost(async () => {
    const message = { en, 'zh-CN': zh };
    await api.adminCreateAnnouncement({ body: { message, ...(until && { expiresAt: until }) } });
    showToast({ tone: 'good', text: texts.announced });
    setEn('');
    setZh('');
    setUntil(undefined);
    onAdded();
    onClose();
  });
  const problems = problemsBelow(posting.error, 'message');
  return (
    <Dialog open={open} onClose={onClose} title={texts.add} description={texts.addWords} persistent>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.announce}
        fields={['message']}
        wide
      >
        <Field label={texts.english} error={problems.en} required>
          <TextArea value={en} onChange={setEn} maxLength={1_000} />
        </Field>
        <Field label={texts.chinese} error={problems['zh-CN']} required>
          <TextArea value={zh} onChange={setZh} maxLength={1_000} />
        </Field>
        <InstantField label={texts.until} hint={texts.untilHint} value={until} onChange={setUntil} />
      </PostForm>
    </Dialog>
  );
}
