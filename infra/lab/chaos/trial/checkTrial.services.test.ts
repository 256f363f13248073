import type { Database } from '@star-graph/core/ground/db/connect';
import { dropGuards } from '@star-graph/core/ground/db/guards';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import {
  assign,
  createOwnedBackend,
  createQueuedTask,
  createUser,
} from '@star-graph/core/testing/db/factories';
import { databaseFixture } from '@star-graph/core/testing/fixture';
import {
  completeTask,
  failOutOfTime,
  failTask,
  markPosted,
  requeueTask,
} from '@star-graph/core/work/tasks/attemptTransitions';
import type { Fence } from '@star-graph/core/work/tasks/ownerFence';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BackendRecord } from '../cluster/trialBackend.ts';
import { createPlan, type TrialPlan } from '../trial/plan.ts';
import { checkCredits } from './checkCredits.ts';
import type { CheckInput } from './checkInput.ts';
import { checkTrial, listTasks } from './checkTrial.ts';
import { createHistory } from './history.ts';

const migrated = databaseFixture();
let db: Database;
/** A green trial: one task that was tried on two backends and succeeded on the second. */
let input: CheckInput;
let records: [BackendRecord, BackendRecord];
let taskId: string;
let promptIds: [string, string];

const output = {
  id: newId(),
  mime: 'image/png',
  width: 8,
  height: 8,
  bytes: 80,
  sha256: 'a'.repeat(64),
  durationMs: null,
  frames: null,
  storageKey: 'outputs/a/a.png',
};

beforeAll(async () => {
  db = migrated.database;
  // What is planted here the database would refuse.
  await dropGuards(db);
});

beforeEach(async () => {
  // Leftovers of the fault that the last test planted.
  for (const table of ['assets', 'slots', 'attempts', 'outbox', 'ledgerEntries', 'transfers', 'balances'])
    await db(table).delete();
  const deps = { database: db, clock: systemClock };
  const user = await createUser(db);
  const task = await createQueuedTask(db, user.id);
  taskId = task.id;
  await db('outbox').insert({
    type: 'task_created',
    taskId,
    userId: user.id,
    data: '{}',
    createdAt: new Date(),
  });
  const backends = [await createOwnedBackend(db), await createOwnedBackend(db)] as const;
  promptIds = [crypto.randomUUID(), crypto.randomUUID()];
  const first = await assign(db, task, backends[0]);
  await markPosted(deps, first, promptIds[0]);
  const error = { code: 'backend-lost', detail: 'Lost.' } as const;
  await requeueTask(deps, first, { fault: 'test', countsAsFailure: true, error });
  const second = await assign(db, { ...task, attempt: 1 } as typeof task, backends[1]);
  await markPosted(deps, second, promptIds[1]);
  await completeTask(deps, second, [output]);
  await db('outbox').update({ sentAt: new Date() });
  records = [
    { runs: [promptIds[0]], history: new Map([[promptIds[0], 'error']]), held: [] },
    { runs: [promptIds[1]], history: new Map([[promptIds[1], 'success']]), held: [] },
  ];
  const [planned] = createPlan(1).tasks;
  if (!planned) throw new Error('a plan has tasks');
  const plan: TrialPlan = { seed: 1, tasks: [{ ...planned, isFollowed: true }], strikes: [] };
  const history = createHistory();
  history.acceptances.push({ index: 0, taskId }, { index: 0, taskId });
  history.sightings.push(
    { taskId, status: 'succeeded', via: 'stomp' },
    { taskId, status: 'succeeded', via: 'sse' },
  );
  const checked = backends.map(({ url }, index) => ({
    name: `backend-${index + 1}`,
    url,
    read: async () => records[index] as BackendRecord,
  }));
  input = { cluster: { db, takeFaults: () => [], backends: checked }, plan, history, userId: user.id };
});

test('accepts a task that was tried twice, paid once and reported', async () => {
  expect(await checkTrial(input)).toEqual([]);
});

const outOfTime = { code: 'out-of-time', detail: 'Its time was used up.' } as const;

async function endGraph(end: (deps: { database: Database; clock: Clock }, fence: Fence) => Promise<boolean>) {
  const task = await createQueuedTask(db, input.userId, { type: 'graph' });
  const fence = await assign(db, task, await createOwnedBackend(db));
  expect(await end({ database: db, clock: systemClock }, fence)).toBe(true);
}

test('accepts graphs that paid for their time, whether they succeeded, broke off or used it up', async () => {
  const broken = { code: 'graph-failed', detail: 'A node broke.' } as const;
  await endGraph((deps, fence) => failTask(deps, fence, broken, 'broke', 2));
  await endGraph((deps, fence) => failTask(deps, fence, broken, 'broke', 0));
  await endGraph((deps, fence) => failOutOfTime(deps, fence, outOfTime, 5));
  await endGraph((deps, fence) => failOutOfTime(deps, fence, outOfTime, 2));
  await endGraph((deps, fence) => completeTask(deps, fence, [{ ...output, id: newId() }], undefined, 0.3));
  expect(await checkCredits(db, input.userId, await listTasks(db, input.userId))).toEqual([]);
});

