import { expect, test } from 'vitest';
import { createManualClock } from '../../../../testing/manualClock.ts';
import type { AttemptOutcome } from '../decision.ts';
import { usedSeconds } from './usedSeconds.ts';

const ended = (ranMs?: number): AttemptOutcome => ({ kind: 'succeeded', outputs: [], ranMs });

/** An owner that looks a minute after the start. */
async function lookLate(startedAt: 'by this owner' | 'before it' | 'never', outcome: AttemptOutcome) {
  const clock = createManualClock();
  const begun = clock.now();
  await clock.advance(60_000);
  const seen = startedAt === 'before it' ? begun : null;
  return usedSeconds({ clock }, { startedAt: seen }, startedAt === 'by this owner' ? 0 : undefined, outcome);
}

test.each([
  ['by this owner', 'that stood still', 2_000, 2],
  ['by this owner', 'where the server says longer', 90_000, 60],
  ['by this owner', 'where the server says nothing', undefined, 60],
  ['before it', 'that ended long ago', 2_000, 2],
  ['before it', 'where the server says nothing', undefined, 60],
  ['never', 'that ended at once', 2_000, 0],
] as const)('a run seen to start %s, %s, pays what it used', async (seen, _, ranMs, seconds) => {
  expect(await lookLate(seen, ended(ranMs))).toBe(seconds);
});
