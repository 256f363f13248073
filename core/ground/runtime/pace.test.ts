import { expect, test } from 'vitest';
import { createManualClock } from '../../testing/manualClock.ts';
import { createPace, type RoundEnd } from './pace.ts';

/** Counts the rounds of work that ends as `endOf` says. */
function startRounds(endOf: () => RoundEnd) {
  const clock = createManualClock();
  const pace = createPace(clock, { intervalMs: 1_000, idleIntervalMs: 5_000 });
  let rounds = 0;
  let isStopped = false;
  const running = (async () => {
    while (!isStopped) {
      rounds += 1;
      await pace.rest(endOf());
    }
  })();
  const advance = async (seconds: number) => {
    const before = rounds;
    await clock.advance(seconds * 1_000);
    // Lets a round begin that was woken.
    await new Promise(setImmediate);
    return rounds - before;
  };
  const stop = async () => {
    isStopped = true;
    pace.stop();
    await running;
  };
  return { pace, advance, stop };
}

test('work that finds nothing rests longer and longer, and no longer than it may', async () => {
  const { advance, stop } = startRounds(() => 'idle');
  expect(await advance(2)).toBe(1);
  expect(await advance(4)).toBe(1);
  for (let round = 0; round < 4; round += 1) expect(await advance(5)).toBe(1);
  await stop();
});

test('work that finds something rests no longer than its interval', async () => {
  const { advance, stop } = startRounds(() => undefined);
  for (let second = 0; second < 12; second += 1) expect(await advance(1)).toBe(1);
  await stop();
});

test('a rest that grew ends at once when it is woken or stirred, and grows anew', async () => {
  for (const act of ['wake', 'stir'] as const) {
    const { pace, advance, stop } = startRounds(() => 'idle');
    await advance(21 + 3);
    pace[act]();
    expect(await advance(0.001)).toBe(1);
    expect(await advance(2)).toBe(1);
    await stop();
  }
});

test('what happens in the first part of a rest leaves out the rest of it, and no more', async () => {
  const { pace, advance, stop } = startRounds(() => 'idle');
  await advance(21 + 0.5);
  pace.stir();
  expect(await advance(0.4)).toBe(0);
  expect(await advance(0.2)).toBe(1);
  await stop();
});

test('who was woken during a round begins the next one at once, and rests after that', async () => {
  let rounds = 0;
  const { pace, advance, stop } = startRounds(() => {
    rounds += 1;
    if (rounds === 2) pace.wake();
    return 'idle';
  });
  expect(await advance(2)).toBe(2);
  expect(await advance(1.5)).toBe(0);
  await stop();
});
