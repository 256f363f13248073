import type { AdminUserView } from '@star-graph/contract/admin/adminUsers';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { formatExact } from '@star-graph/ui/texts/formats';
import { ScrollText } from 'lucide';
import { useState } from 'preact/hooks';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api, isAdmin } from '../../../session/session.ts';
import { CreditsForm } from './CreditsForm.tsx';
import { GroupsCard } from './GroupsCard.tsx';
import { NotesCard } from './NotesCard.tsx';
import { nameOf } from './personNames.ts';
import { QuotasCard } from './QuotasCard.tsx';
import { SessionsCard } from './SessionsCard.tsx';
import { nameRole, texts } from './texts.ts';
import { WayInCard } from './WayInCard.tsx';

interface Props {
  person: AdminUserView | undefined;
  onClose(): void;
  onChanged(person: AdminUserView): void;
}

/** One person: who they are, what they have and may, and where they are signed in. */
export const PersonDrawer = ({ person, onClose, onChanged }: Props) => (
  <Drawer
    open={person !== undefined}
    onClose={onClose}
    title={<span dir="auto">{person ? nameOf(person) : ''}</span>}
  >
    {person && <Person key={person.id} person={person} onChanged={onChanged} />}
  </Drawer>
);

/** A moderator reaches users only, which the API holds. */
const reaches = ({ role }: AdminUserView): boolean => isAdmin() || role === 'user';

function Person({ person, onChanged }: Pick<Props, 'onChanged'> & { person: AdminUserView }) {
  const [isBlocking, setBlocking] = useState(false);
  const isBlocked = person.disabledAt !== undefined;
  return (
    <div class="admin-stack">
      <PersonFacts person={person} />
      <div class="admin-row">
        {reaches(person) && (
          <Button look={isBlocked ? 'secondary' : 'danger'} onClick={() => setBlocking(true)}>
            {isBlocked ? texts.unblock : texts.block}
          </Button>
        )}
        {isAdmin() && (
          <LinkButton look="quiet" icon={ScrollText} href={`/admin/audit?target=user:${person.id}`}>
            {texts.audit}
          </LinkButton>
        )}
      </div>
      {isAdmin() && <RoleField person={person} onChanged={onChanged} />}
      {isAdmin() && (
        <CreditsForm
          person={person}
          onChanged={(balance) => onChanged({ ...person, balance: { ...person.balance, ...balance } })}
        />
      )}
      {isAdmin() && <QuotasCard id={person.id} />}
      {isAdmin() && <GroupsCard id={person.id} />}
      {reaches(person) && (
        <>
          <SessionsCard key={`sessions ${isBlocked}`} id={person.id} name={nameOf(person)} />
          <WayInCard person={person} onChanged={onChanged} />
          <NotesCard id={person.id} />
        </>
      )}
      {isBlocking && <BlockDialog person={person} onClose={() => setBlocking(false)} onChanged={onChanged} />}
    </div>
  );
}

const PersonFacts = ({ person }: { person: AdminUserView }) => (
  <Facts
    facts={[
      [
        texts.state,
        person.disabledAt && (
          <span key="blocked" class="admin-row">
            <Chip tone="bad">{texts.blocked}</Chip> {formatExact(person.disabledAt)}
          </span>
        ),
      ],
      [texts.credits, <Stars key="available" amount={person.balance.available} />],
      [texts.debt, person.balance.debt > 0 ? <Stars key="debt" amount={person.balance.debt} /> : undefined],
      [texts.held, person.balance.held > 0 ? <Stars key="held" amount={person.balance.held} /> : undefined],
      [texts.openTasks, person.openTasks > 0 ? person.openTasks : undefined],
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
);

interface RoleChange {
  person: AdminUserView;
  role: AdminUserView['role'];
}

function RoleField({ person, onChanged }: Pick<Props, 'onChanged'> & { person: AdminUserView }) {
  const asked = useAsked(async ({ person: { id }, role }: RoleChange) =>
    onChanged(await api.adminPatchUser({ params: { id }, body: { role } })),
  );
  return (
    <Field label={texts.role}>
      <Segmented
        wide
        options={(['user', 'moderator', 'admin'] as const).map((value) => ({
          value,
          label: nameRole(value),
        }))}
        value={person.role}
        onChange={(role) => role !== person.role && asked.ask({ person, role })}
      />
      <PostFailure error={asked.error} />
      <AskDialog
        asked={asked}
        title={({ role }) => texts.roleTitle(nameOf(person), nameRole(role))}
        confirmLabel={texts.changeRole}
      >
        {() => texts.roleWords}
      </AskDialog>
    </Field>
  );
}

interface BlockDialogProps {
  person: AdminUserView;
  onClose(): void;
  onChanged(person: AdminUserView): void;
}

/** Keeps somebody out, or lets them in again, for a reason that the audit keeps. */
function BlockDialog({ person, onClose, onChanged }: BlockDialogProps) {
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
