import { useCallback, useState } from 'preact/hooks';
import type { AdminUserView } from '../../../../../contract/admin/adminUsers.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Segmented } from '../../../../../ui/controls/Segmented.tsx';
import { Stars } from '../../../../../ui/feedback/Stars.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { Facts } from '../../../../../ui/layout/Card.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { Drawer } from '../../../../../ui/overlays/Drawer.tsx';
import { formatExact } from '../../../../../ui/texts/formats.ts';
import { usePost } from '../../../data/usePost.ts';
import { PostFailure } from '../../../problems/PostFailure.tsx';
import { api, isAdmin } from '../../../session/session.ts';
import { CreditsForm } from './CreditsForm.tsx';
import { nameOf } from './find/personNames.ts';
import { nameRole, texts } from './texts.ts';

interface Props {
  person: AdminUserView | undefined;
  onClose(): void;
  onChanged(person: AdminUserView): void;
}

/** One person: who they are, their credits, their role, and whether they may come in. */
export function PersonDrawer({ person, onClose, onChanged }: Props) {
  return (
    <Drawer
      open={person !== undefined}
      onClose={onClose}
      title={<span dir="auto">{person ? nameOf(person) : ''}</span>}
    >
      {person && <Person key={person.id} person={person} onChanged={onChanged} />}
    </Drawer>
  );
}

function Person({ person, onChanged }: Pick<Props, 'onChanged'> & { person: AdminUserView }) {
  const [isAsking, setAsking] = useState(false);
  const patch = useCallback(
    async (body: { role?: AdminUserView['role']; disabled?: boolean }) => {
      onChanged(await api.adminPatchUser({ params: { id: person.id }, body }));
      setAsking(false);
    },
    [person.id, onChanged],
  );
  const { post, isBusy, error } = usePost(patch);
  const isBlocked = person.disabledAt !== undefined;
  return (
    <div class="admin-stack">
      <Facts
        facts={[
          [texts.credits, <Stars key="available" amount={person.balance.available} />],
          [
            texts.held,
            person.balance.held > 0 ? <Stars key="held" amount={person.balance.held} /> : undefined,
          ],
          [texts.email, person.email],
          [texts.secondFactor, person.secondFactor ? texts.yes : texts.no],
          [texts.since, formatExact(person.createdAt)],
          [
            texts.identities,
            person.identities
              .map(({ provider, displayName, subject }) => `${provider}: ${displayName ?? subject}`)
              .join(', '),
          ],
          ['ID', person.id],
        ]}
      />
      {isAdmin() && (
        <Field label={texts.role}>
          <Segmented
            wide
            options={(['user', 'moderator', 'admin'] as const).map((value) => ({
              value,
              label: nameRole(value),
            }))}
            value={person.role}
            onChange={(role) => void post({ role })}
          />
        </Field>
      )}
      {isAdmin() && (
        <CreditsForm
          person={person}
          onChanged={(balance) => onChanged({ ...person, balance: { ...person.balance, ...balance } })}
        />
      )}
      <PostFailure error={error} />
      <div class="admin-row">
        {isBlocked ? (
          <Button busy={isBusy} onClick={() => void post({ disabled: false })}>
            {texts.unblock}
          </Button>
        ) : (
          <Button look="danger" onClick={() => setAsking(true)}>
            {texts.block}
          </Button>
        )}
      </div>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void post({ disabled: true })}
        title={texts.blockTitle(nameOf(person))}
        confirmLabel={texts.block}
        danger
        busy={isBusy}
      >
        {texts.blockWords}
      </ConfirmDialog>
    </div>
  );
}
