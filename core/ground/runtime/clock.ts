/** Time as a dependency, so that tests advance it instead of sleeping. */
export interface Clock {
  /** Wall time, for what is stored and shown. */
  now(): Date;
  /** Milliseconds that never run backwards, for intervals. */
  monotonicMs(): number;
  /** Runs `act` once, `ms` later (soon when it is negative). @returns a function that cancels it. */
  after(ms: number, act: () => void): () => void;
  /** Resolves after `ms` (soon when it is negative), or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const sleepBy =
  (after: Clock['after']): Clock['sleep'] =>
  (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = after(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });

function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, Math.max(0, ms));
  return () => clearTimeout(timer);
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after,
  sleep: sleepBy(after),
};
