import type { DeletedAssetView } from '@star-graph/contract/assets/assetList';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { KindMark } from '@star-graph/ui/pictures/KindMark.tsx';
import { formatDuration } from '@star-graph/ui/texts/formats';
import { isSeen } from '@star-graph/workflows/shared/mediaKinds';
import { ArchiveRestore, Check, X } from 'lucide';
import { memo } from 'preact/compat';
import { useCallback } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../data/problemText.ts';
import { usePages } from '../../data/usePages.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { inBatches } from './changes.ts';
import { texts } from './deletedTexts.ts';
import { nameAsset, nameUnseen } from './grid/Tile.tsx';
import { type Selection, useSelection } from './grid/useSelection.ts';
import { texts as galleryTexts } from './texts.ts';
import './grid/selection.css';
import './deleted.css';

interface DeletedTileProps {
  item: DeletedAssetView;
  isSelected: boolean;
  onToggle(id: string, reaches: boolean): void;
}

/** A press chooses it: there is nothing else to do with it. */
const DeletedTile = memo(function DeletedTile({ item, isSelected, onToggle }: DeletedTileProps) {
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
      {!isSeen(media) ? (
        <KindMark media={media} of={item} name={nameUnseen(item)} />
      ) : media === 'video' && thumbnailUrl === undefined ? (
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

/** What can still be taken back, the last deleted first. */
export function DeletedView() {
  const pages = usePages<DeletedAssetView>((page, signal) =>
    api.listDeletedAssets({ query: { ...page, limit: 60 } }, { signal }),
  );
  const { items, state, hasMore } = pages;
  const selection = useSelection(items);
  return (
    <div class="deleted">
      <PageHead
        title={texts.title}
        actions={
          <>
            <LinkButton href="/gallery">{texts.back}</LinkButton>
            {items.length > 0 && (
              <Button onClick={() => selection.choose(items.map(({ id }) => id))}>{texts.chooseAll}</Button>
            )}
          </>
        }
      >
        {texts.help}
      </PageHead>
      {state === 'failed' && (
        <ErrorState title={texts.failedToLoad} action={{ label: texts.again, onAction: pages.loadMore }}>
          {describeProblem(pages.error)}
        </ErrorState>
      )}
      {state === 'ready' && items.length === 0 && (
        <EmptyState
          icon={ArchiveRestore}
          title={texts.emptyTitle}
          action={<LinkButton href="/gallery">{texts.toGallery}</LinkButton>}
        />
      )}
      <ul class="deleted-list" aria-label={texts.list} aria-busy={state === 'loading'}>
        {items.map((item) => (
          <li key={item.id}>
            <DeletedTile item={item} isSelected={selection.ids.has(item.id)} onToggle={selection.toggle} />
          </li>
        ))}
        {state === 'loading' &&
          items.length === 0 &&
          [1, 2, 3, 4, 5, 6].map((place) => (
            <li key={place}>
              <Skeleton ratio={1} />
            </li>
          ))}
      </ul>
      <LoadMore
        auto
        hasMore={hasMore && state !== 'failed'}
        busy={state === 'loading'}
        onLoad={pages.loadMore}
      />
      <RestoreBar selection={selection} change={pages.change} />
    </div>
  );
}

interface RestoreBarProps {
  selection: Selection;
  change(change: (items: readonly DeletedAssetView[]) => readonly DeletedAssetView[]): void;
}

function RestoreBar({ selection, change }: RestoreBarProps) {
  const { route } = useLocation();
  const { ids } = selection;
  const restore = useCallback(async () => {
    const asked = [...ids];
    const restored = await inBatches(asked, api.restoreAssets);
    // What was too late is gone from here too.
    change((items) => items.filter(({ id }) => !ids.has(id)));
    const lost = asked.length - restored.length;
    if (restored.length > 0)
      showToast({
        tone: 'good',
        text: texts.restored(restored.length),
        action: { label: texts.toGallery, onAction: () => route('/gallery') },
      });
    if (lost > 0) showToast({ tone: 'bad', text: texts.notRestored(lost) });
  }, [ids, change, route]);
  const { post, isBusy, error } = usePost(restore);
  if (ids.size === 0) return null;
  return (
    <section class="selection-bar deleted-bar" aria-label={galleryTexts.selection}>
      <IconButton icon={X} label={galleryTexts.clear} onClick={selection.clear} />
      <strong class="selection-count" role="status">
        {galleryTexts.selected(ids.size)}
      </strong>
      {error !== undefined && (
        <span class="deleted-error" role="alert">
          {describeProblem(error)}
        </span>
      )}
      <Button look="primary" icon={ArchiveRestore} busy={isBusy} onClick={() => void post()}>
        {texts.restore}
      </Button>
    </section>
  );
}
