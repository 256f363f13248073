import type { AdminUserView } from '@star-graph/contract/admin/adminUsers';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { nameOf } from './personNames.ts';
import { texts } from './texts.ts';

interface Props {
  person: AdminUserView;
  onClose(): void;
  onChanged(person: AdminUserView): void;
}

/** Keeps somebody out, or lets them in again, for a reason that the audit keeps. */
export function BlockDialog({ person, onClose, onChanged }: Props) {
  const isBlocked = person.disabledAt !== undefined;
  const [reason, setReason] = useState('');
  const posting = usePost(async () => {
    const words = reason.trim();
    const body = { disabled: !isBlocked, ...(words && { reason: words }) };
    onChanged(await api.adminPatchUser({ params: { id: person.id }, body }));
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      size="small"
      title={isBlocked ? texts.unblockTitle(nameOf(person)) : texts.blockTitle(nameOf(person))}
      description={isBlocked ? texts.unblockWords : texts.blockWords}
    >
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={isBlocked ? texts.unblock : texts.block}
        fields={['reason']}
        wide
      >
        <Field label={texts.reason} hint={texts.auditHint} error={fieldProblems(posting.error).reason}>
          <TextField value={reason} maxLength={200} onChange={setReason} />
        </Field>
      </PostForm>
    </Dialog>
  );
}
