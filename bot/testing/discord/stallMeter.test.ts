import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStallMeter } from './stallMeter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('only time without turns counts as stalled', () => {
  let stoppedMs = 0;
  const meter = createStallMeter(() => Date.now() + stoppedMs);
  vi.advanceTimersByTime(5_000);
  expect(meter.stalledMs()).toBe(0);
  stoppedMs = 4_000;
  // The stall also counts before the next turn: the first code after a stall may ask.
  expect(meter.stalledMs()).toBe(3_900);
  vi.advanceTimersByTime(1_000);
  expect(meter.stalledMs()).toBe(3_950);
  meter.stop();
});
