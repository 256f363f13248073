import { expect, test } from 'vitest';
import { drawPlan } from './plan.ts';
import type { Ended } from './story.ts';
import { createSummary } from './summary.ts';

const endedWith = (faults: string[]): Ended => ({
  plan: drawPlan(1),
  faults,
  steps: 1,
  ms: 1,
  digest: '',
  story: [],
  choices: [],
  states: new Set(),
  lockWaits: 0,
  sometimes: new Set(),
  moments: new Set(),
});

test('a long run says after each 500 stories how far it is', () => {
  const summary = createSummary();
  const lines: string[] = [];
  for (let seed = 3_001; seed <= 4_100; seed++) {
    summary.add(endedWith(seed === 3_100 ? ['a task was run twice'] : []));
    const line = summary.progressAt(seed);
    if (line) lines.push(line);
  }
  expect(lines.map((line) => line.replace(/\d+ stories a minute/, 'n stories a minute'))).toEqual([
    'seed 3500: 500 stories, 1 of them failed, n stories a minute',
    'seed 4000: 1000 stories, 1 of them failed, n stories a minute',
  ]);
});
