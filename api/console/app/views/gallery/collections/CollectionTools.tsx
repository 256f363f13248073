import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import type { CollectionView } from '@star-graph/contract/assets/collections';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { FolderMinus, FolderPlus, Plus } from 'lucide';
import { useCallback, useState } from 'preact/hooks';
import { api } from '../../../session/session.ts';
import { namePerson } from '../../explore/texts.ts';
import { type ChangeItems, sayProblem } from '../changes.ts';
import { putBack } from '../putBack.ts';
import { namePath } from './moves.ts';
import { NameDialog } from './NameDialog.tsx';
import { addToCollection, readCollections, readJoined, takeFromCollection } from './readCollections.ts';
import { texts } from './texts.ts';

interface CollectionToolsProps {
  chosen: readonly ListedAssetView[];
  /** The one that is open. */
  collection: string | undefined;
  change: ChangeItems;
}

/** What is chosen goes into a collection, or out of the one that is open. */
export function CollectionTools({ chosen, collection, change }: CollectionToolsProps) {
  const [known, setKnown] = useState<readonly CollectionView[]>([]);
  const [isNaming, setNaming] = useState(false);
  const ids = chosen.map(({ id }) => id);
  const load = () =>
    void Promise.all([readCollections(), readJoined()]).then(
      ([own, joined]) => setKnown([...own, ...joined.filter(({ role }) => role !== 'see')]),
      sayProblem,
    );
  const add = async (id: string, name: string) => {
    await addToCollection(id, ids);
    showToast({ tone: 'good', text: texts.added(name) });
  };
  const addToNew = useCallback(
    async (name: string) => {
      const { id } = await api.createCollection({ body: { name } });
      await add(id, name);
    },
    [ids.join()],
  );
  return (
    <>
      {collection !== undefined && (
        <IconButton
          icon={FolderMinus}
          label={texts.takeOut}
          disabled={ids.length === 0}
          onClick={() => void takeOut(collection, chosen, change)}
        />
      )}
      <Menu
        label={texts.add}
        placement="top-start"
        trigger={(attributes) => (
          <IconButton
            {...attributes}
            icon={FolderPlus}
            label={texts.add}
            disabled={ids.length === 0}
            onPointerEnter={load}
            onFocus={load}
          />
        )}
        items={[
          { id: 'new', label: texts.create, icon: Plus, onSelect: () => setNaming(true) },
          known.length > 0 && 'line',
          ...known
            .filter(({ id }) => id !== collection)
            .map(({ id, name, owner }) => ({
              id,
              label: namePath(known, id),
              ...(owner && { hint: namePerson(owner) }),
              onSelect: () => void add(id, name).catch(sayProblem),
            })),
        ]}
      />
      <NameDialog open={isNaming} title={texts.create} onClose={() => setNaming(false)} onSave={addToNew} />
    </>
  );
}

/** Gone from the list at once; the pictures themselves stay. */
async function takeOut(
  collection: string,
  items: readonly ListedAssetView[],
  change: ChangeItems,
): Promise<void> {
  const ids = items.map(({ id }) => id);
  const gone = new Set(ids);
  let before: readonly ListedAssetView[] = [];
  const restore = () => change((last) => putBack(last, before, (id) => gone.has(id)));
  change((last) => {
    before = last;
    return last.filter(({ id }) => !gone.has(id));
  });
  try {
    await takeFromCollection(collection, ids);
  } catch (error) {
    restore();
    sayProblem(error);
    return;
  }
  const undo = () => addToCollection(collection, ids).then(restore, sayProblem);
  showToast({
    text: texts.takenOut(ids.length),
    action: { label: texts.undo, onAction: () => void undo() },
  });
}
