import { LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { ArrowLeft, Ellipsis, Pencil, Trash2 } from 'lucide';
import { useCallback, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { sayProblem } from '../changes.ts';
import { NameDialog } from './NameDialog.tsx';
import { texts } from './texts.ts';

/** The name of the collection that is open, and what is done with it as a whole. */
export function CollectionHead({ id }: { id: string }) {
  const { route } = useLocation();
  const collection = useResource((signal) => api.getCollection({ params: { id } }, { signal }), [id]);
  const [asks, setAsks] = useState<'name' | 'deletion'>();
  const { name = '', version = 1 } = collection.value ?? {};
  const rename = useCallback(
    async (next: string) =>
      collection.put(await api.renameCollection({ params: { id }, body: { name: next, version } })),
    [id, version],
  );
  const { post, isBusy } = usePost(async () => {
    await api.deleteCollection({ params: { id } }).catch(sayProblem);
    route('/collections', true);
  });
  const close = () => setAsks(undefined);
  return (
    <>
      <LinkButton look="quiet" icon={ArrowLeft} href="/collections">
        {texts.title}
      </LinkButton>
      <h1 class="gallery-title gallery-name" dir="auto">
        {name}
      </h1>
      <Menu
        label={texts.more}
        placement="bottom-end"
        trigger={(attributes) => <IconButton {...attributes} icon={Ellipsis} label={texts.more} />}
        items={[
          { id: 'rename', label: texts.rename, icon: Pencil, onSelect: () => setAsks('name') },
          {
            id: 'delete',
            label: texts.delete,
            icon: Trash2,
            danger: true,
            onSelect: () => setAsks('deletion'),
          },
        ]}
      />
      <NameDialog open={asks === 'name'} title={texts.rename} name={name} onClose={close} onSave={rename} />
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
