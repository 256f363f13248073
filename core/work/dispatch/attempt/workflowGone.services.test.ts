import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Task } from '../../../ground/db/models/task.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import type { PreviewBackendProcess } from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { type DispatchSetup, eventually } from '../../../testing/dispatch/dispatchSetup.ts';
import {
  type AttemptScene,
  createAttemptScene,
  type OwnedAttempt,
} from '../../../testing/dispatch/ownedAttempt.ts';
import { listSlots, markPosted } from '../../tasks/attemptTransitions.ts';
import { cancelTask } from '../../tasks/cancelTask.ts';

const unknownVersion = 999;
let scene: AttemptScene;
let setup: DispatchSetup;
let preview: PreviewBackendProcess;
let owned: OwnedAttempt;

beforeAll(async () => {
  scene = await createAttemptScene();
  ({ setup, preview } = scene);
});
afterAll(() => scene?.[Symbol.asyncDispose]());

beforeEach(async () => {
  owned = await scene.assignTask();
  await Task.query(setup.database).findById(owned.task.id).patch({ workflowVersion: unknownVersion });
});

async function expectQueuedAgain(): Promise<void> {
  const task = await Task.query(setup.database).findById(owned.fence.taskId);
  expect(task).toMatchObject({ status: 'queued', attempt: 1, failures: 0, error: null });
  // By the times of its row: how long ago that was decides nothing.
  expect(task?.notBefore?.getTime()).toBeGreaterThan(task?.updatedAt.getTime() ?? Number.NaN);
  expect(await listSlots(setup.database, owned.fence.backendId)).toEqual([]);
  const { available, held } = await findBalance(setup.database, setup.userId);
  expect({ held, all: available + held }).toEqual({ held: task?.cost, all: 1_000_000 });
  await cancelTask({ ...setup, clock: systemClock }, owned.fence.taskId, undefined);
  await expectSettled(setup.database);
}

test('an owner without the workflow version requeues without a failure', async () => {
  const before = (await preview.control({})).runs;
  expect(await owned.run()).toEqual({ kind: 'elsewhere', userId: setup.userId, blame: 'nobody' });
  expect((await preview.control({})).runs).toEqual(before);
  await expectQueuedAgain();
});

test('an owner without the workflow version first removes a prompt posted before', async () => {
  // It is still there when the owner looks for it.
  await preview.control({ arm: [{ kind: 'hold', times: 'always' }] });
  const task = await Task.query(setup.database).findById(owned.fence.taskId).throwIfNotFound();
  const workflow = await setup.catalogue.requireWorkflow('text2img');
  const promptId = randomUUID();
  await markPosted({ database: setup.database, clock: systemClock }, owned.fence, promptId);
  await owned.client.post(promptId, workflow.bind(task.params, { images: {}, outputPrefix: 'test' }));
  await eventually(async () => expect(await heldByBackend()).toContain(promptId));
  expect(await owned.run()).toEqual({ kind: 'elsewhere', userId: setup.userId, blame: 'nobody' });
  expect(await heldByBackend()).toEqual([]);
  await expectQueuedAgain();
});

async function heldByBackend(): Promise<string[]> {
  const answer = await fetch(`${preview.url}/queue`);
  const { queue_running, queue_pending } = (await answer.json()) as Record<string, [number, string][]>;
  return [...(queue_running ?? []), ...(queue_pending ?? [])].map(([, id]) => id);
}
