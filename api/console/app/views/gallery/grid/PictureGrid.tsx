import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { formatLongMonth } from '@star-graph/ui/texts/formats';
import { memo } from 'preact/compat';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Pages } from '../../../data/usePages.ts';
import { texts } from '../texts.ts';
import { type GridRow, layoutRows } from './layoutRows.ts';
import { Tile } from './Tile.tsx';
import { useGridKeys } from './useGridKeys.ts';
import type { Selection } from './useSelection.ts';
import type { Stacks } from './useStacks.ts';
import { useVirtualRows } from './useVirtualRows.ts';
import './grid.css';

export interface PictureGridProps extends Stacks {
  pages: Pick<Pages<ListedAssetView>, 'state' | 'hasMore' | 'loadMore'>;
  items: readonly ListedAssetView[];
  selection: Selection;
  hrefOf(id: string): string;
  onStale(id: string): void;
  /** Not in the order of time, so the months have no headings. */
  isSorted: boolean;
  /** The scroller goes back to its start when this changes. */
  listKey: string;
}

/** How far the pictures are apart, and from the edges. */
const spaceOf = (width: number) =>
  width < 600
    ? { wanted: 150, gap: 4, padding: 4 }
    : { wanted: width < 1100 ? 210 : 250, gap: 8, padding: 16 };

/** Of a month, in pixels. */
const heading = 44;

/** Ten thousand pictures as lines of equal height, of which those in view are drawn. */
export function PictureGrid(props: PictureGridProps) {
  const { pages, items, selection, hrefOf, onStale, listKey, isSorted, marks, onStack } = props;
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const width = useWidth(scroller);
  const { wanted, gap, padding } = spaceOf(width);
  const layout = useMemo(
    () =>
      width > 0
        ? layoutRows(items, { width: width - 2 * padding, wanted, gap, ...(!isSorted && { heading }) })
        : [],
    [items, width, isSorted],
  );
  const heights = useMemo(() => layout.map(({ height }) => height), [layout]);
  const headings = useMemo(() => layout.flatMap(({ month }, row) => (month ? [row] : [])), [layout]);
  const { rows, stuck, height, scrollToRow } = useVirtualRows({ scroller, heights, headings, gap, padding });
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
          if (row.month !== undefined)
            return (
              <h2
                key={row.month}
                class="grid-month"
                data-stuck={index === stuck || undefined}
                style={{
                  blockSize: `${heading}px`,
                  ...(index !== stuck && { insetBlockStart: `${start}px` }),
                }}
              >
                {formatLongMonth(row.month)}
              </h2>
            );
          return (
            <GridLine
              key={items[row.first]?.id ?? index}
              {...{ row, items, start, gap, padding, selection, hrefOf, onStale, marks, onStack }}
              isShort={row.height === wanted}
            />
          );
        })}
      </section>
      {pages.state === 'loading' && <SkeletonRows isFirst={items.length === 0} height={wanted} />}
    </div>
  );
}

interface GridLineProps extends Stacks, Pick<PictureGridProps, 'selection' | 'hrefOf' | 'onStale'> {
  row: GridRow;
  items: readonly ListedAssetView[];
  start: number;
  gap: number;
  padding: number;
  isShort: boolean;
}

/** Drawn again only when it changes, and not with each line that comes into view. */
const GridLine = memo(function GridLine(props: GridLineProps) {
  const { row, items, start, gap, padding, isShort, selection, hrefOf, onStale, marks, onStack } = props;
  return (
    <div
      class="grid-row"
      data-short={isShort || undefined}
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
          stack={marks.get(item.id)}
          onStack={onStack}
        />
      ))}
    </div>
  );
});

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

const lines = [
  [1.5, 0.8, 1.2, 1.7],
  [0.7, 1.4, 1, 1.3, 0.8],
  [1.8, 1.1, 0.75, 1.4],
];

/** Where pictures will stand: a page of them at first, a line at the end of a list. */
function SkeletonRows({ isFirst, height }: { isFirst: boolean; height: number }) {
  return (
    <div class={isFirst ? 'grid-skeletons grid-skeletons-first' : 'grid-skeletons'} aria-hidden="true">
      {lines.slice(0, isFirst ? 3 : 1).map((line, row) => (
        <div key={row} class="grid-skeleton-row" style={{ blockSize: `${height}px` }}>
          {line.map((aspect, place) => (
            <span key={place} style={{ flexGrow: aspect, flexBasis: `${aspect * 20}px` }}>
              <Skeleton height="100%" />
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}
