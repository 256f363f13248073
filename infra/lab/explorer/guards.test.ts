import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guards } from './guards.ts';

const root = join(import.meta.dirname, '../../..');

test('each guard that can be taken out stands in the core once', () => {
  const removals = guards.flatMap(({ name, removals: all }) => all.map((one) => ({ name, ...one })));
  const counts = removals.map(({ name, file, from }) => ({
    name,
    times: readFileSync(join(root, file), 'utf8').split(from).length - 1,
  }));
  expect(counts.filter(({ times }) => times !== 1)).toEqual([]);
  expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
});
