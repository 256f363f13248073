import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { offerAsset } from '@star-graph/ui/pictures/assetDrag';
import { KindMark } from '@star-graph/ui/pictures/KindMark.tsx';
import { formatDuration, formatNumber } from '@star-graph/ui/texts/formats';
import { isSeen } from '@star-graph/workflows/shared/mediaKinds';
import { FoldHorizontal, Heart, Layers, Play } from 'lucide';
import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import { nameWorkflow } from '../../../data/catalogue.ts';
import { texts } from '../texts.ts';
import type { StackMark } from './foldStacks.ts';
import { aspectOf } from './layoutRows.ts';
import { TileCheck, useChoosing } from './TileCheck.tsx';

export interface TileProps {
  item: ListedAssetView;
  index: number;
  href: string;
  isSelected: boolean;
  /** A press on a picture chooses it, since others are chosen already. */
  isSelecting: boolean;
  onToggle(id: string, reaches: boolean): void;
  /** Its link was good for an hour. */
  onStale(id: string): void;
  stack: StackMark | undefined;
  /** Unfolds or folds the stack. */
  onStack(root: string): void;
}

export const nameAsset = ({ kind, task }: Pick<ListedAssetView, 'kind' | 'task'>): string =>
  task?.prompt || (kind === 'input' ? texts.upload : texts.untitled);

/** What no picture shows is known by its prompt, or by what made it. */
export const nameUnseen = ({ task }: Pick<ListedAssetView, 'task'>): string | undefined =>
  task && (task.prompt || nameWorkflow(task.workflow.name));

/** A picture in its shape. */
export const Tile = memo(function Tile(props: TileProps) {
  const { item, index, href, isSelected, isSelecting, onToggle, stack, onStack } = props;
  const name = nameAsset(item);
  const toggle = (reaches: boolean) => onToggle(item.id, reaches);
  const { link, isByFinger } = useChoosing({ isSelecting, onToggle: toggle });
  return (
    <div
      class="tile"
      data-asset={item.id}
      data-selected={isSelected || undefined}
      data-stack={stack && (stack.isOpen ? 'open' : 'folded')}
      style={{ '--aspect': aspectOf(item) }}
    >
      <a
        class="tile-link"
        href={href}
        aria-label={name}
        data-index={index}
        draggable={item.media === 'image'}
        {...link}
        onDragStart={(event) => {
          const { id: assetId, url, width, height } = item;
          if (isByFinger()) event.preventDefault();
          else if (event.dataTransfer) offerAsset(event.dataTransfer, { assetId, url, width, height });
        }}
      >
        <TilePicture item={item} onStale={props.onStale} />
      </a>
      <TileCheck name={name} isSelected={isSelected} onToggle={toggle} />
      {stack?.isCover && (
        <button
          type="button"
          class="tile-mark tile-stack"
          aria-expanded={stack.isOpen}
          aria-label={texts.stack(stack.count)}
          title={texts.stack(stack.count)}
          onClick={() => onStack(stack.root)}
        >
          <Icon icon={stack.isOpen ? FoldHorizontal : Layers} />
          <span aria-hidden="true">{formatNumber(stack.count)}</span>
        </button>
      )}
      <span class="tile-marks">
        {item.media === 'video' && (
          <span class="tile-mark">
            <Icon icon={Play} />
            {item.durationMs !== undefined && formatDuration(item.durationMs / 1000)}
          </span>
        )}
        {item.favourite && (
          <span class="tile-mark">
            <Icon icon={Heart} label={texts.favourite} class="tile-heart" />
          </span>
        )}
      </span>
    </div>
  );
});

function TilePicture({ item, onStale }: Pick<TileProps, 'item' | 'onStale'>) {
  const [isShown, setShown] = useState(false);
  const { media, thumbnailUrl, url, width, height } = item;
  if (!isSeen(media))
    return <KindMark media={media} of={item} name={nameUnseen(item)} onStale={() => onStale(item.id)} />;
  if (media === 'video' && thumbnailUrl === undefined)
    return <video src={url} preload="metadata" muted playsInline />;
  return (
    <img
      src={thumbnailUrl ?? url}
      alt=""
      width={width}
      height={height}
      decoding="async"
      data-shown={isShown || undefined}
      // Its ground would be seen before a picture that is still being decoded.
      onLoad={({ currentTarget }) => {
        const show = () => setShown(true);
        currentTarget.decode().then(show, show);
      }}
      onError={() => onStale(item.id)}
    />
  );
}
