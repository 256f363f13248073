import { beforeAll, beforeEach, expect, test } from 'vitest';
import { connectDatabase, type Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Attempt, Backend, Slot } from '../../ground/db/models/backend.ts';
import { OutboxEvent } from '../../ground/db/models/outboxEvent.ts';
import { Quarantine } from '../../ground/db/models/quarantine.ts';
import { Task } from '../../ground/db/models/task.ts';
import type { User } from '../../ground/db/models/user.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { presentAsset } from '../../library/assets/presentAsset.ts';
import { grantCredits } from '../../money/credits/credits.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';
import { findBalance } from '../../money/credits/statement.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { untilOneWaits } from '../../testing/db/lockWaits.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import {
  completeTask,
  failTask,
  markPosted,
  type NewOutput,
  releaseSlot,
  requeueTask,
  startTask,
} from './attemptTransitions.ts';
import { cancelTask } from './cancelTask.ts';
import { freeSlot } from './endTask.ts';
import { requireTaskWithOutputs } from './findTasks.ts';
import type { Fence, RanFence } from './ownerFence.ts';

const db = databaseFixture();
let database: Database;
let user: User;
let backend: Backend;
const rung: string[] = [];
const wakeSignals = { send: () => {}, sendCancel: (_on: string, taskId: string) => void rung.push(taskId) };
const deps = () => ({ database, clock: systemClock, wakeSignals });

beforeAll(async () => {
  database = db.database;
});
beforeEach(async () => {
  user = await createUser(database);
  backend = await createOwnedBackend(database);
});

const output = (): NewOutput => ({
  id: newId(),
  mime: 'image/png',
  width: 8,
  height: 8,
  bytes: 80,
  sha256: 'a'.repeat(64),
  durationMs: null,
  frames: null,
  storageKey: `outputs/${newId()}/a.png`,
});
/** By the row that its owner has read. */
/** In one packet, as an owner that saw the run. */
const complete = async (fence: RanFence, outputs: NewOutput[], beganAt?: Date, usedShare?: number) => {
  const known = await Task.query(database).findById(fence.taskId);
  return completeTask(deps(), { ranMs: 0, ...fence }, outputs, beganAt, usedShare, known);
};
const statusOf = async (id: string) => (await Task.query(database).findById(id))?.status;
const eventsOf = async (taskId: string) =>
  (await OutboxEvent.query(database).where({ taskId }).orderBy('id')).map((event) => event.type);
const error = { code: 'backend-lost', detail: 'Lost.' } as const;
const fault = { fault: 'test', countsAsFailure: true, error };

test("a task's whole way pays once, frees the slot, stores each event", async () => {
  const task = await createQueuedTask(database, user.id);
  const fence = await assign(database, task, backend);
  expect(await markPosted(deps(), fence, newId())).toBe(true);
  expect(await startTask(deps(), fence)).toBe(true);
  expect(await complete(fence, [output(), output()])).toBe(true);
  expect(await findBalance(database, user.id)).toMatchObject({
    available: 95,
    held: 0,
    openTasks: 0,
    unpaid: 0,
  });
  expect(await Slot.query(database).where({ taskId: task.id })).toEqual([]);
  expect(await Asset.query(database).where({ taskId: task.id }).orderBy('position')).toMatchObject([
    { position: 0, kind: 'output', userId: user.id },
    { position: 1 },
  ]);
  expect(await eventsOf(task.id)).toEqual(['task_started', 'task_completed']);
});

test('eight settlements of one person at once add their times, and none is refused', async () => {
  const { id: userId } = user;
  // Of one day, also where the test runs over the end of one.
  const clock = createManualClock(new Date(Date.now() + 60_000));
  const day = clock.now().toISOString().slice(0, 10);
  await database('person_days').insert({ userId, day, tasks: 0, gpuMs: 0 });
  const fences = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const owned = await createOwnedBackend(database);
      const fence = await assign(database, await createQueuedTask(database, userId), owned);
      await startTask(deps(), fence, new Date(Date.now() - 1_000));
      return { ...fence, ranMs: 500 };
    }),
  );
  // As before a busy row: each has read the rest of its transaction when another one's change becomes visible.
  const held = await database.transaction();
  await held('person_days').where({ userId }).update({ gpuMs: 7 });
  // With connections of their own: one more looks at who waits.
  const settling = connectDatabase({ url: db.url, poolSize: 8 });
  const ends = fences.map((fence) => settling.transaction((trx) => freeSlot({ clock }, trx, fence, null)));
  await untilOneWaits(database);
  await held.commit();
  await Promise.all(ends).finally(() => settling.destroy());
  expect(await database('person_days').where({ userId })).toMatchObject([{ tasks: 0, gpuMs: 7 + 8 * 500 }]);
});

