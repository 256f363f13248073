import type { DeletedAssetView } from '@star-graph/contract/assets/assetList';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { formatDuration } from '@star-graph/ui/texts/formats';
import { Check } from 'lucide';
import { memo } from 'preact/compat';
import { texts } from './deletedTexts.ts';
import { nameAsset } from './grid/Tile.tsx';

interface DeletedTileProps {
  item: DeletedAssetView;
  isSelected: boolean;
  onToggle(id: string, reaches: boolean): void;
}

/** A press chooses it: there is nothing else to do with it. */
export const DeletedTile = memo(function DeletedTile({ item, isSelected, onToggle }: DeletedTileProps) {
  const { id, media, thumbnailUrl, url, restorableUntil } = item;
  const left = Math.max(0, Date.parse(restorableUntil) - Date.now()) / 1_000;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input of the browser takes no shift with its change.
    <button
      type="button"
      class="deleted-tile"
      role="checkbox"
      aria-checked={isSelected}
      onClick={(event) => onToggle(id, event.shiftKey)}
    >
      {media === 'video' && thumbnailUrl === undefined ? (
        <video src={url} preload="metadata" muted playsInline />
      ) : (
        <img src={thumbnailUrl ?? url} alt="" loading="lazy" decoding="async" />
      )}
      <span class="deleted-check" aria-hidden="true">
        <Icon icon={Check} />
      </span>
      <span class="sg-hidden" dir="auto">
        {nameAsset(item)}
      </span>
      <span class="deleted-left">{texts.left(formatDuration(left))}</span>
    </button>
  );
});
