import { createHash } from 'node:crypto';
import { builtinWorkflows } from '@star-graph/workflows';
import { fullObjectInfo, objectInfoWith } from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { parseInventory } from '../../../comfy/answers/inventory.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Asset } from '../../../ground/db/models/asset.ts';
import type { Backend } from '../../../ground/db/models/backend.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { Task } from '../../../ground/db/models/task.ts';
import type { User } from '../../../ground/db/models/user.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createCatalogue } from '../../../library/catalogue/catalogue.ts';
import { packInventory, saveInventory } from '../../../library/catalogue/storedInventory.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import { noQuotas } from '../../../money/quotas/quotas.ts';
import { assign, createOwnedBackend, createUser } from '../../../testing/db/factories.ts';
import { fixedSettings } from '../../../testing/fixedSettings.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createClockFromNoon } from '../../../testing/manualClock.ts';
import { completeTask } from '../attemptTransitions.ts';
import { createQueueBound } from './queueBound.ts';
import { type SubmitDeps, submitTask, type TaskSubmission } from './submitTask.ts';

const db = databaseFixture();
let database: Database;
let backend: Backend;
let user: User;
let deps: SubmitDeps;
const rings: string[] = [];

beforeAll(async () => {
  database = db.database;
  backend = await createOwnedBackend(database, newId(), { seenAt: new Date() });
  await install(fullObjectInfo);
  deps = {
    database,
    catalogue: createCatalogue({ database, workflows: builtinWorkflows, clock: systemClock }),
    clock: systemClock,
    wakeSignals: { send: (what) => void rings.push(what), sendCancel: () => {} },
    queueBound: createQueueBound({ database, clock: systemClock }, async () => 1_000),
    settings: fixedSettings(),
    quotas: async ({ role }) => ({
      ...noQuotas,
      unpaidTasksPerDay: null,
      openTasks: { user: 5, moderator: 1, admin: 50 }[role],
    }),
  };
});
beforeEach(async () => {
  user = await createUser(database, 1_000);
  rings.length = 0;
});

const install = (objectInfo: object) =>
  saveInventory({ database, clock: systemClock }, backend.id, packInventory(parseInventory(objectInfo)));

const request = (values: Partial<TaskSubmission> = {}): TaskSubmission => ({
  userId: user.id,
  role: 'user',
  workflowName: 'text2img',
  params: { prompt: 'a red fox', seed: 7 },
  apiKeyId: null,
  meta: {},
  ...values,
});
const withKey = (key: string, text = 'body') => ({
  idempotency: { key, bodyHash: createHash('sha256').update(text).digest('hex') },
});
const tasksOf = (userId: string) => Task.query(database).where({ userId }).orderBy('id');

async function createInput(owner: User, values: Partial<Asset> = {}): Promise<Asset> {
  const id = newId();
  return Asset.query(database).insertAndFetch({
    id,
    userId: owner.id,
    kind: 'input',
    mime: 'image/png',
    width: 640,
    height: 480,
    bytes: 9,
    sha256: createHash('sha256').update(id).digest('hex'),
    storageKey: `inputs/${id}.png`,
    createdAt: new Date(),
    ...values,
  });
}

async function expectNothingHappened(): Promise<void> {
  expect(await tasksOf(user.id)).toEqual([]);
  expect(await findBalance(database, user.id)).toMatchObject({ available: 1_000, held: 0, openTasks: 0 });
  expect(await OutboxEvent.query(database).where({ userId: user.id })).toEqual([]);
}

test('an accepted task is queued and its price held', async () => {
  const { task, replayed } = await submitTask(deps, request());
  expect(replayed).toBe(false);
  expect(task).toMatchObject({ status: 'queued', attempt: 0, cached: false, type: 'text2img' });
  expect(task.cost).toBeGreaterThan(0);
  expect(await findBalance(database, user.id)).toMatchObject({
    available: 1_000 - task.cost,
    held: task.cost,
    openTasks: 1,
  });
  const events = await OutboxEvent.query(database).where({ taskId: task.id }).orderBy('id');
  expect(events.map((event) => event.type)).toEqual(['task_created', 'task_queued']);
  expect(rings).toEqual(['tasks']);
});

test('large requests of a day are bounded: one too many holds nothing, usual ones go on', async () => {
  const bounded = { ...deps, clock: createClockFromNoon(), keptBytesPerDay: 150_000 };
  const large = request({ meta: { note: 'x'.repeat(70_000) } as TaskSubmission['meta'] });
  for (let n = 0; n < 2; n++) await submitTask(bounded, large);
  const before = await findBalance(database, user.id);
  await expect(submitTask(bounded, large)).rejects.toMatchObject({ code: 'daily-limit' });
  expect(await findBalance(database, user.id)).toEqual(before);
  await submitTask(bounded, request());
  expect(await tasksOf(user.id)).toHaveLength(3);
});

