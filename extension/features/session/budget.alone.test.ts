import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';

vi.stubGlobal('browser', fakeBrowser);
const { budgetItem, hasRoom, holdCredits, ofToday, setStopped, settleCredits, spentOf } = await import(
  './budget.ts'
);
const { settingsItem } = await import('./settings.ts');

const readBudget = async () => ofToday(await budgetItem.getValue());
const readSpent = async () => spentOf(await readBudget());

beforeEach(async () => {
  // Far from the end of the day: what is spent counts by it.
  vi.useFakeTimers({ now: new Date(2026, 4, 1, 12), toFake: ['Date'] });
  fakeBrowser.reset();
  await settingsItem.setValue({ creditsPerDay: 5 });
  return () => vi.useRealTimers();
});

test('pictures of two tabs at once never hold more than the day has', async () => {
  const held = await Promise.all(['a', 'b', 'c'].map((id) => holdCredits(id, 2, true)));
  expect(held.filter(Boolean)).toHaveLength(2);
  expect(await readSpent()).toBe(4);
  expect(hasRoom(await readBudget(), 5)).toBe(false);
  expect(hasRoom(await readBudget(), 6)).toBe(true);
});

test('a picture that a later worker sends again holds its price once, even after a stop', async () => {
  expect(await holdCredits('a', 3, true)).toBe(true);
  await setStopped(true);
  expect(await holdCredits('a', 3, false)).toBe(true);
  expect(await readSpent()).toBe(3);
});

test.each([
  ['a tab that is not in front', async () => undefined, false],
  ['a person who pressed stop', () => setStopped(true), true],
])('nothing begins for %s', async (_, prepare, mayBegin) => {
  await prepare();
  expect(await holdCredits('a', 1, mayBegin)).toBe(false);
  expect(await readSpent()).toBe(0);
  await setStopped(false);
  expect(await holdCredits('a', 1, true)).toBe(true);
});

test('what a picture did not cost in the end is there for others', async () => {
  await holdCredits('a', 4, true);
  expect(await holdCredits('b', 4, true)).toBe(false);
  await settleCredits('a', 1);
  await settleCredits('of another day', 4);
  expect(await readSpent()).toBe(1);
  expect(await holdCredits('b', 4, true)).toBe(true);
});

test('the next day begins with nothing spent, and a stop outlasts the night', async () => {
  vi.setSystemTime(new Date(2026, 4, 1, 23, 59));
  await holdCredits('a', 5, true);
  await setStopped(true, { code: 'insufficient-credits' });
  vi.setSystemTime(new Date(2026, 4, 2, 0, 1));
  expect(await readBudget()).toMatchObject({ costs: {}, isStopped: true });
  await setStopped(false);
  expect(await holdCredits('b', 5, true)).toBe(true);
  expect((await readBudget()).costs).toEqual({ b: 5 });
  expect((await readBudget()).problem).toBeUndefined();
});
