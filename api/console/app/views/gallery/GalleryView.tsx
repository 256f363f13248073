import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Folder, Image, Search } from 'lucide';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { describeProblem } from '../../data/problemText.ts';
import type { Pages } from '../../data/usePages.ts';
import { api } from '../../session/session.ts';
import { DroppedFiles } from './AddFiles.tsx';
import type { ChangeItems } from './changes.ts';
import { texts as collectionTexts } from './collections/texts.ts';
import { CompareView } from './detail/CompareView.tsx';
import { DetailView } from './detail/DetailView.tsx';
import { GalleryHead } from './GalleryHead.tsx';
import { type GalleryFilter, readFilter } from './galleryFilter.ts';
import { PictureGrid } from './grid/PictureGrid.tsx';
import { SelectionBar } from './grid/SelectionBar.tsx';
import { nameAsset } from './grid/Tile.tsx';
import { type Selection, useSelection } from './grid/useSelection.ts';
import { useStacks } from './grid/useStacks.ts';
import { texts } from './texts.ts';
import { type Gallery, useGallery } from './useGallery.ts';
import './gallery.css';

/**
 * Every result and upload, from every door, or what is in a collection. `/gallery/<id>` lies above the list, so that it
 * stays where it was.
 */
export function GalleryView() {
  const { params, query } = useRoute();
  const { route } = useLocation();
  const { collection } = params;
  const filter = readFilter(query, collection);
  const base = collection === undefined ? '/gallery' : `/collections/${collection}`;
  const gallery = useGallery(filter);
  const { pages } = gallery;
  const { shown, marks, onStack, folding } = useStacks(pages.items, filter.isWhole);
  const selection = useSelection(pages.items);
  const onStale = useFreshUrls(pages.change);
  const [compared, setCompared] = useState<readonly [ListedAssetView, ListedAssetView]>();
  const opened = params.assetId;
  const hrefOf = useCallback((id: string) => `${base}/${id}${filter.key}`, [base, filter.key]);
  const close = useClose(opened, `${base}${filter.key}`);
  const { selectAll, isSelecting } = useSelectAll(pages, selection);
  useListKeys(selectAll, selection, opened === undefined && !compared);
  const isCovered = opened !== undefined || compared !== undefined;
  return (
    <div class="gallery">
      <div class="gallery-list" inert={isCovered}>
        <GalleryHead
          filter={filter}
          onChange={({ key }, isTyping) => route(`${base}${key}`, isTyping)}
          onAdded={gallery.showNew}
          folding={folding}
        />
        {!isCovered && <DroppedFiles onAdded={gallery.showNew} />}
        {gallery.fresh.length > 0 && (
          <div class="gallery-fresh">
            <Button size="small" onClick={gallery.showFresh}>
              {texts.fresh(gallery.fresh.length)}
            </Button>
          </div>
        )}
        <GalleryState gallery={gallery} filter={filter} onShowAll={() => route(base)} />
        {(pages.items.length > 0 || pages.state === 'loading' || pages.hasMore) && (
          <PictureGrid
            pages={pages}
            items={shown}
            marks={marks}
            onStack={onStack}
            selection={selection}
            hrefOf={hrefOf}
            onStale={onStale}
            isSorted={filter.query.sort !== undefined}
            listKey={base + filter.key}
          />
        )}
        <SelectionBar
          items={pages.items}
          selection={selection}
          change={pages.change}
          onSelectAll={selectAll}
          isSelecting={isSelecting}
          collection={collection}
          onCompare={(...pair) => setCompared(pair)}
        />
      </div>
      {opened !== undefined && (
        <DetailView
          id={opened}
          items={pages.items}
          change={pages.change}
          hrefOf={hrefOf}
          onMove={(id) => route(hrefOf(id), true)}
          onClose={close}
        />
      )}
      {compared && (
        <CompareView
          before={{ ...compared[1], name: nameAsset(compared[1]) }}
          after={{ ...compared[0], name: nameAsset(compared[0]) }}
          onClose={() => setCompared(undefined)}
        />
      )}
    </div>
  );
}

