import type { CollectionView } from '@star-graph/contract/assets/collections';
import type {
  CollectionMemberView,
  CollectionPeopleView,
  CollectionRoleView,
  SharedGroupView,
} from '@star-graph/contract/assets/sharedCollections';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { Link2, UserMinus, Users } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { describeProblem } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { namePerson } from '../../explore/texts.ts';
import { sayProblem } from '../changes.ts';
import { copyLink, type Life, LifeField, LinkField, LinkLine, LinkList } from '../LinkParts.tsx';
import { nameRole, sharingTexts as texts } from './sharingTexts.ts';

interface PeopleDialogProps {
  collection: CollectionView;
  open: boolean;
  onClose(): void;
  /** Somebody was removed, so pictures may be gone. */
  onChange(): void;
}

/** Who is in a collection; its owner lets people in, by links, and says what each may do. */
export function PeopleDialog({ collection, open, onClose, onChange }: PeopleDialogProps) {
  const isOwner = collection.role === 'owner';
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={isOwner ? texts.share : texts.people}
      description={isOwner ? texts.shareHelp : undefined}
    >
      {open && <People key={collection.id} collection={collection} onChange={onChange} />}
    </Dialog>
  );
}

function People({ collection, onChange }: Pick<PeopleDialogProps, 'collection' | 'onChange'>) {
  const { id, role, isByGroup } = collection;
  const isOwner = role === 'owner';
  const people = useResource((signal) => api.listCollectionMembers({ params: { id } }, { signal }), [id]);
  const { value } = people;
  const put = (next: CollectionPeopleView) => {
    people.put(next);
    onChange();
  };
  const show = (showsPrompts: boolean) =>
    api.showCollectionPrompts({ params: { id }, body: { showsPrompts } }).then(put, sayProblem);
  return (
    <div class="share">
      {people.state === 'failed' && <LoadFailure error={people.error} onRetry={people.reload} />}
      {people.state === 'loading' && <SkeletonText lines={3} />}
      {value && (
        <>
          <ul class="people" aria-label={texts.people}>
            <li>
              <span class="sg-cut" dir="auto">
                {namePerson(value.owner)}
              </span>
              <span class="sg-quiet">{texts.owner}</span>
            </li>
            {value.groups.map((shared) => (
              <GroupLine key={shared.group.id} id={id} shared={shared} isOwner={isOwner} onChanged={put} />
            ))}
            {value.members.map((member) => (
              <MemberLine
                key={member.person.id}
                collectionId={id}
                member={member}
                isOwner={isOwner}
                onChanged={(next) => put(next ?? without(value, member))}
              />
            ))}
          </ul>
          {isOwner && <AddGroup id={id} shared={value.groups} onAdded={put} />}
          {isByGroup ? (
            <p class="sg-quiet people-by">{texts.byGroup}</p>
          ) : (
            <Switch
              spread
              label={texts.showsPrompts}
              hint={texts.showsPromptsHint}
              checked={value.showsPrompts}
              onChange={(checked) => void show(checked)}
            />
          )}
        </>
      )}
      {isOwner && <Links id={id} />}
    </div>
  );
}

const without = (people: CollectionPeopleView, { person }: CollectionMemberView): CollectionPeopleView => ({
  ...people,
  members: people.members.filter((one) => one.person.id !== person.id),
});

interface MemberLineProps {
  collectionId: string;
  member: CollectionMemberView;
  isOwner: boolean;
  /** @param people undefined: this one is out. */
  onChanged(people: CollectionPeopleView | undefined): void;
}

function MemberLine({ collectionId: id, member, isOwner, onChanged }: MemberLineProps) {
  const { person, role } = member;
  const params = { id, userId: person.id };
  const { post, isBusy } = usePost(async (act: () => Promise<CollectionPeopleView | undefined>) => {
    await act().then(onChanged, sayProblem);
  });
  const name = namePerson(person);
  return (
    <PartLine
      name={name}
      role={role}
      isOwner={isOwner}
      isBusy={isBusy}
      onRole={(next) => void post(() => api.setCollectionRole({ params, body: { role: next, was: role } }))}
      onRemove={() => void post(() => api.removeCollectionMember({ params }))}
    >
      <span class="sg-cut" dir="auto">
        {name}
      </span>
    </PartLine>
  );
}

interface GroupLineProps {
  id: string;
  shared: SharedGroupView;
  isOwner: boolean;
  onChanged(people: CollectionPeopleView): void;
}

function GroupLine({ id, shared: { group, role: was, people }, isOwner, onChanged }: GroupLineProps) {
  const params = { id, groupId: group.id };
  const { post, isBusy } = usePost(async (role: CollectionRoleView | null) => {
    await api.shareWithGroup({ params, body: { role, was } }).then(onChanged, sayProblem);
  });
  return (
    <PartLine
      name={group.name}
      role={was}
      isOwner={isOwner}
      isBusy={isBusy}
      onRole={(next) => void post(next)}
      onRemove={() => void post(null)}
    >
      <span class="people-group">
        <Icon icon={Users} />
        <span>
          <span class="sg-cut" dir="auto">
            {group.name}
          </span>
          <span class="sg-quiet">{texts.peopleCount(people)}</span>
        </span>
      </span>
    </PartLine>
  );
}

