import { isPortFree } from '@star-graph/core/ground/runtime/freePort';
import { expect, test } from 'vitest';
import { holdFreePort } from './heldPort.ts';

test('a held port is free for its process alone, between two of its runs too', async () => {
  const held = await holdFreePort();
  expect(await isPortFree(held.port)).toBe(false);
  await held.release();
  expect(await isPortFree(held.port)).toBe(true);
  await held.hold();
  expect(await isPortFree(held.port)).toBe(false);
  await held.release();
});
