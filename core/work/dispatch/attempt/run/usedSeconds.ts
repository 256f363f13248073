import type { Clock } from '../../../../ground/runtime/clock.ts';
import type { OwnPrompt } from '../attempt.ts';
import type { AttemptOutcome } from '../decision.ts';

/**
 * The time that a run is paid for.
 * @param startedAtMs when this owner saw it start, monotonic; undefined: it did not
 */
export function usedSeconds(
  { clock }: { clock: Pick<Clock, 'now' | 'monotonicMs'> },
  { startedAt }: Pick<OwnPrompt, 'startedAt'>,
  startedAtMs: number | undefined,
  outcome: AttemptOutcome,
): number {
  // It may have ended long before it was looked at, by this owner or after one that stood still: its server knows.
  const ranMs = ('ranMs' in outcome ? outcome.ranMs : undefined) ?? Number.POSITIVE_INFINITY;
  const seenMs =
    startedAt === null
      ? clock.monotonicMs() - (startedAtMs ?? clock.monotonicMs())
      : clock.now().getTime() - startedAt.getTime();
  return Math.min(ranMs, seenMs) / 1_000;
}
