import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { installedModels, objectInfoWith } from '@star-graph/workflows/testing/testObjectInfo';
import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseInventory } from '../../../comfy/answers/inventory.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { type Catalogue, createCatalogue } from '../../../library/catalogue/catalogue.ts';
import { packInventory, saveInventory } from '../../../library/catalogue/storedInventory.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { createOwnedBackend, createQueuedTask, createUser, lead } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { cancelTask } from '../../tasks/cancelTask.ts';
import { isWorkWaiting } from '../upkeep/waitingWork.ts';
import { createLackingTaskSweep } from './failLackingTasks.ts';

const graceMs = 900_000;
const never = new AbortController().signal;
const wakeSignals = { send: () => undefined, sendCancel: () => undefined };
const [sdxl, sd15] = ['sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly-fp16.safetensors'];

const db = databaseFixture();
let catalogue: Catalogue;
let userId: string;
let backendId: string;
beforeAll(async () => {
  catalogue = createCatalogue({
    database: db.database,
    workflows: builtinWorkflows,
    clock: createManualClock(),
  });
});
beforeEach(async () => {
  userId = (await createUser(db.database, 1_000)).id;
  await Backend.query(db.database).patch({ removedAt: new Date() });
  backendId = (await createOwnedBackend(db.database)).id;
  await install(backendId, sdxl, sd15);
});
afterEach(async () => {
  for (const { id } of await Task.query(db.database).where({ status: 'queued' }))
    await cancelTask({ database: db.database, clock: systemClock, wakeSignals }, id, undefined);
  await expectSettled(db.database);
});

/** The server lists these checkpoints, and everything else that it needs. */
async function install(id: string, ...checkpoints: string[]): Promise<void> {
  const inventory = parseInventory(objectInfoWith({ ...installedModels, checkpoints }));
  await saveInventory({ database: db.database, clock: systemClock }, id, packInventory(inventory));
  await catalogue.refresh();
}

async function addTask(model: string): Promise<Task> {
  const { version, params: schema } = await catalogue.requireWorkflow('text2img');
  const params = schema.parse({ prompt: 'a lighthouse', model });
  const values = { workflowName: 'text2img', workflowVersion: version, params, cost: 5 };
  return createQueuedTask(db.database, userId, values);
}

async function createLeader() {
  const clock = createManualClock();
  const leadership = {
    held: (await lead(db.database, newId())) as { owner: string; epoch: number } | undefined,
  };
  const logged: unknown[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const deps = { database: db.database, clock, logger, catalogue, wakeSignals, leadership };
  const sweep = createLackingTaskSweep(deps, graceMs);
  return { clock, leadership, deps, logged, run: () => sweep.run(never) };
}
const statusOf = async ({ id }: Task) => (await Task.query(db.database).findById(id))?.status;

test('a task whose model went waits, then fails with its name and a refund', async () => {
  const { clock, run } = await createLeader();
  const [task, fine] = [await addTask(sdxl), await addTask(sd15)];
  await install(backendId, sd15);
  expect(await run()).toBe(0);
  await clock.advance(graceMs - 1);
  expect(await run()).toBe(0);
  expect(await statusOf(task)).toBe('queued');
  await clock.advance(1);
  expect(await run()).toBe(1);
  const failed = await Task.query(db.database).findById(task.id);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'workflow-unavailable' } });
  expect(failed?.error?.detail).toContain(`the model file checkpoints/${sdxl} (6.9 GB)`);
  expect(await findBalance(db.database, userId)).toMatchObject({ available: 995, held: 5 });
  expect(await OutboxEvent.query(db.database).where({ taskId: task.id, type: 'task_failed' })).toHaveLength(
    1,
  );
  expect(await statusOf(fine)).toBe('queued');
});

test('a model that returns in time fails no task', async () => {
  const { clock, run } = await createLeader();
  const task = await addTask(sdxl);
  await install(backendId, sd15);
  await run();
  await clock.advance(graceMs - 1);
  await install(backendId, sdxl);
  await run();
  await install(backendId, sd15);
  await clock.advance(1);
  expect(await run()).toBe(0);
  expect(await statusOf(task)).toBe('queued');
});

