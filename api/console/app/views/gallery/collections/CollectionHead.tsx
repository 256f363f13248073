import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { pathTo } from '@star-graph/workflows/shared/collectionTree';
import { Ellipsis, FolderInput, FolderPlus, Pencil, Trash2 } from 'lucide';
import { useCallback, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { sayProblem } from '../changes.ts';
import { Folders, MoveDialog } from './Folders.tsx';
import { type Place, useCollectionDrop } from './moves.ts';
import { NameDialog } from './NameDialog.tsx';
import { readCollections } from './readCollections.ts';
import { texts } from './texts.ts';

/** Where the open collection lies, what is done with it as a whole, and the collections in it. */
export function CollectionHead({ id }: { id: string }) {
  const { route } = useLocation();
  const collections = useResource(readCollections, []);
  const [asks, setAsks] = useState<'name' | 'new' | 'place' | 'deletion'>();
  const all = collections.value ?? [];
  const path = pathTo(all, id);
  const open = path.at(-1);
  const { name = '', version = 1 } = open ?? {};
  const place = { all, onChange: collections.reload };
  const rename = useCallback(
    async (next: string) => {
      await api.renameCollection({ params: { id }, body: { name: next, version } });
      collections.reload();
    },
    [id, version],
  );
  const create = useCallback(
    async (next: string) => {
      await api.createCollection({ body: { name: next, parentId: id } });
      collections.reload();
    },
    [id],
  );
  const { post, isBusy } = usePost(async () => {
    await api.deleteCollection({ params: { id } }).catch(sayProblem);
    route(path.length > 1 ? `/collections/${path.at(-2)?.id}` : '/collections', true);
  });
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
      <Menu
        label={texts.more}
        placement="bottom-end"
        trigger={(attributes) => <IconButton {...attributes} icon={Ellipsis} label={texts.more} />}
        items={[
          { id: 'new', label: texts.createInside, icon: FolderPlus, onSelect: () => setAsks('new') },
          { id: 'rename', label: texts.rename, icon: Pencil, onSelect: () => setAsks('name') },
          { id: 'move', label: texts.move, icon: FolderInput, onSelect: () => setAsks('place') },
          {
            id: 'delete',
            label: texts.delete,
            icon: Trash2,
            danger: true,
            onSelect: () => setAsks('deletion'),
          },
        ]}
      />
      {all.some(({ parentId }) => parentId === id) && (
        <div class="collection-inside">
          <Folders {...place} parentId={id} />
        </div>
      )}
      <NameDialog open={asks === 'name'} title={texts.rename} name={name} onClose={close} onSave={rename} />
      <NameDialog open={asks === 'new'} title={texts.createInside} onClose={close} onSave={create} />
      <MoveDialog place={place} moved={asks === 'place' ? open : undefined} onClose={close} />
      <ConfirmDialog
        open={asks === 'deletion'}
        title={texts.deleteTitle}
        confirmLabel={texts.delete}
        danger
        busy={isBusy}
        onClose={close}
        onConfirm={() => void post()}
      >
        {texts.deleteHelp}
      </ConfirmDialog>
    </>
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
