import { expect, test, vi } from 'vitest';
import { createManualClock } from '../../../testing/manualClock.ts';
import { createHealth, type Dependency } from './health.ts';

const never = () => new Promise<never>(() => undefined);
const dependency = (change: Partial<Dependency>): Dependency => ({
  name: 'store',
  needed: 'always',
  limitMs: 500,
  fault: 'The store is away.',
  ask: () => undefined,
  ...change,
});

test('a silent dependency is given up after its limit', async () => {
  const clock = createManualClock();
  const health = createHealth({ clock }, [dependency({ ask: never })]);
  const answered = health.readiness();
  await clock.advance(500);
  expect(await answered).toEqual({
    ready: false,
    dependencies: [{ name: 'store', ok: false, needed: true, reason: 'The store is away.' }],
  });
});

test('a silent dependency has one question waiting, however often it is asked', async () => {
  const clock = createManualClock();
  const ask = vi.fn(never);
  const health = createHealth({ clock }, [dependency({ ask })]);
  for (let round = 0; round < 3; round++) {
    const answered = health.readiness();
    await clock.advance(1_500);
    await answered;
  }
  expect(ask).toHaveBeenCalledTimes(1);
});

test('the loss of what is not needed leaves the process ready', async () => {
  const lost = dependency({ needed: 'not', ask: () => Promise.reject(new Error('lost')) });
  const { ready, dependencies } = await createHealth({ clock: createManualClock() }, [lost]).readiness();
  expect(ready).toBe(true);
  expect(dependencies).toMatchObject([{ ok: false, needed: false }]);
});

test('requests within a second share one question', async () => {
  const clock = createManualClock();
  const ask = vi.fn();
  const health = createHealth({ clock }, [dependency({ ask })]);
  await Promise.all(Array.from({ length: 20 }, health.readiness));
  await clock.advance(999);
  await health.readiness();
  expect(ask).toHaveBeenCalledTimes(1);
  await clock.advance(1);
  await health.readiness();
  expect(ask).toHaveBeenCalledTimes(2);
});

test('a start that is over never turns back', async () => {
  const clock = createManualClock();
  let fault: Error | undefined = new Error('not yet');
  const ask = vi.fn(() => {
    if (fault) throw fault;
  });
  const health = createHealth({ clock }, [
    dependency({ name: 'schema', needed: 'start', ask }),
    dependency({ ask }),
  ]);
  expect((await health.startup()).ready).toBe(false);
  fault = undefined;
  await clock.advance(1_000);
  expect((await health.startup()).ready).toBe(true);
  fault = new Error('away');
  await clock.advance(1_000);
  expect((await health.startup()).ready).toBe(true);
  expect((await health.readiness()).ready).toBe(false);
});
