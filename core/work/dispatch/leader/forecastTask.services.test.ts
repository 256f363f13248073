import type { Workflow } from '@star-graph/workflows';
import { beforeEach, expect, test } from 'vitest';
import { backend, input, modelA, modelB, task as readyTask } from '../../../testing/dispatch/planInput.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { createTestRedis } from '../../../testing/services/testRedis.ts';
import type { QuotedTask } from '../../tasks/accepting/quoteTask.ts';
import {
  createPlanPublisher,
  createPlanReader,
  nothingPlanned,
  type PublishPlan,
} from '../leader/publishedPlan.ts';
import { plan } from '../planner/plan.ts';
import type { PlanInput } from '../planner/planInput.ts';
import { createTaskIndex } from '../planner/taskIndex.ts';
import { forecastTask, toPlanInput } from './forecastTask.ts';

const redis = fixture(createTestRedis);
beforeEach(() => redis.empty());

const able = new Set(['b1', 'b2', 'b3']);
const workflow = {
  name: 'text2img',
  version: 1,
  inventoryParams: {},
  nodeClasses: () => [],
  models: () => [{ folder: 'checkpoints', name: 'b' }],
};
const catalogue = {
  backendsFor: async () => able,
  modelBytes: async () => new Map<string, number>(),
  findWorkflow: () => workflow as unknown as Workflow,
};
const quoted = {
  workflow,
  params: {},
  lane: 'interactive',
  workUnits: 1,
  estimateSeconds: 10,
} as unknown as QuotedTask;

const key = () => `${redis.prefix}plan`;

/** Publishes the plan of this input, as the leader does. */
function publish(given: PlanInput, planned: Parameters<PublishPlan>[1] = plan(given)) {
  createPlanPublisher({ ...redis, clock: createManualClock() })(
    { ...given, ready: createTaskIndex(given.ready) },
    planned,
  );
  // Longer than a slow test, and as new as when it was published.
  return redis.redis.pexpire(key(), 1_000_000);
}

const readPlan = () => createPlanReader({ ...redis, clock: createManualClock() }).read();

let isPaused = false;
const queue = { readPaused: async () => isPaused };

/** A new person's, unless said otherwise, in a process that has read nothing before. */
function forecast(userId = 'new') {
  const plans = createPlanReader({ ...redis, clock: createManualClock() });
  return forecastTask({ clock: createManualClock(), plans, queue, catalogue }, userId, quoted);
}

const busy = (id: string, outstandingSeconds: number, residency = modelA) =>
  backend(id, { freeSlots: [], isBusy: true, outstandingSeconds, residency });

test('a quote has the place that the next plan gives', async () => {
  const ready = Array.from({ length: 12 }, (_, n) =>
    readyTask(`t${n}`, { userId: `u${n % 3}`, residency: n % 4 === 0 ? modelB : modelA, runsOn: able }),
  );
  const given = input(ready, [busy('b1', 500), busy('b2', 900, modelB)], {
    servedSeconds: new Map([['u0', 30]]),
    firstSinceMs: new Map([['t0', 1]]),
    wantedSinceMs: new Map([[modelB.base, 2]]),
  });
  await publish(given);
  const newest = readyTask('zz', { userId: 'new', residency: modelB, runsOn: able });
  const { waiting } = plan({ ...given, ready: [...ready, { ...newest, createdAtMs: given.nowMs }] });
  const expected = waiting.find(({ taskId }) => taskId === 'zz');
  expect(expected?.queuePosition).toBeLessThan(ready.length);
  expect(await forecast()).toEqual({
    queuePosition: expected?.queuePosition,
    etaSeconds: expected?.etaSeconds,
  });
});

