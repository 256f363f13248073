import { describe, expect, test } from 'vitest';
import { StatementTimeout } from '../../../ground/db/connect.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { Evicted, Recalled, Requeued } from '../attempt/attempt.ts';
import type { TakenSlot } from '../takenSlots.ts';
import { createAttemptRunners } from './attemptRunners.ts';

const slotOf = (taskId: string, values: Partial<TakenSlot> = {}): TakenSlot => ({
  taskId,
  attempt: 1,
  backendId: 'a backend',
  slot: 0,
  state: 'posted',
  promptId: null,
  startedAt: null,
  isOver: false,
  isRecalled: false,
  ...values,
});

test('an eviction ends waiting attempts and no attempt that has begun', async () => {
  const signals = new Map<string, AbortSignal>();
  const left = new AbortController();
  const runners = createAttemptRunners(
    { clock: systemClock, logger: silentLogger },
    left.signal,
    async ({ taskId }, { run }, { noteStarted }) => {
      signals.set(taskId, run);
      if (taskId === 'begun here') noteStarted();
      await new Promise((resolve) => run.addEventListener('abort', resolve));
    },
  );
  const slots = [slotOf('waiting'), slotOf('begun here'), slotOf('begun before', { startedAt: new Date() })];
  runners.takeIn(slots, 0);
  runners.evictWaiting('the backend executes nothing');
  expect(signals.get('waiting')?.reason).toBeInstanceOf(Evicted);
  expect(signals.get('begun here')?.aborted).toBe(false);
  expect(signals.get('begun before')?.aborted).toBe(false);
  await runners.endAll(new Error('the test is over'));
});

test('a recall ends a waiting attempt and none that has begun', async () => {
  const reasons = new Map<string, unknown>();
  const runners = createAttemptRunners(
    { clock: systemClock, logger: silentLogger },
    new AbortController().signal,
    async ({ taskId }, { run }) => {
      await new Promise((resolve) => run.addEventListener('abort', resolve));
      reasons.set(taskId, run.reason);
    },
  );
  const recalled = { isRecalled: true };
  const slots = [slotOf('waiting', recalled), slotOf('begun', { ...recalled, startedAt: new Date() })];
  runners.takeIn(slots, 0);
  runners.takeIn(slots, 0);
  const end = new Error('the test is over');
  await runners.endAll(end);
  expect(reasons.get('waiting')).toBeInstanceOf(Recalled);
  expect(reasons.get('begun')).toBe(end);
});

test('a requeue ends an attempt that has begun, once', async () => {
  const reasons: unknown[] = [];
  const runners = createAttemptRunners(
    { clock: systemClock, logger: silentLogger },
    new AbortController().signal,
    async (_work, { run }) => {
      await new Promise((resolve) => run.addEventListener('abort', resolve));
      reasons.push(run.reason);
    },
  );
  const slot = slotOf('running', { startedAt: new Date(), isRequeued: true });
  const look = async (atMs: number) => {
    runners.takeIn([slot], atMs);
    await new Promise((resolve) => setImmediate(resolve));
  };
  // As a later owner finds it: it begins to follow the prompt, and then ends it.
  const later = Number.MAX_SAFE_INTEGER;
  await look(0);
  await look(0);
  expect(reasons).toEqual([expect.any(Requeued)]);
  // It turned out to be done, so it stayed and is followed to its end.
  await look(later);
  await look(later);
  expect(reasons).toHaveLength(1);
  await runners.endAll(new Error('the test is over'));
});

test('an attempt that breaks off restarts later each time, with its count', async () => {
  const clock = createManualClock();
  const told: number[] = [];
  let isAway = false;
  const runners = createAttemptRunners(
    { clock, logger: silentLogger },
    new AbortController().signal,
    async (_work, _signals, { brokeOff }) => {
      told.push(brokeOff);
      throw isAway ? new StatementTimeout('away') : new TypeError('x is not a function');
    },
  );
  const takeIn = async (afterMs: number) => {
    await clock.advance(afterMs);
    runners.takeIn([slotOf('broken')], clock.monotonicMs());
    await new Promise((resolve) => setImmediate(resolve));
    return told.length;
  };
  expect(await takeIn(1)).toBe(1);
  expect([await takeIn(199), await takeIn(1)]).toEqual([1, 2]);
  isAway = true;
  expect([await takeIn(399), await takeIn(1)]).toEqual([2, 3]);
  expect([await takeIn(799), await takeIn(1)]).toEqual([3, 4]);
  // A database that is away is not a fault of the attempt.
  expect(told).toEqual([0, 1, 2, 2]);
  for (let times = 0; times < 10; times++) await takeIn(60_000);
  expect(told).toHaveLength(14);
});

describe('a later attempt posts', () => {
  type Earlier = Parameters<Parameters<typeof createAttemptRunners>[2]>[2] &
    Pick<PromiseWithResolvers<void>, 'resolve' | 'reject'>;

  /** An attempt that the test ends, and a later one that posts as soon as it may. */
  async function beginTwo(values: Partial<TakenSlot> = {}) {
    const posted = Promise.withResolvers<void>();
    let isPosted = false;
    let earlier: Earlier | undefined;
    const runners = createAttemptRunners(
      { clock: systemClock, logger: silentLogger },
      new AbortController().signal,
      async ({ taskId }, { run }, own) => {
        if (taskId === 'earlier') {
          const { promise, resolve, reject } = Promise.withResolvers<void>();
          earlier = { ...own, resolve, reject };
          return promise;
        }
        await own.turn.comes(run);
        isPosted = true;
        posted.resolve();
      },
    );
    const slot = slotOf('earlier', { state: 'assigned', ...values });
    runners.takeIn([slot, slotOf('later', { slot: 1 })], 0);
    await new Promise((resolve) => setImmediate(resolve));
    if (!earlier) throw new Error('the earlier attempt runs');
    return { earlier, slot, runners, posted: posted.promise, isPosted: () => isPosted };
  }
  type Scene = Awaited<ReturnType<typeof beginTwo>>;

  test.each<[string, (scene: Scene) => void]>([
    ['has posted', ({ earlier }) => earlier.turn.pass()],
    ['has ended', ({ earlier }) => earlier.resolve()],
    ['broke off', ({ earlier }) => earlier.reject(new TypeError('x is not a function'))],
    ['is told to end', ({ runners, slot }) => runners.takeIn([{ ...slot, isOver: true }], 1)],
  ])('once the earlier one %s, and not before', async (_what, act) => {
    const scene = await beginTwo();
    expect(scene.isPosted()).toBe(false);
    act(scene);
    await scene.posted;
  });

  test.each([{ promptId: 'a prompt of the last owner' }, { isOver: true }])(
    'at once when the earlier one has nothing to post: %j',
    async (values) => await (await beginTwo(values)).posted,
  );
});
