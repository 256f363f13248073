import { beforeEach, expect, test } from 'vitest';
import { Attempt, Backend, type BackendReport, Slot } from '../../../ground/db/models/backend.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createResidency } from '../planner/residency.ts';
import { loading } from '../runTimes.ts';
import { viewBackends } from './openBackends.ts';
import { readPool } from './poolRows.ts';

const report: BackendReport = {
  comfyVersion: '0.33.0',
  deviceName: 'gpu',
  vramTotalBytes: 1,
  vramFreeBytes: 1,
  maxUploadBytes: 1,
  jobsApi: true,
};
const [modelA, modelB] = [['checkpoints/a'], ['checkpoints/b']];
const db = databaseFixture();
let backend: Backend;

beforeEach(async () => {
  await Slot.query(db.database).delete();
  await Attempt.query(db.database).delete();
  await Backend.query(db.database).delete();
  backend = await createOwnedBackend(db.database, undefined, {
    facts: report,
    residency: modelA,
    weight: 2,
  });
});

const residencies = new Map<string, ReturnType<typeof createResidency>>();
const modelBytes = new Map([
  ['checkpoints/a', 2e9],
  ['checkpoints/b', 3e9],
]);
async function listOpen() {
  const learned = new Map([[backend.id, new Map([[loading, 1.5]])]]);
  const known = { secondsPerUnit: learned, residencies, modelBytes };
  return viewBackends(await readPool(db.database), Date.now(), known);
}

async function assignTask(values: Partial<Task> = {}) {
  const user = await createUser(db.database);
  const task = await createQueuedTask(db.database, user.id, values);
  await assign(db.database, task, backend);
  return task;
}

test('an open backend shows its loaded models and its speeds', async () => {
  expect(await listOpen()).toMatchObject([
    {
      id: backend.id,
      freeSlots: [0, 1],
      isBusy: false,
      outstandingSeconds: 0,
      residency: createResidency(modelA ?? [], modelBytes),
      loadFactor: 1.5,
      keptBytes: 0,
      weight: 2,
    },
  ]);
});

test("the last assigned task's models count as loaded while it needs them", async () => {
  const task = await assignTask();
  residencies.set(task.id, createResidency(modelB ?? []));
  const seconds = task.estimateSeconds / 2;
  expect(await listOpen()).toMatchObject([
    {
      freeSlots: [1],
      isBusy: true,
      outstandingSeconds: seconds,
      residency: createResidency(modelB ?? []),
    },
  ]);
});

test('models that a backend keeps stay loaded behind an assigned task', async () => {
  const task = await assignTask();
  residencies.set(task.id, createResidency(modelB ?? [], modelBytes));
  const filesOf = async (keptModelBytes: number) => {
    await Backend.query(db.database)
      .findById(backend.id)
      .patch({ facts: { ...report, keptModelBytes } });
    const [open] = await listOpen();
    return [...(open?.residency?.models.keys() ?? [])];
  };
  expect(await filesOf(5e9)).toEqual(['checkpoints/b', 'checkpoints/a']);
  expect(await filesOf(4e9)).toEqual(['checkpoints/b']);
  expect(await filesOf(0)).toEqual(['checkpoints/b']);
});

test('an overdue run is expected to last as long again', async () => {
  const task = await assignTask();
  const ranMs = (task.estimateSeconds / 2 + 600) * 1_000;
  await Attempt.query(db.database)
    .findById([task.id, 1])
    .patch({ state: 'running', startedAt: new Date(Date.now() - ranMs) });
  const [open] = await listOpen();
  expect(open?.outstandingSeconds).toBeGreaterThanOrEqual(600);
});

test('prompts of other clients count as work that comes first', async () => {
  await Backend.query(db.database)
    .findById(backend.id)
    .patch({ facts: { ...report, foreignPrompts: 2 } });
  expect(await listOpen()).toMatchObject([{ freeSlots: [0, 1], isBusy: true, outstandingSeconds: 30 }]);
});

test('drained, disabled, down, removed and unowned backends are not open', async () => {
  const cases: Partial<Backend>[] = [
    { draining: true },
    { enabled: false },
    { state: 'down' },
    { state: 'resting' },
    { removedAt: new Date() },
    { owner: null },
    { leaseUntil: new Date(Date.now() - 1_000) },
  ];
  for (const values of cases) await createOwnedBackend(db.database, undefined, values);
  expect((await listOpen()).map(({ id }) => id)).toEqual([backend.id]);
});

test('a backend with a long task in a slot says so', async () => {
  expect(await listOpen()).toMatchObject([{ holdsLong: false }]);
  await assignTask({ lane: 'long' });
  expect(await listOpen()).toMatchObject([{ holdsLong: true }]);
});
