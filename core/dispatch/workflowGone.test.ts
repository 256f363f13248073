import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import type { ComfyClient } from '../comfy/comfy.ts';
import { createComfyClient } from '../comfy/comfyClient.ts';
import { findBalance } from '../credits/statement.ts';
import { Backend } from '../db/models/backend.ts';
import { OutboxEvent } from '../db/models/outboxEvent.ts';
import { Task } from '../db/models/task.ts';
import { newId } from '../ids.ts';
import { markPosted } from '../tasks/attemptTransitions.ts';
import type { Fence } from '../tasks/fence.ts';
import {
  createDispatchSetup,
  type DispatchSetup,
  eventually,
  silentLogger,
  testConfig,
} from '../testing/dispatch.ts';
import { expectSettled } from '../testing/expectSettled.ts';
import { assign } from '../testing/factories.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../testing/startPreviewBackend.ts';
import { runAttempt } from './runAttempt.ts';
import { listWork } from './work.ts';

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const unknownVersion = 999;
let setup: DispatchSetup;
let preview: PreviewBackendProcess;
let backend: Backend;
let fence: Fence;
let client: ComfyClient;

beforeAll(async () => {
  setup = await createDispatchSetup();
  preview = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
  await using _dispatcher = await setup.start();
  backend = await setup.addBackend(preview.url);
});

afterAll(async () => {
  await preview?.stop();
  await setup?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  backend = await Backend.query(setup.database).patchAndFetchById(backend.id, {
    owner: newId(),
    epoch: backend.epoch + 10,
  });
  const task = await setup.submit('text2img', { prompt: 'a lighthouse', width: 256, height: 256, steps: 1 });
  fence = await assign(setup.database, task, backend);
  await Task.query(setup.database).findById(task.id).patch({ workflowVersion: unknownVersion });
  client = createComfyClient({ clock: systemClock, logger: silentLogger }, { url: preview.url });
});

afterEach(() => client.close());

async function run() {
  const deps = {
    database: setup.database,
    clock: systemClock,
    logger: silentLogger,
    storage: setup.storage,
    catalogue: setup.catalogue,
    client,
    progress: { publish: () => undefined },
    bell: setup.bell,
    permit: { isYoung: () => true, renew: async () => true },
    health: { reportDown: async () => undefined, reportLoaded: () => undefined },
    runTimes: { learn: () => undefined },
    limits: testConfig(setup.directory).limits,
  };
  const [work] = await listWork(setup.database, [backend.id]);
  if (!work) throw new Error('the slot is free');
  const signals = { run: new AbortController().signal, left: new AbortController().signal };
  return runAttempt(deps, fence, work, signals);
}

async function expectGivenBack(): Promise<void> {
  const task = await Task.query(setup.database).findById(fence.taskId);
  expect(task).toMatchObject({ status: 'failed', error: { code: 'workflow-unavailable' }, failures: 0 });
  expect(await findBalance(setup.database, setup.userId)).toMatchObject({ available: 1_000_000, held: 0 });
  const events = await OutboxEvent.query(setup.database).where({ taskId: fence.taskId, type: 'task_failed' });
  expect(events).toHaveLength(1);
  await expectSettled(setup.database);
}

it('fails a task whose version of the workflow is gone, and gives credits and slot back', async () => {
  const before = (await preview.control({})).runs;
  expect(await run()).toEqual({ kind: 'failed' });
  expect((await preview.control({})).runs).toEqual(before);
  await expectGivenBack();
});

it('takes a prompt that was posted before back from the backend first', async () => {
  // So slow that the prompt is still there when it is looked for.
  await preview.control({ simulate: { secondsPerStep: 1 } });
  const task = await Task.query(setup.database).findById(fence.taskId).throwIfNotFound();
  const workflow = await setup.catalogue.requireWorkflow('text2img');
  const params = { ...task.params, steps: 100 };
  const promptId = randomUUID();
  await markPosted({ database: setup.database, clock: systemClock }, fence, promptId);
  await client.post(promptId, workflow.bind(params, { images: {}, outputPrefix: 'test' }));
  await eventually(async () => expect(await heldByBackend()).toContain(promptId));
  expect(await run()).toEqual({ kind: 'failed' });
  expect(await heldByBackend()).toEqual([]);
  await expectGivenBack();
});

async function heldByBackend(): Promise<string[]> {
  const answer = await fetch(`${preview.url}/queue`);
  const { queue_running, queue_pending } = (await answer.json()) as Record<string, [number, string][]>;
  return [...(queue_running ?? []), ...(queue_pending ?? [])].map(([, id]) => id);
}
