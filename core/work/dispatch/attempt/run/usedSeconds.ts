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

/** Of a run whose server was lost, until it was last heard of; undefined where nothing of it was seen. */
export function ranMs({
  outcome,
  usedSeconds: used,
  startedAtMs,
  heardAtMs,
}: { outcome: AttemptOutcome; usedSeconds: number } & Record<
  'startedAtMs' | 'heardAtMs',
  number | undefined
>): number | undefined {
  const isLost = outcome.kind === 'unreachable' || outcome.kind === 'forgotten';
  if (isLost)
    return startedAtMs === undefined || heardAtMs === undefined ? undefined : heardAtMs - startedAtMs;
  const measuredMs = ('ranMs' in outcome ? outcome.ranMs : undefined) ?? Number.POSITIVE_INFINITY;
  const seenMs = used > 0 ? used * 1_000 : Number.POSITIVE_INFINITY;
  const ms = Math.min(measuredMs, seenMs);
  return Number.isFinite(ms) ? ms : undefined;
}
