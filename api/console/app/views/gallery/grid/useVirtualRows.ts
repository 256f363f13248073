import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useCallback, useLayoutEffect, useReducer, useState } from 'preact/hooks';

interface VirtualRows {
  /** Those in view and a few around them, and the heading that they are under. */
  rows: VirtualItem[];
  /** That heading. */
  stuck: number | undefined;
  height: number;
  scrollToRow(row: number): void;
}

/** Which of many rows are to be drawn. Their heights are known, so that scrolling reads no layout. */
export function useVirtualRows(options: {
  scroller: HTMLElement | null;
  heights: readonly number[];
  /** Which of them are headings. */
  headings: readonly number[];
  gap: number;
  padding: number;
}): VirtualRows {
  const { scroller, heights, headings, gap, padding } = options;
  const [, redraw] = useReducer((round: number) => round + 1, 0);
  const headingOf = (row: number | undefined) =>
    row === undefined ? undefined : headings.findLast((heading) => heading <= row);
  const rangeExtractor = useCallback(
    (range: Range) => {
      const [drawn, heading] = [defaultRangeExtractor(range), headingOf(range.startIndex)];
      return heading === undefined || drawn.includes(heading) ? drawn : [heading, ...drawn];
    },
    [headings],
  );
  const config = {
    count: heights.length,
    getScrollElement: () => scroller,
    estimateSize: (row: number) => heights[row] ?? 0,
    gap,
    paddingEnd: padding,
    overscan: 3,
    rangeExtractor,
    scrollPaddingStart: headings.length > 0 ? (heights[0] ?? 0) : 0,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(undefined as never),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(config));
  virtualizer.setOptions(config);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [heights]);
  return {
    rows: virtualizer.getVirtualItems(),
    stuck: headingOf(virtualizer.range?.startIndex),
    height: virtualizer.getTotalSize(),
    scrollToRow: (row) => virtualizer.scrollToIndex(row, { align: 'auto' }),
  };
}