test('a missing seed is drawn, kept in params, and differs each time', async () => {
  const params = { prompt: 'a red fox' };
  const first = await submitTask(deps, request({ params }));
  const second = await submitTask(deps, request({ params }));
  expect(first.task.params.seed).toBeTypeOf('number');
  expect(first.task.params.seed).not.toBe(second.task.params.seed);
  expect(first.task.cacheKey).toBeNull();
});

test('fifty twins with one Idempotency-Key become one task, paid once', async () => {
  const twins = await Promise.all(
    Array.from({ length: 50 }, () => submitTask(deps, request(withKey('twin')))),
  );
  expect(new Set(twins.map(({ task }) => task.id)).size).toBe(1);
  expect(twins.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await tasksOf(user.id)).toHaveLength(1);
  expect((await findBalance(database, user.id)).held).toBe(twins[0]?.task.cost);
});

test('a key conflicts with another body but not with another person', async () => {
  await submitTask(deps, request(withKey('once')));
  await expect(submitTask(deps, request(withKey('once', 'other')))).rejects.toMatchObject({
    code: 'idempotency-conflict',
  });
  const other = await createUser(database);
  const theirs = await submitTask(deps, request({ userId: other.id, ...withKey('once', 'other') }));
  expect(theirs.replayed).toBe(false);
  expect(await tasksOf(user.id)).toHaveLength(1);
});

test('a refused request does not use up its key', async () => {
  const poor = await createUser(database, 0);
  await expect(submitTask(deps, request({ userId: poor.id, ...withKey('later') }))).rejects.toMatchObject({
    code: 'insufficient-credits',
  });
  await expect(
    submitTask(deps, request({ ...withKey('later'), params: { prompt: 'x', steps: -1 } })),
  ).rejects.toMatchObject({ code: 'invalid-params' });
  expect((await submitTask(deps, request(withKey('later')))).replayed).toBe(false);
  expect(await tasksOf(poor.id)).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['steps 0', { prompt: 'x', steps: 0 }, '/steps'],
  ['steps -1', { prompt: 'x', steps: -1 }, '/steps'],
  ['steps 10^9', { prompt: 'x', steps: 1e9 }, '/steps'],
  ['steps NaN', { prompt: 'x', steps: Number.NaN }, '/steps'],
  ['width 7', { prompt: 'x', width: 7 }, '/width'],
  ['a number for a prompt', { prompt: 5 }, '/prompt'],
  ['no prompt', {}, '/prompt'],
  ['100,000 characters', { prompt: 'x'.repeat(100_000) }, '/prompt'],
  ['a NUL byte', { prompt: 'a\0b' }, '/prompt'],
  ['an unknown key', { prompt: 'x', class_type: 'SaveImage' }, '/class_type'],
  ['an unknown model', { prompt: 'x', model: '../../etc/passwd' }, '/model'],
  ['an unknown sampler', { prompt: 'x', sampler: 'nope' }, '/sampler'],
])('%s is refused with a pointer, and nothing is written or held', async (_title, params, pointer) => {
  const refusal = submitTask(deps, request({ params }));
  await expect(refusal).rejects.toMatchObject({ code: 'invalid-params' });
  const problem = await refusal.catch((error) => error);
  expect(problem.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  await expectNothingHappened();
});

test.each(['🦊 emoji', 'שלום right to left', '一只红色的狐狸', "'; DROP TABLE tasks; --"])(
  'the prompt %s is kept to the letter',
  async (prompt) => {
    const { task } = await submitTask(deps, request({ params: { prompt } }));
    expect((await Task.query(database).findById(task.id))?.params.prompt).toBe(prompt);
  },
);

test("another person's picture, a deleted and an unknown one look the same", async () => {
  const stranger = await createUser(database);
  const theirs = await createInput(stranger);
  const deleted = await createInput(user, { deletedAt: new Date() });
  for (const image of [theirs.id, deleted.id, newId()]) {
    await expect(
      submitTask(deps, request({ workflowName: 'upscale', params: { image, scale: 2 } })),
    ).rejects.toMatchObject({ code: 'not-found', errors: [{ pointer: '/image' }] });
  }
  await expectNothingHappened();
});

test('the limit of unfinished tasks holds for ten simultaneous requests', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => submitTask(deps, request())));
  const accepted = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(accepted).toHaveLength(5);
  const balance = await findBalance(database, user.id);
  expect(balance.openTasks).toBe(5);
  expect(balance.held).toBe((await tasksOf(user.id)).reduce((sum, task) => sum + task.cost, 0));
});

