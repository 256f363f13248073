import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { placeBefore } from '@star-graph/ui/pictures/comparePlace';
import { UnseenResult } from '@star-graph/ui/pictures/UnseenResult.tsx';
import { isSeen } from '@star-graph/workflows/shared/mediaKinds';
import { Brush, ImageOff, Scissors, Share2 } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { workflows } from '../../../data/catalogue.ts';
import { type ChangeItems, deleteItems, mayBeFavourite, setFavourites } from '../changes.ts';
import { FilmStrip } from '../film/FilmStrip.tsx';
import { texts as filmTexts } from '../film/texts.ts';
import { nameAsset } from '../grid/Tile.tsx';
import { ShareDialog } from '../ShareDialog.tsx';
import { texts as galleryTexts } from '../texts.ts';
import { CompareView } from './CompareView.tsx';
import { DetailFacts, findMotion } from './DetailFacts.tsx';
import { DetailTools } from './DetailTools.tsx';
import { texts } from './texts.ts';
import { type OpenedAsset, useAsset, useMaking } from './useDetail.ts';
import { useDetailKeys } from './useDetailKeys.ts';
import { useSwipe } from './useSwipe.ts';
import './detail.css';

export interface DetailViewProps {
  id: string;
  items: readonly ListedAssetView[];
  change: ChangeItems;
  hrefOf(id: string): string;
  /** Another picture takes its place: going back leads to the list all the same. */
  onMove(id: string): void;
  onClose(): void;
}

const factsKey = 'gallery-facts';

/** On a phone they would cover the picture. */
const openFacts = () =>
  !matchMedia('(max-width: 719px)').matches && localStorage.getItem(factsKey) !== 'closed';

/** One picture, as large as its place; the list stays beneath it where it was. */
export function DetailView({ id, items, change, hrefOf, onMove, onClose }: DetailViewProps) {
  const at = items.findIndex((item) => item.id === id);
  const listed = items[at];
  const [previous, next] = [items[at - 1], at < 0 ? undefined : items[at + 1]];
  const loaded = useAsset(id, listed);
  const asset = listed ?? loaded.value;
  const making = useMaking(asset);
  const [hasFacts, setFacts] = useState(openFacts);
  const [isComparing, setComparing] = useState(false);
  const [isSharing, setSharing] = useState(false);
  const [isCutting, setCutting] = useState(false);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    setComparing(false);
    setCutting(false);
    place.current?.focus();
  }, [id]);
  const input = making.value?.parents.find(({ mime }) => mime.startsWith('image/'));
  const mayCompare = asset?.media === 'image' && input !== undefined;
  const actions = {
    ...actionsOf({ listed, previous, next, change, onMove, onClose }),
    toggleFacts() {
      setFacts(!hasFacts);
      localStorage.setItem(factsKey, hasFacts ? 'closed' : 'open');
    },
    compare: mayCompare ? () => setComparing(true) : undefined,
  };
  useDetailKeys(place, actions, !isComparing && !isSharing && !isCutting);
  const swipes = useSwipe({
    left: actions.next,
    right: actions.previous,
    up: hasFacts ? undefined : actions.toggleFacts,
    down: hasFacts ? actions.toggleFacts : actions.close,
  });
  const name = asset ? nameAsset({ kind: asset.kind, ...(asset.task && { task: asset.task }) }) : '';
  return (
    <section ref={place} class="detail" tabIndex={-1} aria-label={name || texts.facts} data-detail={id}>
      <div class="detail-stage sg-dark" {...(isCutting ? undefined : swipes)}>
        {asset && <Stage asset={asset} name={name} next={next} previous={previous} />}
        {!asset && loaded.state === 'failed' && <Gone />}
        <DetailTools asset={asset} actions={actions} hasFacts={hasFacts}>
          <OwnTools asset={asset} isCutting={isCutting} onCut={setCutting} onShare={() => setSharing(true)} />
        </DetailTools>
      </div>
      {isCutting && asset && isFilm(asset) && (
        <FilmStrip
          key={asset.id}
          asset={asset}
          findPlayer={() => place.current?.querySelector('video') ?? null}
          extendBy={findMotion(workflows.value ?? [], (making.value?.task ?? asset.task)?.workflow.name)}
          hrefOf={hrefOf}
        />
      )}
      {hasFacts && asset && (
        <aside class="detail-facts" aria-label={texts.facts}>
          {making.state === 'loading' && !asset.task ? (
            <SkeletonText lines={6} />
          ) : (
            <DetailFacts asset={asset} making={making.value} hrefOf={hrefOf} />
          )}
        </aside>
      )}
      {asset && (
        <ShareDialog
          assetId={id}
          hasPrompt={Boolean(asset.task?.prompt ?? making.value?.task?.params.prompt)}
          open={isSharing}
          onClose={() => setSharing(false)}
        />
      )}
      {isComparing && asset && input && (
        <CompareView
          before={{
            ...input,
            name: texts.before,
            place: placeBefore(making.value?.task?.params ?? {}, input, asset),
          }}
          after={{ ...asset, name: name || galleryTexts.untitled }}
          onClose={() => setComparing(false)}
        />
      )}
    </section>
  );
}