test('an end that waits for a recall of its attempt is not refused', async () => {
  const fence = await assign(database, await createQueuedTask(database, user.id), backend);
  const key: [string, number] = [fence.taskId, fence.attempt];
  const recall = await database.transaction();
  await Attempt.query(recall).findById(key).patch({ recalledAt: new Date() });
  // By a transaction that nobody tries again.
  const ending = database.transaction((trx) => freeSlot({ clock: systemClock }, trx, fence, null));
  await untilOneWaits(database);
  await recall.commit();
  await ending;
  expect(await Attempt.query(database).findById(key)).toMatchObject({ state: 'ended' });
});

test('of a price for a time the used share is paid, once, and becomes the price', async () => {
  const task = await createQueuedTask(database, user.id);
  const fence = await assign(database, task, backend);
  const ends = [0.3, 0.3, 0.9].map((share) => complete(fence, [output()], new Date(), share));
  expect((await Promise.all(ends)).filter(Boolean)).toEqual([true]);
  const { cost, status } = await Task.query(database).findById(task.id).throwIfNotFound();
  expect([task.cost, [2, 5], status]).toEqual([5, expect.arrayContaining([cost]), 'succeeded']);
  expect(await findBalance(database, user.id)).toMatchObject({ available: 100 - cost, held: 0 });
  expect(await checkLedger(database)).toMatchObject({ ok: true });
});

test.each([
  ['what was seen of its run', 'completed', { ranMs: 2_000, seenAfterMs: 90_000 }, 2_000],
  ['what was seen of its run', 'requeued', { ranMs: 2_000, seenAfterMs: 90_000 }, 2_000],
  ['when its server was last seen', 'completed', { seenAfterMs: 20_000 }, 30_000],
  ['when its server was last seen', 'requeued', { seenAfterMs: 20_000 }, 30_000],
  ['its start, where its server was gone before', 'requeued', { seenAfterMs: -20_000 }, 0],
] as const)('GPU time of an outage is nobody’s: it ends with %s (%s)', async (_what, end, seen, ranMs) => {
  const { seenAfterMs, ...ran } = { ranMs: undefined, ...seen };
  const task = await createQueuedTask(database, user.id);
  const fence = { ...(await assign(database, task, backend)), ...ran };
  const startedAt = new Date(Date.now() - 90_000);
  expect(await startTask(deps(), fence, startedAt)).toBe(true);
  await backend.$query(database).patch({ seenAt: new Date(startedAt.getTime() + seenAfterMs) });
  if (end === 'completed') await complete(fence, [output()]);
  else await requeueTask(deps(), fence, fault);
  expect(await Attempt.query(database).findOne({ taskId: task.id })).toMatchObject({ state: 'ended', ranMs });
  const [day] = await database('person_days').where({ userId: user.id });
  expect(Number(day?.gpuMs ?? 0)).toBe(ranMs);
});

test('a picture and a film with sound from one task reach its reader in order', async () => {
  const task = await createQueuedTask(database, user.id);
  const fence = await assign(database, task, backend);
  const sound = { soundCodec: 'aac', soundRate: 48_000, soundChannels: 2 };
  const film = { ...output(), mime: 'video/mp4', durationMs: 5_000, frames: 120, ...sound };
  expect(await complete(fence, [output(), film])).toBe(true);
  const { outputs } = await requireTaskWithOutputs(database, task.id, user.id);
  const signedUrl = async (key: string) => `https://files.example/${key}`;
  const [picture, shown] = await Promise.all(outputs.map((one) => presentAsset({ signedUrl }, one)));
  expect(picture).toMatchObject({ mime: 'image/png' });
  expect(picture).not.toHaveProperty('sound');
  expect(shown).toMatchObject({
    mime: 'video/mp4',
    fps: 24,
    sound: { codec: 'aac', sampleRate: 48_000, channels: 2 },
  });
});

