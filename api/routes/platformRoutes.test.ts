import { expect, onTestFinished, test, vi } from 'vitest';
import type { ApiDeps } from '../apiDeps.ts';
import { createPlatformHandlers } from './platformRoutes.ts';

test.each([
  { title: 'is away', status: 'reconnecting', asked: 0 },
  { title: 'is silent', status: 'ready', asked: 1 },
])('readiness does not wait for a Redis that $title: nothing hangs on it', async ({ status, asked }) => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const ping = vi.fn(() => new Promise<never>(() => undefined));
  const deps = { database: { raw: async () => [] }, redis: { status, ping } };
  const { getReadiness } = createPlatformHandlers(deps as unknown as ApiDeps);
  let answer: unknown;
  const answered = getReadiness({ ctx: {} } as Parameters<typeof getReadiness>[0]);
  answered.then((value) => {
    answer = value;
  });
  await vi.advanceTimersByTimeAsync(500);
  expect(answer).toEqual({ ready: true, database: true, redis: false });
  expect(ping).toHaveBeenCalledTimes(asked);
});
