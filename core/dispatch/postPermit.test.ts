import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import type { ComfyClient } from '../comfy/comfy.ts';
import { createComfyClient } from '../comfy/comfyClient.ts';
import { Backend } from '../db/models/backend.ts';
import { Task } from '../db/models/task.ts';
import { newId } from '../ids.ts';
import { failTask } from '../tasks/attemptTransitions.ts';
import { cancelTask } from '../tasks/cancelTask.ts';
import type { Fence } from '../tasks/fence.ts';
import { createDispatchSetup, type DispatchSetup, silentLogger, testConfig } from '../testing/dispatch.ts';
import { expectSettled } from '../testing/expectSettled.ts';
import { assign } from '../testing/factories.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../testing/startPreviewBackend.ts';
import type { PostPermit } from './attempt.ts';
import { runAttempt } from './runAttempt.ts';
import { listWork, type Work } from './work.ts';

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

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

/** A task on the backend, which nobody but this test owns. */
beforeEach(async () => {
  backend = await Backend.query(setup.database).patchAndFetchById(backend.id, {
    owner: newId(),
    epoch: backend.epoch + 10,
  });
  const task = await setup.submit('text2img', { prompt: 'a lighthouse', width: 256, height: 256, steps: 1 });
  fence = await assign(setup.database, task, backend);
  const config = { url: preview.url, lookIntervalMs: 100 };
  client = createComfyClient({ clock: systemClock, logger: silentLogger }, config);
});

afterEach(() => client.close());

async function run(permit: PostPermit, owner: Pick<Fence, 'owner' | 'epoch'> = fence) {
  const deps = {
    database: setup.database,
    clock: systemClock,
    logger: silentLogger,
    storage: setup.storage,
    catalogue: setup.catalogue,
    client,
    progress: { publish: () => undefined },
    bell: setup.bell,
    permit,
    health: { reportDown: async () => undefined, reportLoaded: () => undefined },
    runTimes: { learn: () => undefined },
    limits: testConfig(setup.directory).limits,
  };
  const [work] = await listWork(setup.database, [backend.id]);
  const signals = { run: new AbortController().signal, left: new AbortController().signal };
  return runAttempt(deps, owner, work as Work, signals);
}

const countRuns = async () => ((await preview.control({})).runs as string[]).length;
const always: PostPermit = { isYoung: () => true, renew: async () => true };

async function endTask(): Promise<void> {
  const error = { code: 'internal', detail: 'ended by the test' } as const;
  await failTask({ database: setup.database, clock: systemClock }, fence, error, 'test');
  await expectSettled(setup.database);
}

describe('an owner', () => {
  it('posts while its lease is young', async () => {
    const before = await countRuns();
    expect(await run(always)).toMatchObject({ kind: 'succeeded' });
    expect(await countRuns()).toBe(before + 1);
    await expectSettled(setup.database);
  });

  it('posts nothing when its lease is old and cannot be renewed', async () => {
    const before = await countRuns();
    expect(await run({ isYoung: () => false, renew: async () => false })).toEqual({ kind: 'left' });
    expect(await countRuns()).toBe(before);
    expect((await setup.listAttempts(fence.taskId))[0]).toMatchObject({ state: 'posted' });
    await endTask();
  });

  it('that did not post learns by looking that nothing was posted, and gives the task back without a failure', async () => {
    await run({ isYoung: () => false, renew: async () => false });
    expect(await run(always)).toEqual({ kind: 'elsewhere', isBackendFault: false });
    const task = await Task.query(setup.database).findById(fence.taskId);
    expect(task).toMatchObject({ status: 'queued', attempt: 1, failures: 0 });
    const deps = { database: setup.database, clock: systemClock, bell: setup.bell };
    await cancelTask(deps, fence.taskId, undefined);
    await expectSettled(setup.database);
  });

  it('renews an old lease before it posts', async () => {
    let isYoung = false;
    const renew = async () => {
      isYoung = true;
      return true;
    };
    expect(await run({ isYoung: () => isYoung, renew })).toMatchObject({ kind: 'succeeded' });
    expect(isYoung).toBe(true);
    await expectSettled(setup.database);
  });

  it('posts and writes nothing under an epoch that is past', async () => {
    const before = await countRuns();
    const past = { owner: fence.owner, epoch: fence.epoch - 1 };
    expect(await run(always, past)).toEqual({ kind: 'left' });
    expect(await countRuns()).toBe(before);
    expect((await setup.listAttempts(fence.taskId))[0]).toMatchObject({ state: 'assigned', promptId: null });
    expect(await Task.query(setup.database).findById(fence.taskId)).toMatchObject({ status: 'assigned' });
    await endTask();
  });
});
