import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createMovableClock } from './movableClock.ts';

/** As a busy machine does it. */
function standStill(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test('a short wait does not count the time in which its process stood still', async () => {
  const clock = createMovableClock();
  let isOver = false;
  clock.after(500, () => {
    isOver = true;
  });
  standStill(600);
  // Timers that are due run before it.
  await setImmediate();
  expect(isOver).toBe(false);
  await expect.poll(() => isOver).toBe(true);
});

test('a wait that is called off does not end, nor one whose time was moved over twice', async () => {
  const clock = createMovableClock();
  const ended: string[] = [];
  const callOff = clock.after(60, () => ended.push('called off'));
  clock.after(1_000, () => ended.push('moved'));
  clock.after(120, () => ended.push('waited for'));
  callOff();
  clock.advance(1_000);
  await expect.poll(() => ended.length).toBe(2);
  expect(ended).toEqual(['moved', 'waited for']);
});