test('equal results that are withheld end their task with one quarantine', async () => {
  const task = await createQueuedTask(database, user.id);
  const fence = await assign(database, task, backend);
  const verdict = { kind: 'withheld', reason: 'sexual', scores: { porn: 1 } } as const;
  const one = { ...output(), verdict };
  expect(await complete(fence, [one, { ...one, id: newId() }])).toBe(true);
  const assets = await Asset.query(database).where({ taskId: task.id }).whereNotNull('quarantinedAt');
  expect(assets).toHaveLength(2);
  expect(await Quarantine.query(database).where({ taskId: task.id }).resultSize()).toBe(1);
});

test('an end that brings its start tells both, in their order', async () => {
  const beganAt = new Date(Date.now() - 60_000);
  const fence = await assign(database, await createQueuedTask(database, user.id), backend);
  expect(await complete(fence, [output()], beganAt)).toBe(true);
  expect(await eventsOf(fence.taskId)).toEqual(['task_started', 'task_completed']);
  for (const row of [
    await Task.query(database).findById(fence.taskId),
    await Attempt.query(database).findById([fence.taskId, 1]),
  ])
    expect(row?.startedAt).toEqual(beganAt);
  expect(await complete(fence, [output()], beganAt)).toBe(false);
  expect(await eventsOf(fence.taskId)).toHaveLength(2);
});

test('a start that is written is not told again by the end', async () => {
  const fence = await assign(database, await createQueuedTask(database, user.id), backend);
  await startTask(deps(), fence);
  expect(await complete(fence, [output()], new Date(0))).toBe(true);
  expect(await eventsOf(fence.taskId)).toEqual(['task_started', 'task_completed']);
  const task = await Task.query(database).findById(fence.taskId);
  expect(task?.startedAt?.getTime()).toBeGreaterThan(0);
});

test.each([
  ['person', async () => ({ userId: (await createUser(database)).id })],
  ['price', async () => ({ cost: 1 })],
  ['key', async () => ({ apiKeyId: newId() })],
  ['payer', async () => ({ payerGuildId: '430000000000000001' })],
] as const)('a result goes by the %s of its task, not by what its owner remembers', async (_, change) => {
  const task = await createQueuedTask(database, user.id);
  const fence = await assign(database, task, backend);
  const known = task.$clone().$set(await change());
  const ran = { ...fence, ranMs: 0 };
  expect(await completeTask(deps(), ran, [output()], new Date(), undefined, known)).toBe(true);
  expect(await Asset.query(database).where({ taskId: task.id })).toMatchObject([{ userId: user.id }]);
  expect(await findBalance(database, user.id)).toMatchObject({ available: 95, held: 0, openTasks: 0 });
  const told = await OutboxEvent.query(database).where({ taskId: task.id }).orderBy('id');
  expect(told).toMatchObject([
    { type: 'task_started', userId: user.id, apiKeyId: null },
    { type: 'task_completed', userId: user.id, apiKeyId: null },
  ]);
});

test('a result uses the free credits that its person was given meanwhile', async () => {
  const remaining = async () =>
    (await database('grant_locks').where({ userId: user.id })).map((lock) => lock.remaining);
  const finish = async () => {
    const fence = await assign(database, await createQueuedTask(database, user.id), backend);
    return complete(fence, [output()], new Date());
  };
  expect(await finish()).toBe(true);
  const grant = {
    userId: user.id,
    amount: 12,
    key: newId(),
    reason: 'free',
    unlocksAt: new Date('2999-01-01'),
  };
  await database.transaction((trx) => grantCredits(deps(), trx, grant));
  for (const left of [[7], [2], [], []]) {
    expect(await finish()).toBe(true);
    expect(await remaining()).toEqual(left);
  }
  expect(await checkLedger(database)).toMatchObject({ ok: true });
});

test('a promptId is saved again after a lost answer, no other is', async () => {
  const fence = await assign(database, await createQueuedTask(database, user.id), backend);
  const promptId = newId();
  expect(await markPosted(deps(), fence, promptId)).toBe(true);
  expect(await markPosted(deps(), fence, promptId)).toBe(true);
  expect(await markPosted(deps(), fence, newId())).toBe(false);
  expect(await Attempt.query(database).findById([fence.taskId, 1])).toMatchObject({ promptId });
});