const Gone = () => (
  <EmptyState
    icon={ImageOff}
    title={texts.gone}
    action={<LinkButton href="/gallery">{texts.back}</LinkButton>}
  >
    {texts.goneHint}
  </EmptyState>
);

interface OwnToolsProps {
  asset: OpenedAsset | undefined;
  isCutting: boolean;
  onCut(isCutting: boolean): void;
  onShare(): void;
}

/** A picture goes to the canvas, a film to the strip. */
function OwnTools({ asset, isCutting, onCut, onShare }: OwnToolsProps) {
  const { route } = useLocation();
  return (
    <>
      {asset?.media === 'image' && (
        <IconButton
          look="glass"
          icon={Brush}
          label={texts.canvas}
          onClick={() => route(`/canvas?picture=${asset.id}`)}
        />
      )}
      {isFilm(asset) && (
        <IconButton
          look="glass"
          icon={Scissors}
          label={filmTexts.open}
          pressed={isCutting}
          onClick={() => onCut(!isCutting)}
        />
      )}
      <IconButton look="glass" icon={Share2} label={texts.share} onClick={onShare} />
    </>
  );
}

const isFilm = (asset: OpenedAsset | undefined): boolean =>
  asset?.media === 'video' && asset.durationMs !== undefined;

interface Place extends Pick<DetailViewProps, 'change' | 'onMove' | 'onClose'> {
  listed: ListedAssetView | undefined;
  previous: ListedAssetView | undefined;
  next: ListedAssetView | undefined;
}

/** What concerns the list: after a deletion the one beside it is shown. */
function actionsOf({ listed, previous, next, change, onMove, onClose }: Place) {
  const remove = (item: ListedAssetView) => {
    const beside = next ?? previous;
    if (beside) onMove(beside.id);
    else onClose();
    void deleteItems([item], change);
  };
  return {
    close: onClose,
    previous: previous && (() => onMove(previous.id)),
    next: next && (() => onMove(next.id)),
    favourite:
      listed && mayBeFavourite(listed)
        ? () => void setFavourites([listed], !listed.favourite, change)
        : undefined,
    remove: listed && (() => remove(listed)),
  };
}

interface StageProps {
  asset: OpenedAsset;
  name: string;
  next: ListedAssetView | undefined;
  previous: ListedAssetView | undefined;
}

/** What is transparent shows its ground once there is a picture to stand on it. */
const showShape = ({ currentTarget }: { currentTarget: HTMLImageElement }) => {
  currentTarget.dataset.loaded = '';
};

/** The picture in its shape from the start: its thumbnail, then its own bytes. The ones beside it are fetched ahead. */
function Stage({ asset, name, next, previous }: StageProps) {
  const { url, thumbnailUrl, width, height, media } = asset;
  useEffect(() => {
    for (const beside of [next, previous])
      if (beside?.media === 'image') Object.assign(new Image(), { src: beside.url });
  }, [next, previous]);
  const shape = { '--aspect': width / height || 1, '--widest': `${width * 2}px` };
  if (!isSeen(media))
    return <UnseenResult key={asset.id} asset={asset} name={name} useHref={`/create?text=${asset.id}`} />;
  if (media === 'video')
    return (
      // biome-ignore lint/a11y/useMediaCaption: films of GPUs have no speech to caption.
      <video
        key={asset.id}
        class="detail-picture"
        style={shape}
        src={url}
        poster={thumbnailUrl}
        controls
        loop
        playsInline
        aria-label={name}
      />
    );
  return (
    <div key={asset.id} class="detail-picture" style={shape}>
      {thumbnailUrl !== undefined && (
        <img class="detail-thumbnail" src={thumbnailUrl} alt="" onLoad={showShape} />
      )}
      <img src={url} alt={name} onLoad={showShape} />
    </div>
  );
}
