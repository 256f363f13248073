import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { GridRow } from './layoutRows.ts';
import type { Selection } from './useSelection.ts';

/** Arrows go from picture to picture, Space and X choose, Ctrl-A chooses all that are loaded. */
export function useGridKeys(grid: {
  scroller: HTMLElement | null;
  items: readonly ListedAssetView[];
  layout: readonly GridRow[];
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

function neighbour(key: string, index: number, row: number, layout: readonly GridRow[]): number | undefined {
  const below = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  if (below === 0) return { ArrowRight: index + 1, ArrowLeft: index - 1 }[key];
  const from = layout[row];
  // A heading may stand between.
  const to = [layout[row + below], layout[row + 2 * below]].find((line) => line && line.end > line.first);
  if (!from || !to) return undefined;
  const share = (index - from.first + 0.5) / (from.end - from.first);
  return to.first + Math.floor(share * (to.end - to.first));
}
