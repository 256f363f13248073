import pino from 'pino';
import { expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { createFreshView } from './freshView.ts';
import { createKeptViews } from './keptViews.ts';

function keepOne(lifeMs = 1_000) {
  const clock = createManualClock();
  const keptViews = createKeptViews({ clock, log: pino({ level: 'silent' }) });
  let loads = 0;
  const view = createFreshView({ clock, keptViews }, lifeMs, async () => ++loads);
  return { clock, keptViews, view, loads: () => loads };
}

test('nobody waits for a view that is in use', async () => {
  const { clock, keptViews, view, loads } = keepOne();
  const kept = keptViews.keepFresh();
  await view.read();
  for (let second = 1; second <= 5; second += 1) {
    await clock.advance(1_000);
    const before = loads();
    expect(await view.read()).toBe(before);
    expect(loads()).toBe(before);
  }
  await kept.stop();
});

test('a view is not read more often than its life needs, and not at all once nobody asks', async () => {
  const { clock, keptViews, view, loads } = keepOne(10_000);
  const kept = keptViews.keepFresh();
  await view.read();
  for (let step = 0; step < 40; step += 1) await clock.advance(750);
  expect(loads()).toBeLessThanOrEqual(4);
  for (let step = 0; step < 80; step += 1) await clock.advance(750);
  const quiet = loads();
  for (let step = 0; step < 80; step += 1) await clock.advance(750);
  expect(loads()).toBe(quiet);
  await kept.stop();
});

test('a change that is heard is read at once', async () => {
  const { keptViews, view, loads } = keepOne();
  const kept = keptViews.keepFresh();
  await view.read();
  kept.hearChange();
  await eventually(() => expect(loads()).toBe(2));
  expect(await view.read()).toBe(2);
  await kept.stop();
});

test('on a platform that nobody uses, what is in use at all times is read every five seconds, and at once after a change', async () => {
  const { clock, keptViews, view, loads } = keepOne();
  let reads = 0;
  const refresh = async () => {
    reads += 1;
  };
  keptViews.add({ lifeMs: 1_000, refresh, ageMs: () => Number.POSITIVE_INFINITY });
  const kept = keptViews.keepFresh();
  const advance = async (seconds: number) => {
    const before = reads;
    for (let step = 0; step < 4 * seconds; step += 1) await clock.advance(250);
    return reads - before;
  };
  await advance(20);
  expect(await advance(50)).toBe(10);
  const before = reads;
  kept.hearChange();
  await eventually(() => expect(reads).toBe(before + 1));
  // Somebody comes: all is read in time again, without their asking twice.
  await advance(20);
  await view.read();
  const readOnce = loads();
  expect(await advance(9)).toBeGreaterThanOrEqual(11);
  expect(loads()).toBeGreaterThanOrEqual(readOnce + 8);
  await kept.stop();
});
