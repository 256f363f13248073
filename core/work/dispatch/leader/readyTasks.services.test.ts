import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../ground/db/connect.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { systemClock as clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { createOwnedBackend, createQueuedTask, createUser, lead } from '../../../testing/db/factories.ts';
import { eventually, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import type { ProgressBus } from '../../events/progressBus.ts';
import { type NewlyQueued, parseQueued, presentQueued } from '../../tasks/accepting/queuedNews.ts';
import type { QueuedTask } from './knownTasks.ts';
import { createLeader } from './leader.ts';
import { createReadyTasks, type ReadyTasks } from './readyTasks.ts';

const rowsAStatement = 5_000;
const wakeSignals = { send: () => undefined, sendCancel: () => undefined };
const [text2img] = builtinWorkflows.filter(({ name }) => name === 'text2img');
const example = text2img?.example ?? {};
/** Without its graph, since binding thousands would take long. */
const light = text2img && { ...text2img, nodeClasses: () => [], models: () => [] };
const db = databaseFixture();
let database: Database;
beforeAll(async () => {
  database = db.database;
});
beforeEach(async () => {
  for (const table of ['slots', 'attempts', 'backends', 'tasks'])
    while ((await database(table).limit(rowsAStatement).delete()) > 0);
});

/** Those that may be assigned now. */
async function listAll(ready: ReadyTasks): Promise<QueuedTask[]> {
  const index = await ready.index();
  const lines = [...index.groups()].flatMap((group) => [...group.lines.values()]);
  return lines.flatMap(({ tasks }) => tasks.flatMap(({ id }) => index.find(id) ?? []));
}

/** All tasks are text2img and run on these. */
function createCatalogueOf(backendIds: readonly string[]) {
  return {
    findWorkflow: () => light,
    loadWorkflow: async () => light,
    backendsFor: async () => new Set(backendIds),
    modelBytes: async () => new Map<string, number>(),
  };
}

test('a recalled task returns at once', async () => {
  const { id: userId } = await createUser(database);
  const id = '01900000-0000-7000-8000-000000000000';
  const task = await createQueuedTask(database, userId, { id, params: example });
  const manual = createManualClock();
  const ready = createReadyTasks({ database, clock: manual, catalogue: createCatalogueOf([newId()]) });
  const seen = async () => {
    await ready.refresh();
    return (await listAll(ready)).map(({ attempt }) => attempt);
  };
  expect(await seen()).toEqual([0]);
  await task.$query(database).patch({ status: 'assigned', attempt: 1 });
  ready.remove(id);
  ready.expect(id);
  expect(await seen()).toEqual([]);
  await task.$query(database).patch({ status: 'queued' });
  expect(await seen()).toEqual([1]);
});

test('waiting tasks follow the backends that can run them', async () => {
  const { id: userId } = await createUser(database);
  const able = [newId()];
  const catalogue = { ...createCatalogueOf([]), backendsFor: async () => new Set(able) };
  const ready = createReadyTasks({ database, clock: createManualClock(), catalogue });
  const groups = async () => {
    await createQueuedTask(database, userId, { params: example });
    ready.doubt();
    await ready.refresh();
    return [...(await ready.index()).groups()].map(({ runsOn, lines }) => [
      ...[[...runsOn], lines.get(userId)?.tasks.length],
    ]);
  };
  expect(await groups()).toEqual([[able, 1]]);
  able.push(newId());
  expect(await groups()).toEqual([[able, 2]]);
  able.shift();
  expect(await groups()).toEqual([[able, 3]]);
});

test('a task is ready once the time of its retry has come', async () => {
  const { id: userId } = await createUser(database);
  const clock = createManualClock(new Date());
  const notBefore = new Date(clock.now().getTime() + 5_000);
  await createQueuedTask(database, userId, { params: example, notBefore });
  const ready = createReadyTasks({ database, clock, catalogue: createCatalogueOf([newId()]) });
  await ready.refresh();
  expect((await ready.index()).size).toBe(0);
  await clock.advance(5_000);
  expect((await ready.index()).size).toBe(1);
});

describe('a task that is told of', () => {
  const create = () =>
    createReadyTasks({ database, clock: createManualClock(), catalogue: createCatalogueOf([newId()]) });
  const tell = (task: Task) => parseQueued(JSON.parse(JSON.stringify(presentQueued(task)))) as NewlyQueued;
  const queue = async () => {
    const { id: userId } = await createUser(database);
    const { id } = await createQueuedTask(database, userId, { lane: 'interactive', params: example });
    return await Task.query(database).findById(id).throwIfNotFound();
  };

  test('is ready without a read, as the table has it', async () => {
    const [reader, listener] = [create(), create()];
    await listener.refresh();
    const task = await queue();
    listener.add(tell(task));
    await Task.query(database).findById(task.id).patch({ status: 'assigned' });
    await listener.refresh();
    await Task.query(database).findById(task.id).patch({ status: 'queued' });
    await reader.refresh();
    const [told, read] = [await listAll(listener), await listAll(reader)];
    expect(told).toHaveLength(1);
    expect(told).toEqual(read.map((one) => ({ ...one, runsOn: told[0]?.runsOn })));
  });

  test('and no longer queued goes with the next comparison', async () => {
    const clock = createManualClock();
    const ready = createReadyTasks({ database, clock, catalogue: createCatalogueOf([newId()]) });
    await ready.refresh();
    const task = await queue();
    await Task.query(database).findById(task.id).patch({ status: 'cancelled' });
    ready.add(tell(task));
    await ready.refresh();
    expect(await listAll(ready)).toHaveLength(1);
    await clock.advance(60_000);
    await ready.refresh();
    expect(await listAll(ready)).toEqual([]);
  });

  test('is found within a second when the news is lost', async () => {
    const clock = createManualClock(new Date());
    const ready = createReadyTasks({ database, clock, catalogue: createCatalogueOf([newId()]) });
    await ready.refresh();
    const task = await queue();
    await ready.refresh();
    expect(await listAll(ready)).toEqual([]);
    await clock.advance(1_000);
    await ready.refresh();
    expect((await listAll(ready)).map(({ id }) => id)).toEqual([task.id]);
  });

  test('with much text is left to a read', async () => {
    const task = await queue();
    task.params = { prompt: 'x'.repeat(10_000) };
    expect(presentQueued(task)).toBeUndefined();
    expect(parseQueued(undefined)).toBeUndefined();
    expect(parseQueued({ id: task.id })).toBeUndefined();
  });
});

/** Leads with these workflows and this one server. */
async function startLeading({
  findWorkflow,
  loadWorkflow,
}: Pick<Catalogue, 'findWorkflow' | 'loadWorkflow'>) {
  const owner = newId();
  const { epoch } = await lead(database, owner);
  const backend = await createOwnedBackend(database, owner);
  const assigned: string[] = [];
  const leader = createLeader(
    {
      database,
      clock,
      logger: silentLogger,
      catalogue: { ...createCatalogueOf([backend.id]), findWorkflow, loadWorkflow } as unknown as Catalogue,
      wakeSignals,
      choosePrompt: () => undefined,
      handOver: ({ taskId }) => void assigned.push(taskId),
      progress: { publish: () => undefined } as unknown as ProgressBus,
      publishPlan: () => undefined,
    },
    owner,
  );
  leader.setEpoch(epoch);
  return { assigned, [Symbol.asyncDispose]: () => leader.stop() };
}

test('a task that its workflow cannot read holds up no other', async () => {
  const { id: userId } = await createUser(database);
  const unreadable = await createQueuedTask(database, userId, { params: { of: 'another release' } });
  const task = await createQueuedTask(database, userId, { params: example });
  const workflows = { findWorkflow: () => text2img, loadWorkflow: async () => text2img };
  await using leading = await startLeading(workflows);
  await eventually(() => expect(leading.assigned).toEqual([task.id]));
  expect((await Task.query(database).findById(unreadable.id))?.status).toBe('queued');
});
