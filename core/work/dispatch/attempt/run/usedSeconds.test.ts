import { expect, test } from 'vitest';
import { createManualClock } from '../../../../testing/manualClock.ts';
import type { AttemptOutcome } from '../decision.ts';
import { ranMs, usedSeconds } from './usedSeconds.ts';

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

const lost: AttemptOutcome = { kind: 'unreachable' };

test.each([
  ['a server that was lost, until it was last heard of', lost, 88, 1_000, 3_000, 2_000],
  ['a server that forgot it, the same', { kind: 'forgotten' }, 88, 1_000, 3_000, 2_000],
  ['a lost server that was never heard of, nothing', lost, 88, 1_000, undefined, undefined],
  ['a server that says how long, that', ended(2_000), 88, 1_000, 3_000, 2_000],
  ['a server that says nothing, what was seen', ended(), 88, 1_000, 3_000, 88_000],
  ['a run that nobody saw, nothing', ended(), 0, undefined, undefined, undefined],
] as const)('GPU time counts of %s', (_, outcome, used, startedAtMs, heardAtMs, ms) => {
  expect(ranMs({ outcome, usedSeconds: used, startedAtMs, heardAtMs })).toBe(ms);
});
