import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

interface VirtualRows {
  /** Those in view and a few around them. */
  rows: VirtualItem[];
  height: number;
  scrollToRow(row: number): void;
}

/** Which of many rows are to be drawn. Their heights are known, so that scrolling reads no layout. */
export function useVirtualRows(options: {
  scroller: HTMLElement | null;
  heights: readonly number[];
  gap: number;
  padding: number;
}): VirtualRows {
  const { scroller, heights, gap, padding } = options;
  const [, redraw] = useReducer((round: number) => round + 1, 0);
  const config = {
    count: heights.length,
    getScrollElement: () => scroller,
    estimateSize: (row: number) => heights[row] ?? 0,
    gap,
    paddingStart: padding,
    paddingEnd: padding,
    overscan: 3,
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
    height: virtualizer.getTotalSize(),
    scrollToRow: (row) => virtualizer.scrollToIndex(row, { align: 'auto' }),
  };
}
