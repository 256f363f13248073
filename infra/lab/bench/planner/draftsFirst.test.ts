import { expect, test } from 'vitest';
import { draftEngines, draftsCase, simulateDay } from './draftsFirst.ts';

test.each(draftEngines)('drafts take less GPU time than whole pictures with $name', (engine) => {
  const { whole, drafts } = simulateDay(engine, draftsCase, 3);
  expect(drafts).toBeLessThan(whole * 0.7);
});

test('finishing costs more than it saves where every picture pleases', () => {
  const [engine] = draftEngines;
  if (!engine) throw new Error('no engine');
  const { whole, drafts } = simulateDay(engine, { people: 50, pleases: 1, keeps: 0.5 }, 3);
  expect(drafts).toBeGreaterThan(whole);
});
