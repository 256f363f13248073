import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Page<T> {
  items: T[];
  nextCursor?: string | null | undefined;
}

export interface Pages<T> {
  items: readonly T[];
  state: 'loading' | 'ready' | 'failed';
  error?: unknown;
  hasMore: boolean;
  loadMore(): void;
  reload(): void;
  /** For a change that is shown before, or without, asking again. */
  change(change: (items: readonly T[]) => readonly T[]): void;
}

/**
 * A list that comes page by page, from the first again when a dependency changes. One page is asked for at a time. The
 * rows of before stay until the new ones come: a row that stays can be pressed while the list is read.
 * @param options.empties the rows go at once, since those of another picture or collection are no answer to this one
 */
export function usePages<T>(
  loadPage: (page: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page<T>>,
  dependencies: readonly unknown[] = [],
  { empties = false }: { empties?: boolean } = {},
): Pages<T> {
  const [items, setItems] = useState<readonly T[]>([]);
  const [state, setState] = useState<Pages<T>['state']>('loading');
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  const next = useRef<string | null | undefined>(undefined);
  const abort = useRef<AbortController>(undefined);

  const load = useCallback(async (cursor: string | undefined) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setState('loading');
    try {
      const page = await loadPage({ limit: 50, ...(cursor && { cursor }) }, mine.signal);
      if (mine.signal.aborted) return;
      next.current = page.nextCursor ?? null;
      setItems((last) => (cursor === undefined ? page.items : [...last, ...page.items]));
      setError(undefined);
      setState('ready');
    } catch (failure) {
      if (mine.signal.aborted) return;
      // Rows of another search would look like an answer to this one.
      if (cursor === undefined) setItems([]);
      setError(failure);
      setState('failed');
    }
  }, dependencies);

  useEffect(() => {
    next.current = undefined;
    if (empties) setItems([]);
    void load(undefined);
    return () => abort.current?.abort();
  }, [load, round]);

  return {
    items,
    state,
    error,
    hasMore: typeof next.current === 'string',
    loadMore: useCallback(() => {
      if (state !== 'loading' && (typeof next.current === 'string' || state === 'failed'))
        void load(next.current ?? undefined);
    }, [load, state]),
    reload: useCallback(() => setRound((last) => last + 1), []),
    change: setItems,
  };
}