describe('finds', () => {
  const plant = async (violation: RegExp) => {
    const violations = await checkTrial(input);
    expect(violations).toContainEqual(expect.stringMatching(violation));
  };

  test('a twin that became a task of its own', async () => {
    input.history.acceptances.push({ index: 0, taskId: newId() });
    await plant(/planned task 0 became 2 tasks/);
  });

  test('a task that was never reported to a client', async () => {
    const stray = await createQueuedTask(db, input.userId);
    await plant(new RegExp(`task ${stray.id} was accepted and never told of`));
    await plant(new RegExp(`task ${stray.id} is queued`));
  });

  test('an end that a client missed or received wrongly', async () => {
    input.history.sightings = [{ taskId, status: 'failed', via: 'stomp' }];
    await plant(/never told by server-sent events/);
    await plant(/is succeeded, and stomp said failed/);
  });

  test('a cancellation that was promised and not kept', async () => {
    input.history.cancellations.push({ taskId, status: 200 });
    await plant(/was cancelled and is succeeded/);
  });

  test('a settlement that is missing or of the wrong kind', async () => {
    await db('transfers')
      .where({ businessKey: `settle:${taskId}` })
      .update({ kind: 'release' });
    await plant(/its movements are hold, release/);
  });

  test('a charged share that was not paid, or had no cancel', async () => {
    await db('tasks').where({ id: taskId }).update({ status: 'cancelled', cancelCharge: 3 });
    await plant(/cost 3, and 5 were paid/);
    await plant(/is cancelled, and its movements are hold, capture/);
    await db('tasks').where({ id: taskId }).update({ status: 'failed' });
    await plant(/is failed and was charged/);
  });

  test('a graph that used up its time for free, and another failure that cost something', async () => {
    await endGraph((deps, fence) => failOutOfTime(deps, fence, outOfTime, 5));
    const [, graph] = await listTasks(db, input.userId);
    await db('tasks').where({ id: graph?.id }).update({ cancelCharge: 0 });
    await plant(/used up its time and was not charged/);
    const error = JSON.stringify({ code: 'out-of-memory', detail: 'Full.' });
    await db('tasks').where({ id: graph?.id }).update({ cancelCharge: 5, error });
    await plant(/is failed and was charged/);
  });

  test('credits that came from nowhere', async () => {
    await db('ledgerEntries').where({ account: 'revenue' }).increment('amount', 1);
    await db('balances').where({ userId: input.userId }).increment('available', 1);
    await plant(/the books do not add up/);
    await plant(/96 credits are available, and 95 were not spent/);
  });

  test('a task that is still counted as open', async () => {
    await db('balances').where({ userId: input.userId }).increment('openTasks', 1);
    await plant(/1 tasks are counted as open/);
  });

  test('a slot and an attempt that were left', async () => {
    await db('attempts').where({ taskId, attempt: 2 }).update({ state: 'posted' });
    const { backendId } = await db('attempts').where({ taskId, attempt: 2 }).first('backendId');
    await db('slots').insert({ backendId, slot: 0, taskId, attempt: 2, takenAt: new Date() });
    await plant(/slot 0 of backend .* is left/);
    await plant(/attempt 2 of task .* is left posted/);
  });

  test('a second end event, and one that was not published', async () => {
    await db('outbox').insert({
      type: 'task_failed',
      taskId,
      userId: input.userId,
      data: '{}',
      createdAt: new Date(),
    });
    await plant(/its events of an end: task_completed,task_failed/);
    await plant(/was not published/);
  });

  test('a task that succeeded twice, unless the first backend was lost', async () => {
    records[0] = { runs: [promptIds[0]], history: new Map([[promptIds[0], 'success']]), held: [] };
    await plant(/ran to success twice: \S+ on backend-1 \(test\), \S+ on backend-2$/);
    const strike = { kind: 'kill-backend', backend: 0, downMs: 0 } as const;
    const moment = { after: 'start', delayMs: 0 } as const;
    // A process of ours that was stopped or cut off excuses nothing.
    for (const strike of [
      { kind: 'stop-inside', move: 'complete', pauseMs: 20_000 },
      { kind: 'cut-inside', move: 'complete', silentMs: 0 },
      { kind: 'cut-dispatcher', role: 'owning', silentMs: 0 },
    ] as const)
      input.history.struck.push({ planned: { moment, strike }, atMs: 1, targets: ['dispatcher-1'] });
    await plant(/ran to success twice/);
    const planned = { moment, strike };
    input.history.struck.push({ planned, atMs: 1, targets: ['backend-1'] });
    expect(await checkTrial(input)).toEqual([]);
  });

  test('a prompt that ran twice, is still held, or has no attempt', async () => {
    const stranger = crypto.randomUUID();
    records[0] = { runs: [promptIds[0], promptIds[0], stranger], history: new Map(), held: [promptIds[0]] };
    await plant(new RegExp(`ran prompt ${promptIds[0]} twice`));
    await plant(new RegExp(`still holds prompt ${promptIds[0]}`));
    await plant(new RegExp(`got a prompt ${stranger} that no attempt names`));
  });
});
