import { afterEach, beforeEach, expect, test, vi } from 'vitest';

interface Look {
  isVisible: boolean;
  intersectionRatio: number;
}
let tell: (looks: Look[]) => void;
let asked: unknown;
const disconnect = vi.fn();

vi.stubGlobal(
  'IntersectionObserverEntry',
  class {
    get isVisible() {
      return true;
    }
  },
);
vi.stubGlobal(
  'IntersectionObserver',
  class {
    constructor(listener: typeof tell, init: unknown) {
      tell = listener;
      asked = init;
    }
    observe() {}
    disconnect = disconnect;
  },
);
const { canTellSight, watchSight } = await import('./sight.ts');

const inSight = { isVisible: true, intersectionRatio: 1 };
const seen: boolean[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  seen.length = 0;
});
afterEach(() => vi.useRealTimers());
const watch = () => watchSight({} as Element, (isSeen) => seen.push(isSeen));

test('asks the browser whether the element is drawn unchanged', () => {
  watch()();
  expect(canTellSight).toBe(true);
  expect(asked).toMatchObject({ trackVisibility: true });
  expect(disconnect).toHaveBeenCalledOnce();
});

test('counts as seen only what was in sight for half a second', () => {
  watch();
  tell([inSight]);
  vi.advanceTimersByTime(499);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual([true]);
});

test.each<[string, Look]>([
  ['covered', { isVisible: false, intersectionRatio: 1 }],
  ['cut', { isVisible: true, intersectionRatio: 0.5 }],
])('starts over when it was %s meanwhile', (_, look) => {
  watch();
  tell([inSight]);
  vi.advanceTimersByTime(400);
  tell([look]);
  tell([inSight]);
  vi.advanceTimersByTime(400);
  expect(seen).toEqual([false]);
  vi.advanceTimersByTime(100);
  expect(seen).toEqual([false, true]);
  tell([look]);
  expect(seen).toEqual([false, true, false]);
});

test('overlooks none of the looks that come together', () => {
  watch();
  tell([inSight]);
  vi.advanceTimersByTime(300);
  tell([{ isVisible: false, intersectionRatio: 1 }, inSight]);
  vi.advanceTimersByTime(499);
  expect(seen).toEqual([false]);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual([false, true]);
});