test('two completions of one attempt capture and list outputs once', async () => {
  const fence = await assign(database, await createQueuedTask(database, user.id), backend);
  const results = await Promise.all([1, 2, 3].map(() => complete(fence, [output()])));
  expect(results.filter(Boolean)).toHaveLength(1);
  expect(await Asset.query(database).where({ taskId: fence.taskId }).resultSize()).toBe(1);
  expect(await findBalance(database, user.id)).toMatchObject({ available: 95, held: 0 });
});

test('an owner whose backend was taken over writes nothing', async () => {
  const task = await createQueuedTask(database, user.id);
  const fence = await assign(database, task, backend);
  await Backend.query(database).findById(backend.id).patch({ owner: newId(), epoch: 2 });
  expect(await markPosted(deps(), fence, newId())).toBe(false);
  expect(await startTask(deps(), fence)).toBe(false);
  expect(await complete(fence, [output()])).toBe(false);
  expect(await complete(fence, [output()], new Date())).toBe(false);
  expect(await failTask(deps(), fence, error, 'x')).toBe(false);
  expect(await requeueTask(deps(), fence, fault)).toBe('lost');
  expect(await releaseSlot(deps(), fence, 'x')).toBe(false);
  expect(await statusOf(task.id)).toBe('assigned');
  expect(await Attempt.query(database).findById([task.id, 1])).toMatchObject({
    state: 'assigned',
    promptId: null,
  });
  expect(await eventsOf(task.id)).toEqual([]);
});

test('an owner that retook its backend writes nothing under its old epoch', async () => {
  const fence = await assign(database, await createQueuedTask(database, user.id), backend);
  await Backend.query(database)
    .findById(backend.id)
    .patch({ epoch: fence.epoch + 1 });
  expect(await markPosted(deps(), fence, newId())).toBe(false);
  expect(await complete(fence, [output()])).toBe(false);
  expect(await releaseSlot(deps(), fence, 'x')).toBe(false);
  expect(await statusOf(fence.taskId)).toBe('assigned');
  expect(await markPosted(deps(), { ...fence, epoch: fence.epoch + 1 }, newId())).toBe(true);
});

const owners = {
  'saving the prompt id': (fence: Fence) => markPosted(deps(), fence, newId()),
  'the start': (fence: Fence) => startTask(deps(), fence),
  'the completion': (fence: Fence) => complete(fence, [output()]),
  'a completion with its start': (fence: Fence) => complete(fence, [output()], new Date()),
};

test.for(Object.entries(owners))(
  '%s waits for a take-over being committed, then writes nothing',
  async ([, write]) => {
    const fence = await assign(database, await createQueuedTask(database, user.id), backend);
    const takeOver = await database.transaction();
    await Backend.query(takeOver)
      .findById(backend.id)
      .patch({ owner: newId(), epoch: fence.epoch + 1 });
    const writing = write(fence);
    await untilOneWaits(database);
    await takeOver.commit();
    expect(await writing).toBe(false);
    expect(await statusOf(fence.taskId)).toBe('assigned');
  },
);

test('an older attempt writes nothing about a task with a newer one', async () => {
  const task = await createQueuedTask(database, user.id);
  const old = await assign(database, task, backend);
  await requeueTask(deps(), old, fault);
  const again = await Task.query(database).findById(task.id).throwIfNotFound();
  const other = await createOwnedBackend(database);
  const fresh = await assign(database, again, other);
  expect(await complete(old, [output()])).toBe(false);
  expect(await startTask(deps(), old)).toBe(false);
  expect(await statusOf(task.id)).toBe('assigned');
  expect(await complete(fresh, [output()])).toBe(true);
});

