import type { Clock } from '../../ground/runtime/clock.ts';
import { ComfyFault } from '../comfy.ts';

/** A signal that aborts with a `timed-out` fault unless it is told regularly that something still moves. */
interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
  /** Restarts the time. */
  renew(): void;
}

/**
 * The limit also passes on the abort of `outer`, with its reason. Dispose of it when the call is over. A process that
 * stood still finds its timers due before it has read what came meanwhile: that is read first, and counts.
 */
export function createTimeLimit(
  deps: { clock: Clock },
  options: { what: string; timeoutMs: number; outer?: AbortSignal | undefined },
): TimeLimit {
  const expiry = new AbortController();
  const expire = () =>
    expiry.abort(new ComfyFault('timed-out', `${options.what}: no answer in ${options.timeoutMs} ms`));
  const start = () => {
    let turn: NodeJS.Immediate | undefined;
    const stop = deps.clock.after(options.timeoutMs, () => {
      turn = setImmediate(expire);
    });
    return () => {
      stop();
      clearImmediate(turn);
    };
  };
  let cancel = start();
  return {
    signal: options.outer ? AbortSignal.any([expiry.signal, options.outer]) : expiry.signal,
    renew() {
      cancel();
      cancel = start();
    },
    [Symbol.dispose]() {
      cancel();
    },
  };
}
