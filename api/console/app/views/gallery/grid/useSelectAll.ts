import { useEffect, useState } from 'preact/hooks';
import type { Pages } from '../../../data/usePages.ts';
import type { Selection } from './useSelection.ts';

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
