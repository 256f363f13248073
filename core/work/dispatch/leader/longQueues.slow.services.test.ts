import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../ground/db/connect.ts';
import { MovedTask, Task } from '../../../ground/db/models/task.ts';
import { systemClock as clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { createOwnedBackend, createQueuedTask, createUser, lead } from '../../../testing/db/factories.ts';
import { numbersSql } from '../../../testing/db/history.ts';
import { eventually, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import type { ProgressBus } from '../../events/progressBus.ts';
import type { QueuedTask } from './knownTasks.ts';
import { createLeader } from './leader.ts';
import { createReadyTasks, mostReady, type ReadyTasks } from './readyTasks.ts';

const dumped = 25_000;
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

/** Tasks of one person, an hour old, written by the server. */
async function dump(userId: string, count: number): Promise<void> {
  const task = await createQueuedTask(database, userId, { cost: 0, lane: 'standard', params: example });
  const columns = `user_id, type, workflow_name, workflow_version, lane, status, params, meta, images, cost, work_units,
    estimate_seconds, created_at, updated_at`;
  for (let from = 0; from < count; from += rowsAStatement)
    await database.raw(
      `INSERT INTO tasks (id, ${columns})
       SELECT CONCAT('01900000-0000-7000-8000-', LPAD(HEX(n), 12, '0')), ${columns}
       FROM tasks CROSS JOIN ${numbersSql(from, from + rowsAStatement)} WHERE id = ?`,
      [task.id],
    );
  await database('tasks').where({ id: task.id }).delete();
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

test("one person's 25,000 tasks do not hide another person's later task", async () => {
  const [dumper, other] = [await createUser(database), await createUser(database)];
  await dump(dumper.id, dumped);
  const late = await createQueuedTask(database, other.id, { lane: 'interactive', params: example });
  const ready = createReadyTasks({ database, clock, catalogue: createCatalogueOf([newId()]) });
  await ready.refresh();
  const listed = await listAll(ready);
  expect(listed.map(({ id }) => id)).toContain(late.id);
  expect(listed).toHaveLength(mostReady);
  const seen = listed.filter(({ userId }) => userId === dumper.id).map(({ id }) => id);
  const oldest = await Task.query(database).where({ userId: dumper.id }).orderBy('id').limit(seen.length);
  expect(seen).toEqual(oldest.map(({ id }) => id));

  // Tasks outside the window are not added as new ones.
  const more = await createQueuedTask(database, dumper.id, { lane: 'standard', params: example });
  const next = await createQueuedTask(database, other.id, { lane: 'interactive', params: example });
  ready.doubt();
  await ready.refresh();
  const ids = (await listAll(ready)).map(({ id }) => id);
  expect([ids.includes(more.id), ids.includes(next.id)]).toEqual([false, true]);
});

test('a task that was moved to the front is seen behind 25,000 others', async () => {
  const { id: userId } = await createUser(database);
  await dump(userId, dumped);
  const last = await createQueuedTask(database, userId, { lane: 'standard', params: example });
  const clock = createManualClock();
  const ready = createReadyTasks({ database, clock, catalogue: createCatalogueOf([newId()]) });
  const listMoved = async (one = ready) => {
    await one.refresh();
    return (await one.index()).listMoved().map(({ task: { id } }) => id);
  };
  expect(await listMoved()).toEqual([]);
  await MovedTask.query(database).insert({ taskId: last.id, movedAt: new Date() });
  ready.doubt();
  expect(await listMoved()).toEqual([last.id]);
  // The next comparison with the window, and the first one of the next leader.
  await clock.advance(3_600_000);
  const next = createReadyTasks({ database, clock, catalogue: createCatalogueOf([newId()]) });
  for (const one of [ready, next]) expect(await listMoved(one)).toEqual([last.id]);
  await MovedTask.query(database).deleteById(last.id);
  ready.doubt();
  expect(await listMoved()).toEqual([]);
});

test('an interactive task behind 25,000 others is assigned next', async () => {
  const [dumper, other] = [await createUser(database), await createUser(database)];
  await dump(dumper.id, dumped);
  const late = await createQueuedTask(database, other.id, { lane: 'interactive', params: example });
  await using leading = await startLeading(createCatalogueOf([]));
  await eventually(() => expect(leading.assigned.length).toBeGreaterThan(0));
  expect(leading.assigned[0]).toBe(late.id);
});
