import type { SharedAssetView } from '@star-graph/contract/assets/sharedCollections';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { FolderMinus, X } from 'lucide';
import { useState } from 'preact/hooks';
import { usePost } from '../../../data/usePost.ts';
import { MediaTile } from '../../explore/SeenMedia.tsx';
import { namePerson } from '../../explore/texts.ts';
import { sayProblem } from '../changes.ts';
import { TileCheck, useChoosing } from '../grid/TileCheck.tsx';
import type { Selection } from '../grid/useSelection.ts';
import { texts as galleryTexts } from '../texts.ts';
import { addToCollection, takeFromCollection } from './readCollections.ts';
import { sharingTexts } from './sharingTexts.ts';
import { texts } from './texts.ts';
import '../grid/selection.css';

interface SharedTileProps {
  item: SharedAssetView;
  href: string;
  /** Undefined: this person may not take it out, so there is nothing to choose it for. */
  selection: Selection | undefined;
  isSelecting: boolean;
}

/** A picture in a shared collection: chosen by its corner, by shift, and by a finger that stays. */
export function SharedTile({ item, href, selection, isSelecting }: SharedTileProps) {
  const { id, person, prompt } = item;
  const name = prompt ?? `${sharingTexts.picture}, ${namePerson(person)}`;
  const toggle = (reaches: boolean) => selection?.toggle(id, reaches);
  const { link } = useChoosing({ isSelecting, onToggle: toggle });
  const isSelected = selection?.ids.has(id) === true;
  return (
    <MediaTile
      asset={item}
      person={person}
      name={name}
      href={href}
      link={selection && link}
      isSelected={isSelected}
      beside={selection && <TileCheck name={name} isSelected={isSelected} onToggle={toggle} />}
    />
  );
}

interface SharedSelectionBarProps {
  collectionId: string;
  chosen: readonly SharedAssetView[];
  selection: Selection;
  onSelectAll(): void;
  isSelecting: boolean;
  onTakenOut(ids: readonly string[]): void;
  onPutBack(): void;
}

/** What can be done with those that are chosen: they are taken out together. */
export function SharedSelectionBar(props: SharedSelectionBarProps) {
  const { collectionId: id, chosen, selection, onTakenOut, onPutBack } = props;
  const [isAsking, setAsking] = useState(false);
  const own = chosen.filter(({ isOwn }) => isOwn).map((one) => one.id);
  const { post, isBusy } = usePost(async () => {
    const ids = chosen.map((one) => one.id);
    try {
      await takeFromCollection(id, ids);
    } catch (error) {
      sayProblem(error);
      return;
    }
    setAsking(false);
    selection.clear();
    onTakenOut(ids);
    const undo = () => addToCollection(id, own).then(onPutBack, sayProblem);
    showToast({
      text: texts.takenOut(ids.length),
      // Only their owners put back the others.
      ...(own.length === ids.length && { action: { label: texts.undo, onAction: () => void undo() } }),
    });
  });
  if (chosen.length === 0) return null;
  return (
    <section class="selection-bar selection-bar-sticky" aria-label={galleryTexts.selection}>
      <IconButton icon={X} label={galleryTexts.clear} onClick={selection.clear} />
      <strong class="selection-count" role="status">
        {galleryTexts.selected(chosen.length)}
      </strong>
      <Button look="quiet" size="small" busy={props.isSelecting} onClick={props.onSelectAll}>
        {galleryTexts.selectAll}
      </Button>
      <Button
        look="quiet"
        size="small"
        icon={FolderMinus}
        busy={isBusy}
        onClick={() => (own.length === chosen.length ? void post() : setAsking(true))}
      >
        {sharingTexts.takeOut}
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={sharingTexts.takeOutManyTitle(chosen.length)}
        confirmLabel={sharingTexts.takeOut}
        danger
        busy={isBusy}
        onClose={() => setAsking(false)}
        onConfirm={() => void post()}
      >
        {sharingTexts.takeOutManyHelp(chosen.length - own.length)}
      </ConfirmDialog>
    </section>
  );
}
