import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** What a view shows of something that is loaded: a skeleton, the thing, or what went wrong with a way out. */
type Resource<T> =
  | { state: 'loading'; value?: undefined; error?: undefined }
  | { state: 'ready'; value: T; error?: undefined }
  /** `value` is the last one that came, to be shown beside the words. */
  | { state: 'failed'; value?: T; error: unknown };

export type LoadedResource<T> = Resource<T> & {
  reload(): void;
  /** Takes what a change answered, without asking again. */
  put(value: T): void;
};

/**
 * Loads when the view opens and whenever a dependency changes. An answer to an earlier question is dropped; the value
 * of the same question stays in view while it is asked again.
 */
export function useResource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  dependencies: readonly unknown[],
): LoadedResource<T> {
  const [resource, setResource] = useState<Resource<T>>({ state: 'loading' });
  const [round, setRound] = useState(0);
  const asked = useRef(dependencies);
  useEffect(() => {
    const abort = new AbortController();
    const isSameQuestion = asked.current.every((value, at) => Object.is(value, dependencies[at]));
    asked.current = dependencies;
    if (!isSameQuestion) setResource({ state: 'loading' });
    load(abort.signal).then(
      (value) => !abort.signal.aborted && setResource({ state: 'ready', value }),
      (error: unknown) =>
        !abort.signal.aborted &&
        setResource((last) =>
          last.value === undefined
            ? { state: 'failed', error }
            : { state: 'failed', error, value: last.value },
        ),
    );
    return () => abort.abort();
  }, [...dependencies, round]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const put = useCallback((value: T) => setResource({ state: 'ready', value }), []);
  return { ...resource, reload, put };
}