test('what a leader publishes is what it planned from', async () => {
  const ready = [
    readyTask('t1', { runsOn: able, failedOn: new Set(['b2']) }),
    readyTask('t2', { userId: 'u2', residency: modelB, runsOn: able }),
  ];
  const learned = { secondsPerUnit: new Map([['text2img', 4]]), loadFactor: 2, weight: 3, keptBytes: 7 };
  const given = input(ready, [backend('b1', { ...learned, residency: undefined }), busy('b2', 5)], {
    servedSeconds: new Map([
      ['u1', 4],
      ['gone', 9],
    ]),
    firstSinceMs: new Map([['t1', 7]]),
    wantedSinceMs: new Map([[modelA.base, 8]]),
    policies: new Map([
      ['u2', { weight: 2, simultaneousTasks: null }],
      ['gone', { weight: 1, simultaneousTasks: 2 }],
    ]),
    heldSeconds: new Map([['gone', [5]]]),
  });
  await publish(given);
  const published = await readPlan();
  expect(published).toMatchObject({
    queued: 2,
    tasks: [{ task: { id: 't1' }, backendId: 'b1' }, { task: { id: 't2' } }],
  });
  const {
    longestWaitMs: _,
    estimates: __,
    ...read
  } = toPlanInput({ ...published, ageMs: 0 } as never, new Map());
  const { longestWaitMs: ___, estimates: ____, ...told } = given;
  expect(read).toEqual({ ...told, servedSeconds: expect.any(Map) });
  expect(Object.fromEntries(read.servedSeconds)).toEqual({ u1: 4, u2: 0, gone: 9 });
});

test('a quote waits until its person may have one more task', async () => {
  const idle = [backend('b1', { residency: modelB }), busy('b2', 60)];
  const held = { heldSeconds: new Map([['new', [60]]]) };
  const given = (simultaneousTasks: number | null) =>
    input([], idle, { ...held, policies: new Map([['new', { weight: 1, simultaneousTasks }]]) });
  await publish(given(2));
  expect(await forecast()).toEqual({ queuePosition: 1, etaSeconds: 10 });
  await publish(given(1));
  expect(await forecast()).toEqual({ queuePosition: 1, etaSeconds: 70 });
  // Another person's is not behind it.
  expect(await forecast('other')).toEqual({ queuePosition: 1, etaSeconds: 10 });
});

test('running work goes on while a published plan ages', async () => {
  await publish(input([], [busy('b1', 20), busy('b2', 3)]), nothingPlanned);
  const published = await readPlan();
  const aged = toPlanInput({ ...published, ageMs: 5_000 } as never, new Map());
  expect(aged.backends.map(({ outstandingSeconds }) => outstandingSeconds)).toEqual([15, 0]);
});

test('a task for an idle backend is next', async () => {
  await publish(input([], [backend('b1', { residency: modelB })]), nothingPlanned);
  expect(await forecast()).toEqual({ queuePosition: 1, etaSeconds: 10 });
});

test('a task has a place and no time while the queue is paused', async () => {
  await publish(input([], [backend('b1', { residency: modelB })]), nothingPlanned);
  isPaused = true;
  expect(await forecast()).toEqual({ queuePosition: 1, etaSeconds: undefined });
  isPaused = false;
  expect((await forecast()).etaSeconds).toBeGreaterThan(0);
});

test('a task that no open backend takes has a place and no time', async () => {
  await publish(input([], [backend('other')]), nothingPlanned);
  expect(await forecast()).toEqual({ queuePosition: 1, etaSeconds: undefined });
});

test('a person with more tasks than were planned waits behind all', async () => {
  const ready = Array.from({ length: 30 }, (_, n) =>
    readyTask(`t${String(n).padStart(2, '0')}`, { runsOn: able }),
  );
  const given = input(ready, [busy('b1', 0)], { estimates: 20 });
  await publish(given);
  // 20 tasks of 10 seconds were planned; 11 more come at the same pace.
  expect(await forecast('u1')).toMatchObject({ queuePosition: 31 });
  expect((await forecast('u1')).etaSeconds).toBe(310);
  expect((await forecast()).queuePosition).toBeLessThan(20);
});

test('a quote knows nothing of the queue while nobody plans', async () => {
  expect(await forecast()).toEqual({ queuePosition: undefined, etaSeconds: undefined });
});

test('a plan of another version counts as none', async () => {
  await redis.redis.set(key(), JSON.stringify({ nowMs: 1 }), 'PX', 1_000_000);
  expect(await forecast()).toEqual({ queuePosition: undefined, etaSeconds: undefined });
});

test('a published plan ends by itself', async () => {
  createPlanPublisher({ ...redis, clock: createManualClock() })(
    { ...input([], []), ready: createTaskIndex() },
    nothingPlanned,
  );
  // -1 would mean that it stays for ever, -2 that it is gone.
  expect(await redis.redis.pttl(key())).not.toBe(-1);
});