test('the third backend fault fails the task; recalls do not count', async () => {
  const task = await createQueuedTask(database, user.id);
  const outcomes: string[] = [];
  for (const countsAsFailure of [true, false, false, true, true]) {
    const row = await Task.query(database).findById(task.id).throwIfNotFound();
    const fence = await assign(database, row, backend);
    outcomes.push(await requeueTask(deps(), fence, { ...fault, countsAsFailure }));
  }
  expect(outcomes).toEqual(['queued', 'queued', 'queued', 'queued', 'failed']);
  expect(await Task.query(database).findById(task.id)).toMatchObject({
    status: 'failed',
    failures: 3,
    attempt: 5,
    error,
  });
  expect(await findBalance(database, user.id)).toMatchObject({ available: 100, held: 0, openTasks: 0 });
  expect(await Slot.query(database).where({ backendId: backend.id })).toEqual([]);
});

test('a cancel refunds at once and keeps the slot until removal', async () => {
  const task = await createQueuedTask(database, user.id);
  const fence = await assign(database, task, backend);
  await markPosted(deps(), fence, newId());
  await cancelTask(deps(), task.id, user.id);
  expect(rung).toContain(task.id);
  expect(await findBalance(database, user.id)).toMatchObject({ available: 100, held: 0, openTasks: 0 });
  expect(await Slot.query(database).where({ taskId: task.id }).resultSize()).toBe(1);
  expect(await complete(fence, [output()])).toBe(false);
  expect(await releaseSlot(deps(), fence, 'cancelled')).toBe(true);
  expect(await Slot.query(database).where({ taskId: task.id }).resultSize()).toBe(0);
  expect(await statusOf(task.id)).toBe('cancelled');
});

test('an attempt that has ended does not end again, and its time counts once', async () => {
  const { id: userId } = user;
  const clock = createManualClock(new Date());
  const fence = await assign(database, await createQueuedTask(database, userId), backend);
  await startTask(deps(), fence, new Date(clock.now().getTime() - 5_000));
  await cancelTask(deps(), fence.taskId, userId);
  const release = (how: string, ranMs: number) => releaseSlot({ ...deps(), clock }, { ...fence, ranMs }, how);
  const read = async () => ({
    attempt: await Attempt.query(database).findById([fence.taskId, 1]),
    days: await database('person_days').where({ userId }).select('gpuMs'),
  });
  expect(await release('cancelled', 500)).toBe(true);
  const ended = await read();
  expect(ended).toMatchObject({
    attempt: { state: 'ended', fault: 'cancelled', ranMs: 500 },
    days: [{ gpuMs: 500 }],
  });
  // The answer was lost, and the owner looks again later.
  await clock.advance(1_000);
  expect(await release('looked again', 1_500)).toBe(true);
  expect(await read()).toEqual(ended);
});

test('a slot is not released under an open task', async () => {
  const fence = await assign(database, await createQueuedTask(database, user.id), backend);
  expect(await releaseSlot(deps(), fence, 'x')).toBe(false);
  expect(await Slot.query(database).where({ taskId: fence.taskId }).resultSize()).toBe(1);
});

test("a second cancel succeeds; a late or a stranger's one is refused", async () => {
  const [cancelled, finished] = [
    await createQueuedTask(database, user.id),
    await createQueuedTask(database, user.id),
  ];
  await cancelTask(deps(), cancelled.id, user.id);
  await cancelTask(deps(), cancelled.id, user.id);
  const fence = await assign(database, finished, backend);
  await complete(fence, [output()]);
  await expect(cancelTask(deps(), finished.id, user.id)).rejects.toMatchObject({ code: 'task-finished' });
  const stranger = await createUser(database);
  await expect(cancelTask(deps(), finished.id, stranger.id)).rejects.toMatchObject({ code: 'not-found' });
  expect(await eventsOf(cancelled.id)).toEqual(['task_cancelled']);
});

test('a racing cancel and completion end the task once', async () => {
  for (let round = 0; round < 10; round++) {
    const task = await createQueuedTask(database, user.id);
    const fence = await assign(database, task, backend);
    await Promise.allSettled([complete(fence, [output()]), cancelTask(deps(), task.id, user.id)]);
    const events = await eventsOf(task.id);
    expect(events).toHaveLength(1);
    await releaseSlot(deps(), fence, 'cancelled');
  }
  expect(await findBalance(database, user.id)).toMatchObject({ held: 0, openTasks: 0 });
  expect(await checkLedger(database)).toMatchObject({ imbalance: 0, wrongBalances: 0 });
});