function GalleryState(props: { gallery: Gallery; filter: GalleryFilter; onShowAll(): void }) {
  const { pages } = props.gallery;
  if (pages.state === 'failed')
    return (
      <ErrorState title={texts.failedToLoad} action={{ label: texts.again, onAction: pages.loadMore }}>
        {describeProblem(pages.error)}
      </ErrorState>
    );
  if (pages.state === 'loading' || pages.items.length > 0 || pages.hasMore) return null;
  if (props.filter.isOff && props.filter.collection !== undefined)
    return (
      <EmptyState
        icon={Folder}
        title={collectionTexts.nothingTitle}
        action={<LinkButton href="/gallery">{collectionTexts.toGallery}</LinkButton>}
      >
        {collectionTexts.empty}
      </EmptyState>
    );
  if (props.filter.isOff)
    return (
      <EmptyState
        icon={Image}
        title={texts.emptyTitle}
        action={<LinkButton href="/create">{texts.create}</LinkButton>}
      >
        {texts.empty}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Search}
      title={texts.noneTitle}
      action={<Button onClick={props.onShowAll}>{texts.showAll}</Button>}
    >
      {texts.none}
    </EmptyState>
  );
}

/** Back to where the picture was opened from; to the list, where its address was opened. */
function useClose(opened: string | undefined, listAddress: string): () => void {
  const { route } = useLocation();
  const hadList = useRef(opened === undefined);
  const last = useRef(opened);
  useEffect(() => {
    if (opened === undefined) hadList.current = true;
    // The focus returns to the picture that was looked at last.
    if (opened === undefined && last.current !== undefined)
      document.querySelector<HTMLElement>(`[data-asset="${CSS.escape(last.current)}"] .tile-link`)?.focus();
    last.current = opened;
  }, [opened]);
  return () => {
    if (hadList.current) history.back();
    else route(listAddress, true);
  };
}

/** Ctrl-A chooses all, Esc none. */
export function useListKeys(
  selectAll: () => void,
  selection: ReturnType<typeof useSelection>,
  isActive: boolean,
): void {
  useEffect(() => {
    if (!isActive) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.defaultPrevented ||
        (event.target as HTMLElement).closest('input, textarea, [role=dialog], [role=menu]')
      )
        return;
      if (event.key === 'Escape' && selection.ids.size > 0) selection.clear();
      else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        selectAll();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [selectAll, selection, isActive]);
}

/** A list that stays open for more than an hour asks for new links, once for each picture that does not come. */
function useFreshUrls(change: ChangeItems): (id: string) => void {
  const asked = useRef(new Set<string>());
  return useCallback(
    (id: string) => {
      if (asked.current.has(id)) return;
      asked.current.add(id);
      api.getAsset({ params: { id } }).then(
        ({ url, thumbnailUrl }) =>
          change((items) =>
            items.map((item) =>
              item.id === id ? { ...item, url, ...(thumbnailUrl !== undefined && { thumbnailUrl }) } : item,
            ),
          ),
        // Its place stays empty, and its details say what happened.
        () => {},
      );
    },
    [change],
  );
}

/**
 * Chooses everything that fits the search and the filters, also what is not loaded yet: it is loaded to its end. Whoever
 * chooses by hand or clears the selection meanwhile ends it.
 */
export function useSelectAll(
  { items, state, hasMore, loadMore }: Pages<{ id: string }>,
  selection: Selection,
): { selectAll(): void; isSelecting: boolean } {
  /** As many were chosen last by this; undefined while it rests. */
  const [chosen, setChosen] = useState<number>();
  const isSelecting = chosen !== undefined;
  useEffect(() => {
    if (chosen === undefined) return;
    if (selection.ids.size !== chosen || state === 'failed') return setChosen(undefined);
    if (items.length > chosen) {
      selection.choose(items.map(({ id }) => id));
      setChosen(items.length);
    } else if (!hasMore) setChosen(undefined);
    else if (state === 'ready') loadMore();
  }, [chosen, items, state, hasMore, loadMore, selection]);
  return {
    isSelecting,
    selectAll() {
      selection.choose(items.map(({ id }) => id));
      setChosen(items.length);
    },
  };
}
