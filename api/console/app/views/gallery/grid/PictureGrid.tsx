import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ListedAssetView } from '../../../../../contract/assets/assetList.ts';
import type { Pages } from '../../../data/usePages.ts';
import type { Selection } from '../selection/useSelection.ts';
import { texts } from '../texts.ts';
import './grid.css';
import { layoutRows } from './layoutRows.ts';
import { SkeletonRows } from './SkeletonRows.tsx';
import { Tile } from './Tile.tsx';
import { useVirtualRows } from './useVirtualRows.ts';

export interface PictureGridProps {
  pages: Pages<ListedAssetView>;
  selection: Selection;
  hrefOf(id: string): string;
  onStale(id: string): void;
  /** The scroller goes back to its start when this changes. */
  listKey: string;
}

/** How far the pictures are apart, and from the edges. */
const spaceOf = (width: number) =>
  width < 600
    ? { wanted: 150, gap: 4, padding: 4 }
    : { wanted: width < 1100 ? 210 : 250, gap: 8, padding: 16 };

/** Ten thousand pictures as lines of equal height, of which those in view are drawn. */
export function PictureGrid({ pages, selection, hrefOf, onStale, listKey }: PictureGridProps) {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const width = useWidth(scroller);
  const { items } = pages;
  const { wanted, gap, padding } = spaceOf(width);
  const layout = useMemo(
    () => (width > 0 ? layoutRows(items, { width: width - 2 * padding, wanted, gap }) : []),
    [items, width],
  );
  const heights = useMemo(() => layout.map(({ height }) => height), [layout]);
  const { rows, height, scrollToRow } = useVirtualRows({ scroller, heights, gap, padding });
  useLayoutEffect(() => scroller?.scrollTo(0, 0), [listKey]);

  const last = rows.at(-1)?.index ?? -1;
  const isNearEnd = last >= layout.length - 6;
  useEffect(() => {
    if (pages.state === 'ready' && pages.hasMore && width > 0 && isNearEnd) pages.loadMore();
  }, [pages.state, pages.hasMore, width > 0, isNearEnd, pages.loadMore]);

  const onKeyDown = useGridKeys({ scroller, items, layout, selection, scrollToRow, drawn: rows });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the links inside.
    <div
      class="grid"
      ref={setScroller}
      onKeyDown={onKeyDown}
      data-selecting={selection.ids.size > 0 || undefined}
    >
      <section
        class="grid-space"
        aria-label={texts.list}
        aria-busy={pages.state === 'loading'}
        style={{ blockSize: `${height}px` }}
      >
        {rows.map(({ index, start }) => {
          const row = layout[index];
          if (!row) return null;
          return (
            <div
              key={items[row.first]?.id ?? index}
              class="grid-row"
              data-last={(index === layout.length - 1 && row.height === wanted) || undefined}
              style={{
                transform: `translateY(${start}px)`,
                blockSize: `${row.height}px`,
                gap: `${gap}px`,
                insetInline: `${padding}px`,
              }}
            >
              {items.slice(row.first, row.end).map((item, offset) => (
                <Tile
                  key={item.id}
                  item={item}
                  index={row.first + offset}
                  href={hrefOf(item.id)}
                  isSelected={selection.ids.has(item.id)}
                  isSelecting={selection.ids.size > 0}
                  onToggle={selection.toggle}
                  onStale={onStale}
                />
              ))}
            </div>
          );
        })}
      </section>
      {pages.state === 'loading' && <SkeletonRows isFirst={items.length === 0} height={wanted} />}
    </div>
  );
}

/** Read once, then told by the browser. */
function useWidth(element: HTMLElement | null): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element) return;
    setWidth(element.clientWidth);
    const watch = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    watch.observe(element);
    return () => watch.disconnect();
  }, [element]);
  return width;
}

/** Arrows go from picture to picture, Space and X choose, Ctrl-A chooses all that are loaded. */
function useGridKeys(grid: {
  scroller: HTMLElement | null;
  items: readonly ListedAssetView[];
  layout: readonly { first: number; end: number }[];
  selection: Selection;
  scrollToRow(row: number): void;
  drawn: readonly unknown[];
}): (event: KeyboardEvent) => void {
  const wanted = useRef<number>(undefined);
  const now = useRef(grid);
  now.current = grid;
  const focusWanted = () => {
    if (wanted.current === undefined) return;
    const link = now.current.scroller?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (!link) return;
    wanted.current = undefined;
    link.focus({ preventScroll: true });
  };
  // The row that was scrolled to is drawn by now.
  useEffect(focusWanted, [grid.drawn]);
  return useCallback((event: KeyboardEvent) => {
    const { items, layout, selection, scrollToRow } = now.current;
    const index = Number((event.target as HTMLElement).dataset.index ?? Number.NaN);
    const item = items[index];
    if (!item || event.altKey) return;
    if ((event.key === ' ' || event.key === 'x') && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      selection.toggle(item.id, event.shiftKey);
      return;
    }
    const row = layout.findIndex(({ first, end }) => index >= first && index < end);
    const target = neighbour(event.key, index, row, layout);
    if (target === undefined || !items[target]) return;
    event.preventDefault();
    wanted.current = target;
    scrollToRow(layout.findIndex(({ first, end }) => target >= first && target < end));
    focusWanted();
  }, []);
}

function neighbour(
  key: string,
  index: number,
  row: number,
  layout: readonly { first: number; end: number }[],
): number | undefined {
  const below = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  if (below === 0) return { ArrowRight: index + 1, ArrowLeft: index - 1 }[key];
  const [from, to] = [layout[row], layout[row + below]];
  if (!from || !to) return undefined;
  const share = (index - from.first + 0.5) / (from.end - from.first);
  return to.first + Math.floor(share * (to.end - to.first));
}
