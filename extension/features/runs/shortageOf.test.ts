import { expect, test } from 'vitest';
import { type Run, shortageOf } from './run.ts';

const priced = (cost: number, available = 10): Run => ({
  id: crypto.randomUUID(),
  taskKey: '',
  state: 'quoted',
  workflow: 'upscale',
  params: {},
  notes: [],
  fileName: 'picture',
  createdAtMs: 0,
  cost,
  available,
});
const sharedCredits = { perDay: 9, left: 6, available: 90, pays: true };

test.each([
  ['nothing is missing for as much as there is', [priced(4), priced(6)], undefined],
  ['together they may cost too much', [priced(4), priced(7)], { cost: 11, available: 10, missing: 1 }],
  ['what the server pays is not missing', [{ ...priced(5), sharedCredits }, priced(7)], undefined],
  ['nothing is said before each has its price', [priced(40), { ...priced(4), cost: undefined }], undefined],
  ['nor before each was asked for', [priced(40), { ...priced(4), available: undefined }], undefined],
  ['none costs nothing', [], undefined],
])('of pictures under one question: %s', (_, runs, shortage) => {
  expect(shortageOf(runs)).toEqual(shortage);
});
