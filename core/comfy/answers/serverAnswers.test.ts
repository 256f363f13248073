import { expect, test } from 'vitest';
import { parseFacts } from './serverAnswers.ts';

test.each([
  [['main.py', '--cache-lru', '100'], 100],
  [['main.py', '--cache-lru=7', '--listen'], 7],
  [['main.py', '--cache-lru'], 0],
  [['main.py', '--cache-lru', '--listen'], 0],
  [['main.py', '--cache-none'], 0],
  [undefined, 0],
])('a server started with %j keeps %i results', (argv, kept) => {
  const system = { ram_total: 1, ...(argv && { argv }) };
  expect(parseFacts({ system }, {}).keptResults).toBe(kept);
});
