import { useCallback, useRef, useState } from 'preact/hooks';

/** A form's request: one at a time, its failure shown until the next. What is sent is what the form shows last. */
export function usePost<Values extends unknown[]>(send: (...values: Values) => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const running = useRef(false);
  const latest = useRef(send);
  latest.current = send;
  const post = useCallback(async (...values: Values) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await latest.current(...values);
    } catch (failure) {
      setError(failure);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { post, isBusy, error };
}
