import type { DeletedAssetView } from '@star-graph/contract/assets/assetList';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { ArchiveRestore, X } from 'lucide';
import { useCallback } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../data/problemText.ts';
import { usePages } from '../../data/usePages.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { inBatches } from './changes.ts';
import './grid/selection.css';
import { DeletedTile } from './DeletedTile.tsx';
import { type Selection, useSelection } from './grid/useSelection.ts';
import { texts as galleryTexts } from './texts.ts';
import './deleted.css';
import { texts } from './deletedTexts.ts';

/** What can still be taken back, the last deleted first. */
export function DeletedView() {
  const pages = usePages<DeletedAssetView>(
    (cursor, signal) =>
      api.listDeletedAssets({ query: { limit: 60, ...(cursor && { cursor }) } }, { signal }),
    [],
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
