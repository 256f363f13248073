import { statSync } from 'node:fs';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { readCpuMs } from './processIdentity.ts';

/** Of one processor: an idle process that waits for what never comes uses less. */
const leastUse = 0.01;
/** However much it does: it may be going in circles. */
const mostWaits = 10;

/**
 * For a start that takes longer than it should: a busy machine takes minutes.
 * @returns a function that says whether to wait on: within the time, and as long as the process used its processor or
 * wrote to its log in the last such time.
 */
export function createPatience(
  clock: Pick<Clock, 'monotonicMs'>,
  { readyTimeoutMs, logFile }: { readyTimeoutMs: number; logFile: string },
  pid: number | undefined,
): () => boolean {
  const startedAtMs = clock.monotonicMs();
  const look = () => ({
    cpuMs: pid === undefined ? 0 : readCpuMs(pid),
    logBytes: statSync(logFile, { throwIfNoEntry: false })?.size ?? 0,
  });
  let last = look();
  let waits = 1;
  return () => {
    if (clock.monotonicMs() <= startedAtMs + waits * readyTimeoutMs) return true;
    const now = look();
    const isBusy = now.cpuMs - last.cpuMs >= readyTimeoutMs * leastUse || now.logBytes > last.logBytes;
    last = now;
    waits += 1;
    return isBusy && waits <= mostWaits;
  };
}
