import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { createQueuedTask, createUser, lead } from '../../../testing/db/factories.ts';
import { silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { cancelTask } from '../../tasks/cancelTask.ts';
import { createLostVersionSweep } from './failLostVersions.ts';

const graceMs = 900_000;
const never = new AbortController().signal;
const wakeSignals = { send: () => undefined, sendCancel: () => undefined };

const db = databaseFixture();
let userId: string;
beforeEach(async () => {
  userId = (await createUser(db.database, 1_000)).id;
});
afterEach(async () => {
  for (const { id } of await Task.query(db.database).where({ status: 'queued' }))
    await cancelTask({ database: db.database, clock: systemClock, wakeSignals }, id, undefined);
  await expectSettled(db.database);
});

/** A leader that has every workflow except `gone`, and a manual clock. */
async function createLeader() {
  const leadership = {
    held: (await lead(db.database, newId())) as { owner: string; epoch: number } | undefined,
  };
  const clock = createManualClock();
  const known = { gone: false };
  const catalogue = {
    loadWorkflow: async (name: string) => (name === 'gone' && !known.gone ? undefined : ({} as never)),
  };
  const deps = { database: db.database, clock, logger: silentLogger, catalogue, wakeSignals, leadership };
  const versions = createLostVersionSweep(deps, graceMs);
  return { leadership, clock, known, run: () => versions.run(never) };
}

const addTask = (workflowName: string) =>
  createQueuedTask(db.database, userId, { workflowName, workflowVersion: 7, cost: 5 });
const statusOf = async ({ id }: Task) => (await Task.query(db.database).findById(id))?.status;

test('a version missing longer than an upgrade fails only its waiting tasks', async () => {
  const { clock, run } = await createLeader();
  const [lost, fine] = [await addTask('gone'), await addTask('text2img')];
  expect(await findBalance(db.database, userId)).toMatchObject({ held: 10 });
  expect(await run()).toBe(0);
  await clock.advance(graceMs - 1);
  expect(await run()).toBe(0);
  expect(await statusOf(lost)).toBe('queued');
  await clock.advance(1);
  expect(await run()).toBe(1);
  const ended = await Task.query(db.database).findById(lost.id);
  expect(ended).toMatchObject({ status: 'failed', error: { code: 'workflow-unavailable' } });
  expect(ended?.finishedAt).not.toBeNull();
  expect(await findBalance(db.database, userId)).toMatchObject({ available: 995, held: 5 });
  const events = await OutboxEvent.query(db.database).where({ taskId: lost.id, type: 'task_failed' });
  expect(events).toHaveLength(1);
  expect(await statusOf(fine)).toBe('queued');
});

test('a version that returns in time fails no task', async () => {
  const { clock, known, run } = await createLeader();
  const task = await addTask('gone');
  await run();
  await clock.advance(graceMs - 1);
  known.gone = true;
  await run();
  known.gone = false;
  await clock.advance(1);
  expect(await run()).toBe(0);
  expect(await statusOf(task)).toBe('queued');
});

test('a new leadership starts counting again', async () => {
  const { clock, leadership, run } = await createLeader();
  const task = await addTask('gone');
  await run();
  leadership.held = undefined;
  await clock.advance(graceMs);
  expect(await run()).toBe(0);
  leadership.held = await lead(db.database, newId());
  expect(await run()).toBe(0);
  await clock.advance(graceMs);
  expect(await run()).toBe(1);
  expect(await statusOf(task)).toBe('failed');
});

test('nothing is written when another dispatcher leads meanwhile', async () => {
  const { clock, run } = await createLeader();
  const task = await addTask('gone');
  await run();
  await clock.advance(graceMs);
  await lead(db.database, newId());
  expect(await run()).toBe(0);
  expect(await statusOf(task)).toBe('queued');
});
