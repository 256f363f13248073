import { systemClock } from '@star-graph/core/runtime/clock';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ApiDeps } from '../../apiDeps.ts';
import { createPlatformHandlers } from './platformHandlers.ts';

test.each([
  { title: 'is away', status: 'reconnecting', asked: 0 },
  { title: 'is silent', status: 'ready', asked: 1 },
])('readiness does not wait for a Redis that $title', async ({ status, asked }) => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const ping = vi.fn(() => new Promise<never>(() => undefined));
  const config = { API_HOST: '127.0.0.1' };
  const platform = { clock: systemClock, config, publicUrl: 'http://127.0.0.1' };
  const deps = { ...platform, database: { raw: async () => [] }, redis: { status, ping } };
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

test('readiness requests within a second share one statement', async () => {
  const raw = vi.fn(async () => []);
  const deps = {
    clock: createManualClock(),
    config: { API_HOST: '127.0.0.1' },
    publicUrl: 'http://127.0.0.1',
    database: { raw },
    redis: { status: 'end' },
  };
  const { getReadiness } = createPlatformHandlers(deps as unknown as ApiDeps);
  const ask = () => getReadiness({ ctx: {} } as Parameters<typeof getReadiness>[0]);
  await Promise.all(Array.from({ length: 20 }, ask));
  await deps.clock.advance(999);
  await ask();
  expect(raw).toHaveBeenCalledTimes(1);
  await deps.clock.advance(1);
  await ask();
  expect(raw).toHaveBeenCalledTimes(2);
});