test('a task waits for a server that has its model and is away', async () => {
  const { clock, run } = await createLeader();
  const away = await createOwnedBackend(db.database);
  await install(away.id, sdxl);
  await Backend.query(db.database)
    .findById(away.id)
    .patch({ state: 'down', seenAt: new Date(0) });
  const task = await addTask(sdxl);
  await install(backendId, sd15);
  await run();
  await clock.advance(graceMs);
  expect(await run()).toBe(0);
  expect(await statusOf(task)).toBe('queued');
});

test('a new leader counts anew, and one that lost the lead writes nothing', async () => {
  const { clock, leadership, run } = await createLeader();
  const task = await addTask(sdxl);
  await install(backendId, sd15);
  await run();
  leadership.held = undefined;
  await clock.advance(graceMs);
  expect(await run()).toBe(0);
  leadership.held = await lead(db.database, newId());
  expect(await run()).toBe(0);
  await clock.advance(graceMs);
  await lead(db.database, newId());
  expect(await run()).toBe(0);
  expect(await statusOf(task)).toBe('queued');
});

test('a task that its workflow cannot read stops no sweep, and fails in the end with a refund', async () => {
  const { clock, deps, logged, run } = await createLeader();
  const values = { workflowName: 'text2img', params: { of: 'another release' }, cost: 5 };
  const unreadable = await createQueuedTask(db.database, userId, values);
  const fine = await addTask(sd15);
  expect(await isWorkWaiting(deps, backendId)).toBe(true);
  expect(await run()).toBe(0);
  await clock.advance(graceMs - 1);
  expect(await run()).toBe(0);
  expect(await statusOf(unreadable)).toBe('queued');
  expect(logged).toEqual([]);
  await clock.advance(1);
  expect(await run()).toBe(1);
  expect(logged).toContainEqual(
    expect.objectContaining({
      taskId: unreadable.id,
      err: expect.objectContaining({ type: expect.any(String) }),
    }),
  );
  const failed = await Task.query(db.database).findById(unreadable.id);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'workflow-unavailable' } });
  expect(await statusOf(fine)).toBe('queued');
  expect(await findBalance(db.database, userId)).toMatchObject({ available: 995, held: 5 });
});

test('parameters of waiting tasks are read once, and once a need when the pool changed', async () => {
  const { clock, run } = await createLeader();
  const tasks: Task[] = [];
  for (const model of [sdxl, sdxl, sdxl, sd15, sd15]) tasks.push(await addTask(model));
  await install(backendId, sd15);
  /** How many tasks had their parameters read by a look. */
  const look = async (): Promise<number> => {
    const read = new Set<unknown>();
    const note = ({ sql, bindings }: { sql: string; bindings: unknown[] }) => {
      if (/^select .*(`params`|\*).* from `tasks`/.test(sql)) for (const id of bindings) read.add(id);
    };
    db.database.on('query', note);
    await run();
    db.database.off('query', note);
    return tasks.filter(({ id }) => read.has(id)).length;
  };
  expect(await look()).toBe(5);
  expect(await look()).toBe(0);
  const late = await addTask(sdxl);
  tasks.push(late);
  expect(await look()).toBe(1);
  await install((await createOwnedBackend(db.database)).id, sd15);
  expect(await look()).toBe(2);
  expect(await look()).toBe(0);
  await clock.advance(graceMs);
  expect(await run()).toBe(4);
  expect(await Promise.all(tasks.map(statusOf))).toEqual([
    ...['failed', 'failed', 'failed', 'queued', 'queued'],
    'failed',
  ]);
});

test('a waiting task that cannot be failed holds up none behind it', async () => {
  const { clock, run } = await createLeader();
  const [first, second] = [await addTask(sdxl), await addTask(sdxl)];
  await install(backendId, sd15);
  await run();
  await clock.advance(graceMs);
  // A hold that is less than its task's price: the settlement is refused.
  await db.database('tasks').where({ id: first.id }).update({ cost: 5_000 });
  await expect(run()).rejects.toThrow();
  expect([await statusOf(first), await statusOf(second)]).toEqual(['queued', 'failed']);
  await db.database('tasks').where({ id: first.id }).update({ cost: 5 });
  expect(await run()).toBe(1);
  expect(await statusOf(first)).toBe('failed');
});
