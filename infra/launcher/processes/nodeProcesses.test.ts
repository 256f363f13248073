import { expect, test } from 'vitest';
import { heapFlags } from './nodeProcesses.ts';

test.each([
  [1, 512],
  [4, 512],
  [6, 768],
  [24, 1_024],
])('on a machine of %i GiB a heap has %i MiB at most', (gibibytes, mebibytes) => {
  expect(heapFlags(gibibytes * 2 ** 30)).toContain(`--max-old-space-size=${mebibytes}`);
});

test.each([
  [4, ['--max-semi-space-size=2', '--heap-growing-percent=20']],
  [4.1, ['--max-semi-space-size=4']],
])('on a machine of %d GiB garbage is collected as soon as its memory asks for', (gibibytes, flags) => {
  expect(heapFlags(gibibytes * 2 ** 30).slice(1)).toEqual(flags);
});
