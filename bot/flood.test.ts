import { expect, test } from 'vitest';
import { floodBot } from './testing/floodBot.ts';

test('while the API answers nothing, every command, choice, button and form is answered in time', {
  timeout: 90_000,
}, async () => {
  const flood = await floodBot({ count: 200, overMs: 2_000 });
  expect(flood).toMatchObject({ sent: 200, missed: 0, isAlive: true });
  // Of the five kinds, three are deferred.
  expect([flood.deferredMs.length, flood.answeredMs.length]).toEqual([120, 80]);
});