interface PartLineProps {
  name: string;
  role: CollectionRoleView;
  isOwner: boolean;
  isBusy: boolean;
  onRole(role: CollectionRoleView): void;
  onRemove(): void;
  children: ComponentChildren;
}

/** Somebody, or a group, and what they may do; the owner changes it. */
function PartLine({ name, role, isOwner, isBusy, onRole, onRemove, children }: PartLineProps) {
  return (
    <li>
      {children}
      {isOwner ? (
        <>
          <div class="people-role">
            <Select
              label={texts.roleOf(name)}
              options={roleOptions()}
              value={role}
              disabled={isBusy}
              onChange={onRole}
            />
          </div>
          <IconButton icon={UserMinus} label={texts.removeNamed(name)} disabled={isBusy} onClick={onRemove} />
        </>
      ) : (
        <span class="sg-quiet">{nameRole(role)}</span>
      )}
    </li>
  );
}

interface AddGroupProps {
  id: string;
  shared: readonly SharedGroupView[];
  onAdded(people: CollectionPeopleView): void;
}

/** The owner's own groups that it is not shared with yet. */
function AddGroup({ id, shared, onAdded }: AddGroupProps) {
  const own = useResource((signal) => api.listGroups({}, { signal }), []);
  const left = (own.value?.groups ?? []).filter((one) => shared.every(({ group }) => group.id !== one.id));
  const { post, isBusy } = usePost(async (groupId: string) => {
    const body = { role: 'see', was: null } as const;
    await api.shareWithGroup({ params: { id, groupId }, body }).then(onAdded, sayProblem);
  });
  if (own.state === 'failed') return <p class="share-error">{describeProblem(own.error)}</p>;
  if (left.length === 0) return null;
  return (
    <div class="people-add">
      <Menu
        label={texts.addGroup}
        placement="bottom-start"
        trigger={(attributes) => (
          <Button {...attributes} icon={Users} size="small" busy={isBusy}>
            {texts.addGroup}
          </Button>
        )}
        items={left.map((group) => ({
          id: group.id,
          label: group.name,
          icon: Users,
          onSelect: () => void post(group.id),
        }))}
      />
      <span class="sg-quiet">{texts.groupsHelp}</span>
    </div>
  );
}

const roles: readonly CollectionRoleView[] = ['see', 'add', 'edit'];
const roleOptions = () => roles.map((value) => ({ value, label: nameRole(value) }));

type Uses = '1' | '10' | '100';

function Links({ id }: { id: string }) {
  const links = useResource(
    async (signal) => (await api.listCollectionLinks({ params: { id } }, { signal })).links,
    [id],
  );
  const [role, setRole] = useState<CollectionRoleView>('add');
  const [life, setLife] = useState<Life>('168');
  const [uses, setUses] = useState<Uses>('10');
  const [url, setUrl] = useState<string>();
  const { post, isBusy, error } = usePost(async () => {
    const body = { role, uses: Number(uses), expiresInHours: Number(life) };
    const { url: made, ...link } = await api.createCollectionLink({ params: { id }, body });
    setUrl(made);
    links.put([link, ...(links.value ?? [])]);
    copyLink(made);
  });
  return (
    <>
      <h3 class="share-title">{texts.invite}</h3>
      <Field label={texts.mayDo}>
        <Segmented wide value={role} onChange={setRole} options={roleOptions()} />
      </Field>
      <LifeField value={life} onChange={setLife} />
      <Field label={texts.letsIn}>
        <Segmented
          wide
          value={uses}
          onChange={setUses}
          options={(['1', '10', '100'] as const).map((value) => ({
            value,
            label: texts.personCount(Number(value)),
          }))}
        />
      </Field>
      <LinkField url={url} />
      {error !== undefined && (
        <p class="share-error" role="alert">
          {describeProblem(error)}
        </p>
      )}
      <Button look="primary" icon={Link2} wide busy={isBusy} onClick={() => void post()}>
        {texts.makeLink}
      </Button>
      {links.state === 'failed' && <p class="share-error">{describeProblem(links.error)}</p>}
      {links.value !== undefined && links.value.length > 0 && (
        <LinkList>
          {links.value.map((link) => (
            <LinkLine
              key={link.id}
              expiresAt={link.expiresAt}
              onWithdraw={async () => {
                await api.withdrawCollectionLink({ params: { id: link.id } });
                setUrl(undefined);
                links.put((links.value ?? []).filter((one) => one.id !== link.id));
              }}
            >
              <span class="sg-quiet"> · {texts.linkState(nameRole(link.role), link.used, link.uses)}</span>
            </LinkLine>
          ))}
        </LinkList>
      )}
    </>
  );
}
