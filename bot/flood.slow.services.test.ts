import { expect, test } from 'vitest';
import { floodBot } from './testing/floodBot.ts';

test('every interaction is answered in time while the API is silent', async () => {
  const flood = await floodBot({ count: 200, overMs: 2_000 });
  expect(flood).toMatchObject({ sent: 200, missed: 0, isAlive: true });
  // Of the five kinds, three are deferred.
  expect([flood.deferredMs.length, flood.answeredMs.length]).toEqual([120, 80]);
});
