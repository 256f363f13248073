import type { Clock } from '../../runtime/clock.ts';
import { ComfyFault } from '../comfy.ts';

/** A signal that aborts with a `timed-out` fault unless it is told regularly that something still moves. */
export interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
  /** Restarts the time. */
  renew(): void;
}

/** The reason for stopping a timer; one shared object, since every request has a timer. */
const inTime = new Error('stopped in time');

/** The limit also passes on the abort of `outer`, with its reason. Dispose of it when the call is over. */
export function createTimeLimit(
  deps: { clock: Clock },
  options: { what: string; timeoutMs: number; outer?: AbortSignal | undefined },
): TimeLimit {
  const expiry = new AbortController();
  let timer = new AbortController();
  const start = () => {
    const current = new AbortController();
    timer = current;
    deps.clock.sleep(options.timeoutMs, current.signal).then(
      () =>
        expiry.abort(new ComfyFault('timed-out', `${options.what}: no answer in ${options.timeoutMs} ms`)),
      () => undefined, // Stopped in time.
    );
  };
  start();
  return {
    signal: options.outer ? AbortSignal.any([expiry.signal, options.outer]) : expiry.signal,
    renew() {
      timer.abort(inTime);
      start();
    },
    [Symbol.dispose]() {
      timer.abort(inTime);
    },
  };
}
