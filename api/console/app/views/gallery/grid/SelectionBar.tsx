import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Columns2, Download, Heart, HeartOff, Trash2, X } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type ChangeItems, deleteItems, mayBeFavourite, setFavourites } from '../changes.ts';
import { CollectionTools } from '../collections/CollectionTools.tsx';
import { TagsButton } from '../TagFields.tsx';
import { texts } from '../texts.ts';
import './selection.css';
import type { Selection } from './useSelection.ts';

export interface SelectionBarProps {
  items: readonly ListedAssetView[];
  selection: Selection;
  change: ChangeItems;
  onSelectAll(): void;
  /** All are being chosen, and some are still to come. */
  isSelecting: boolean;
  onCompare(first: ListedAssetView, second: ListedAssetView): void;
  /** The one that is open. */
  collection: string | undefined;
}

/** What can be done with all that is chosen. */
export function SelectionBar(props: SelectionBarProps) {
  const { items, selection, change, onSelectAll, isSelecting, onCompare, collection } = props;
  const chosen = items.filter(({ id }) => selection.ids.has(id));
  const results = chosen.filter(mayBeFavourite);
  const areFavourites = results.length > 0 && results.every(({ favourite }) => favourite);
  const zip = useZip();
  const [first, second] = chosen;
  if (!first && !zip.isBusy) return null;
  return (
    <section class="selection-bar" aria-label={texts.selection}>
      <IconButton icon={X} label={texts.clear} onClick={selection.clear} />
      <strong class="selection-count" role="status">
        {texts.selected(chosen.length)}
      </strong>
      <Button look="quiet" size="small" busy={isSelecting} onClick={onSelectAll}>
        {texts.selectAll}
      </Button>
      <CollectionTools chosen={chosen} collection={collection} change={change} />
      <TagsButton ids={chosen.map(({ id }) => id)} />
      <IconButton
        icon={areFavourites ? HeartOff : Heart}
        label={areFavourites ? texts.unfavourite : texts.favourite}
        disabled={results.length === 0}
        onClick={() => void setFavourites(results, !areFavourites, change)}
      />
      <IconButton
        icon={Columns2}
        label={texts.compare}
        disabled={chosen.length !== 2}
        onClick={() => first && second && onCompare(first, second)}
      />
      {zip.isBusy ? (
        <Button look="quiet" onClick={zip.stop} aria-label={texts.packing}>
          <Ring size={20} percent={zip.share * 100} />
          {texts.stop}
        </Button>
      ) : (
        <IconButton icon={Download} label={texts.download} onClick={() => void zip.save(chosen)} />
      )}
      <IconButton
        icon={Trash2}
        label={texts.delete}
        onClick={() => {
          selection.clear();
          void deleteItems(chosen, change);
        }}
      />
    </section>
  );
}

function useZip() {
  const [share, setShare] = useState<number>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const save = async (items: readonly ListedAssetView[]) => {
    if (running.current) return;
    const abort = new AbortController();
    running.current = abort;
    setShare(0);
    try {
      const { saveAsZip } = await import('./downloadZip.ts');
      await saveAsZip(items, { onProgress: setShare, signal: abort.signal });
      showToast({ tone: 'good', text: texts.packed(items.length) });
    } catch (error) {
      // Somebody who stops it, or closes the dialog of the browser, knows.
      const isStopped =
        abort.signal.aborted || (error instanceof DOMException && error.name === 'AbortError');
      if (!isStopped)
        showToast({
          tone: 'bad',
          text: texts.notDownloaded,
          action: { label: texts.again, onAction: () => void save(items) },
        });
    } finally {
      running.current = undefined;
      setShare(undefined);
    }
  };
  return { isBusy: share !== undefined, share: share ?? 0, save, stop: () => running.current?.abort() };
}
