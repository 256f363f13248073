import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ApiContext } from '../apiContext.ts';
import { limitTime } from './limitTime.ts';

const limit = limitTime({ limitMs: 20 });
const ctx = { state: { log: { debug: () => undefined } } } as unknown as ApiContext;

test('an answer that came while the process stood still is given', async () => {
  const work = async () => {
    const found = stat(import.meta.filename);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    await found;
  };
  expect(await limit(ctx, work)).toBeUndefined();
});

test('work that never ends is answered as too late', async () => {
  const never = () => Promise.withResolvers<void>().promise;
  await expect(limit(ctx, never)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
});