test("a person's role sets the limit, which a refusal names", async () => {
  await submitTask(deps, request({ role: 'moderator' }));
  await expect(submitTask(deps, request({ role: 'moderator' }))).rejects.toMatchObject({
    code: 'quota-exceeded',
    detail: 'You have 1 unfinished tasks, and 1 is your limit. Wait until there are fewer, or cancel one.',
  });
  await submitTask(deps, request());
  await expect(submitTask(deps, request({ role: 'moderator' }))).rejects.toMatchObject({
    detail: expect.stringContaining('You have 2 unfinished tasks, and 1 is your limit.'),
  });
  expect((await findBalance(database, user.id)).openTasks).toBe(2);
});

test('a full queue refuses with a retry time and holds nothing', async () => {
  const full = { ...deps, queueBound: createQueueBound({ database, clock: systemClock }, async () => 0) };
  const refusal = { code: 'queue-full', retryAfterSeconds: 30 };
  await expect(submitTask(full, request())).rejects.toMatchObject(refusal);
  await expectNothingHappened();
});

async function finish(task: Task): Promise<void> {
  const fence = await assign(database, task, backend);
  await completeTask(deps, fence, [
    {
      id: newId(),
      mime: 'image/png',
      width: 1,
      height: 1,
      bytes: 1,
      sha256: 'b'.repeat(64),
      durationMs: null,
      frames: null,
      storageKey: `outputs/${task.id}/b.png`,
    },
  ]);
}

test('an equal request with the same seed is served from storage, free', async () => {
  const first = await submitTask(deps, request());
  await finish(first.task);
  const again = await submitTask(deps, request({ params: { seed: 7, prompt: 'a red fox' } }));
  expect(again.task).toMatchObject({ status: 'succeeded', cached: true, cost: 0, attempt: 0 });
  const [original] = await Asset.query(database).where({ taskId: first.task.id });
  const [shared] = await Asset.query(database).where({ taskId: again.task.id });
  expect(shared?.storageKey).toBe(original?.storageKey);
  expect(shared?.id).not.toBe(original?.id);
  expect(await findBalance(database, user.id)).toMatchObject({
    available: 1_000 - first.task.cost,
    held: 0,
    openTasks: 0,
    unpaid: 1,
  });
});

test.each<[string, (first: Task) => Promise<Partial<TaskSubmission>>]>([
  ['another person', async () => ({ userId: (await createUser(database)).id })],
  ['another seed', async () => ({ params: { prompt: 'a red fox', seed: 8 } })],
  ['no seed', async () => ({ params: { prompt: 'a red fox' } })],
  [
    'a deleted result',
    async (first) => {
      await Asset.query(database).where({ taskId: first.id }).patch({ deletedAt: new Date() });
      return {};
    },
  ],
  [
    'a quarantined result',
    async (first) => {
      await Asset.query(database).where({ taskId: first.id }).patch({ quarantinedAt: new Date() });
      return {};
    },
  ],
])('%s is not served from the cache', async (_title, change) => {
  const first = await submitTask(deps, request());
  await finish(first.task);
  const { task } = await submitTask(deps, request(await change(first.task)));
  expect(task).toMatchObject({ status: 'queued', cached: false });
});

test("a request without a model runs and costs as the pool's model", async () => {
  const models = { checkpoints: ['juggernautXL.safetensors'], upscale_models: ['4x-UltraSharp.pth'] };
  await install(objectInfoWith(models));
  await deps.catalogue.refresh();
  try {
    const { task } = await submitTask(deps, request());
    expect(task.params).toMatchObject({ model: 'juggernautXL.safetensors', prompt: 'a red fox' });
    const named = { prompt: 'a red fox', seed: 7, model: 'juggernautXL.safetensors' };
    const { task: same } = await submitTask(deps, request({ params: named }));
    expect(same.cacheKey).toBe(task.cacheKey);
    const workflow = await deps.catalogue.requireWorkflow('text2img');
    expect(await deps.catalogue.backendsFor(workflow, task.params)).toEqual(new Set([backend.id]));
    const own = { ...named, model: 'sd_xl_base_1.0.safetensors' };
    const refusal = { code: 'workflow-unavailable' };
    await expect(submitTask(deps, request({ params: own }))).rejects.toMatchObject(refusal);
  } finally {
    await install(fullObjectInfo);
    await deps.catalogue.refresh();
  }
  // The pool has the workflow's own again: another model is another result.
  const { params } = (await submitTask(deps, request())).task;
  expect(params).toMatchObject({ model: 'sd_xl_base_1.0.safetensors' });
});
