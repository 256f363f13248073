import type { CollectionView } from '@star-graph/contract/assets/collections';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { pathTo } from '@star-graph/workflows/shared/collectionTree';
import { Ellipsis, FolderInput, FolderPlus, type IconNode, LogOut, Pencil, Trash2, Users } from 'lucide';
import { useCallback, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { isInDiscord } from '../../../activity/inDiscord.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api, session } from '../../../session/session.ts';
import { sayProblem } from '../changes.ts';
import { Folders, MoveDialog } from './Folders.tsx';
import { type Place, useCollectionDrop } from './moves.ts';
import { NameDialog } from './NameDialog.tsx';
import { PeopleDialog } from './PeopleDialog.tsx';
import { readCollections } from './readCollections.ts';
import { sharingTexts } from './sharingTexts.ts';
import { texts } from './texts.ts';

/** `end`: its owner deletes it, and anybody else leaves. */
type Asked = 'name' | 'new' | 'place' | 'people' | 'end';

interface CollectionHeadProps {
  id: string;
  /** Where others are in it. */
  collection?: CollectionView;
  onChange?(): void;
  /** Absent: its own dialog opens. */
  onShare?(): void;
}

/** Where the open collection lies, what is done with it as a whole, and the collections in it. */
export function CollectionHead({ id, collection, onChange, onShare }: CollectionHeadProps) {
  const { route } = useLocation();
  const collections = useResource(readCollections, []);
  const [asks, setAsks] = useState<Asked>();
  const all = collections.value ?? [];
  const path = pathTo(all, id);
  const own = path.at(-1);
  const { name = '', version = 1, role = 'owner', isByGroup = false } = own ?? collection ?? {};
  const isOwner = role === 'owner';
  const place = { all, onChange: collections.reload };
  const rename = useCallback(
    async (next: string) => {
      await api.renameCollection({ params: { id }, body: { name: next, version } });
      collections.reload();
      onChange?.();
    },
    [id, version, onChange],
  );
  const create = useCallback(
    async (next: string) => {
      await api.createCollection({ body: { name: next, parentId: id } });
      collections.reload();
    },
    [id],
  );
  const close = () => setAsks(undefined);
  return (
    <>
      <nav class="collection-path" aria-label={texts.path}>
        <Crumb place={place} id={null} name={texts.title} />
        {path.slice(0, -1).map((step) => (
          <Crumb key={step.id} place={place} id={step.id} name={step.name} />
        ))}
        <h1 class="gallery-title gallery-name" dir="auto">
          {name}
        </h1>
      </nav>
      <CollectionMenu
        role={role}
        isByGroup={isByGroup}
        onChoose={(asked) => (asked === 'people' && onShare ? onShare() : setAsks(asked))}
      />
      {all.some(({ parentId }) => parentId === id) && (
        <div class="collection-inside">
          <Folders {...place} parentId={id} />
        </div>
      )}
      <NameDialog open={asks === 'name'} title={texts.rename} name={name} onClose={close} onSave={rename} />
      <NameDialog open={asks === 'new'} title={texts.createInside} onClose={close} onSave={create} />
      <MoveDialog place={place} moved={asks === 'place' ? own : undefined} onClose={close} />
      <EndDialog
        id={id}
        isOwner={isOwner}
        open={asks === 'end'}
        onClose={close}
        onEnded={() => route(path.length > 1 ? `/collections/${path.at(-2)?.id}` : '/collections', true)}
      />
      {own && !onShare && (
        <PeopleDialog collection={own} open={asks === 'people'} onClose={close} onChange={() => {}} />
      )}
    </>
  );
}

interface CollectionMenuProps extends Pick<CollectionView, 'role' | 'isByGroup'> {
  onChoose(asked: Asked): void;
}

function CollectionMenu({ role, isByGroup, onChoose }: CollectionMenuProps) {
  const isOwner = role === 'owner';
  const item = (id: Asked, label: string, icon: IconNode) => ({
    id,
    label,
    icon,
    onSelect: () => onChoose(id),
  });
  // A group is not left here, and who only looks has nothing else to do.
  if (isByGroup && role !== 'edit') return null;
  return (
    <Menu
      label={texts.more}
      placement="bottom-end"
      trigger={(attributes) => <IconButton {...attributes} icon={Ellipsis} label={texts.more} />}
      items={[
        isOwner && !isInDiscord && item('people', sharingTexts.share, Users),
        isOwner && item('new', texts.createInside, FolderPlus),
        (isOwner || role === 'edit') && item('name', texts.rename, Pencil),
        isOwner && item('place', texts.move, FolderInput),
        !isByGroup && {
          ...(isOwner ? item('end', texts.delete, Trash2) : item('end', sharingTexts.leave, LogOut)),
          danger: true,
        },
      ]}
    />
  );
}

interface EndDialogProps {
  id: string;
  isOwner: boolean;
  open: boolean;
  onClose(): void;
  onEnded(): void;
}

function EndDialog({ id, isOwner, open, onClose, onEnded }: EndDialogProps) {
  const { post, isBusy } = usePost(async () => {
    try {
      if (isOwner) await api.deleteCollection({ params: { id } });
      else if (session.value.state === 'signedIn')
        await api.removeCollectionMember({ params: { id, userId: session.value.profile.id } });
    } catch (error) {
      sayProblem(error);
    }
    onEnded();
  });
  const act = isOwner ? texts.delete : sharingTexts.leave;
  return (
    <ConfirmDialog
      open={open}
      title={isOwner ? texts.deleteTitle : sharingTexts.leaveTitle}
      confirmLabel={act}
      danger
      busy={isBusy}
      onClose={onClose}
      onConfirm={() => void post()}
    >
      {isOwner ? texts.deleteHelp : sharingTexts.leaveHelp}
    </ConfirmDialog>
  );
}

/** A place above the open one: what is dropped on it moves there. */
function Crumb({ place, id, name }: { place: Place; id: string | null; name: string }) {
  return (
    <>
      <a
        class="collection-crumb"
        dir="auto"
        href={id === null ? '/collections' : `/collections/${id}`}
        {...useCollectionDrop(place, id)}
      >
        {name}
      </a>
      <span class="collection-step" aria-hidden="true">
        /
      </span>
    </>
  );
}
