import { expect, test } from 'vitest';
import { keyOfPrice } from './wishOf.ts';

test('words and seeds leave the price that is shown, and all else has another one asked for', () => {
  const asked = { prompt: 'a fox', seed: 1, count: 1, width: 1024 };
  const key = keyOfPrice(asked);
  expect(keyOfPrice({ ...asked, prompt: 'two foxes', seed: 2 })).toBe(key);
  for (const other of [{ count: 4 }, { width: 768 }, { steps: 30 }])
    expect(keyOfPrice({ ...asked, ...other })).not.toBe(key);
});
