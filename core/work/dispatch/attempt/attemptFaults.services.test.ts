import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Asset } from '../../../ground/db/models/asset.ts';
import { Backend, Slot } from '../../../ground/db/models/backend.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import {
  createDispatchSetup,
  eventually,
  type RunningDispatcher,
  testConfig,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { cancelTask } from '../../tasks/cancelTask.ts';

const setup = fixture(createDispatchSetup);
let backend: PreviewBackendProcess;
let dispatcher: RunningDispatcher;
let backendId: string;

beforeAll(async () => {
  backend = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
  dispatcher = await setup.start({
    comfy: { ...testConfig(setup.directory).comfy, httpTimeoutMs: 1_500 },
  });
  backendId = (await setup.addBackend(backend.url)).id;
});

afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await backend?.stop();
});

beforeEach(async () => {
  await backend.control({ disarm: 'all' });
  await setup.awaitBackend(backend.url);
});

afterEach(async () => {
  await expectSettled(setup.database);
  expect((await queueOf()).flat()).toEqual([]);
});

/** From now on runs stop before their first step, until they are released. */
const hold = () => backend.control({ arm: [{ kind: 'hold', times: 'always' }] });
const release = () => backend.control({ disarm: ['hold'] });
const draw = (steps = 2) =>
  setup.submit('text2img', { prompt: 'a lighthouse', width: 256, height: 256, steps });

/** Ids of the prompts that the backend holds: running, then pending. */
async function queueOf(): Promise<[string[], string[]]> {
  const response = await fetch(`${backend.url}/queue`);
  const { queue_running, queue_pending } = (await response.json()) as Record<string, [number, string][]>;
  return [queue_running, queue_pending].map((items) => (items ?? []).map(([, id]) => id)) as [
    string[],
    string[],
  ];
}

const tell = (path: string, body: object) =>
  fetch(`${backend.url}${path}`, { method: 'POST', body: JSON.stringify(body) });

const promptIdsOf = async (taskId: string) =>
  (await setup.listAttempts(taskId)).map(({ promptId }) => promptId);

async function cancel(taskId: string): Promise<void> {
  await cancelTask(
    { database: setup.database, clock: systemClock, wakeSignals: setup.wakeSignals },
    taskId,
    setup.userId,
  );
}

describe('a cancel', () => {
  test('of a queued task refunds the credits and reaches no backend', async () => {
    await Backend.query(setup.database).findById(backendId).patch({ enabled: false });
    const { available } = await findBalance(setup.database, setup.userId);
    const task = await draw();
    await cancel(task.id);
    await Backend.query(setup.database).findById(backendId).patch({ enabled: true });
    const later = await draw();
    await setup.reached(later.id, 'succeeded');
    expect(await setup.listAttempts(task.id)).toEqual([]);
    const balance = await findBalance(setup.database, setup.userId);
    expect(balance.available).toBe(available - later.cost);
  });

  test('of a running task removes its prompt, then frees the slot', async () => {
    await hold();
    const task = await draw();
    await setup.reached(task.id, 'running');
    await cancel(task.id);
    await eventually(async () => {
      expect(await Slot.query(setup.database)).toEqual([]);
    });
    expect((await queueOf()).flat()).toEqual([]);
    expect(await setup.reached(task.id, 'cancelled')).toMatchObject({ attempt: 1 });
    expect(await Asset.query(setup.database).where({ taskId: task.id })).toEqual([]);
  });

  test('of a prefetched task leaves the running task alone', async () => {
    await hold();
    const running = await draw(100);
    await setup.reached(running.id, 'running');
    // Given together with the first, it could be posted before that one.
    const prefetched = await draw(10);
    await eventually(async () => expect((await queueOf()).map((ids) => ids.length)).toEqual([1, 1]));
    expect(await setup.reached(prefetched.id, 'assigned')).toMatchObject({ attempt: 1 });
    await cancel(prefetched.id);
    await release();
    await setup.reached(running.id, 'succeeded');
    expect(await setup.listAttempts(running.id)).toHaveLength(1);
    await eventually(async () => expect(await Slot.query(setup.database)).toEqual([]));
  });
});

describe('a backend fault', () => {
  test.each([
    ['the same twice', ['CUDA said no', 'CUDA said no', 'CUDA said no'], 2],
    ['another each of three times', ['CUDA said no', 'CUDA is tired', 'CUDA went home'], 3],
  ])('%s fails the task and releases its hold', async (_, messages, tries) => {
    const { available } = await findBalance(setup.database, setup.userId);
    await backend.control({ arm: messages.map((message) => ({ kind: 'node-error', message })) });
    const task = await draw();
    const failed = await setup.reached(task.id, 'failed');
    expect(failed).toMatchObject({ failures: tries, attempt: tries, error: { code: 'generation-failed' } });
    expect(failed.error?.detail).not.toContain('CUDA');
    expect(new Set(await promptIdsOf(task.id)).size).toBe(tries);
    expect(await findBalance(setup.database, setup.userId)).toMatchObject({ available, held: 0 });
  });

  test('once does not fail the task', async () => {
    await backend.control({ arm: [{ kind: 'out-of-memory' }] });
    const task = await draw();
    expect(await setup.reached(task.id, 'succeeded', 'failed')).toMatchObject({
      status: 'succeeded',
      failures: 1,
      attempt: 2,
    });
    expect(await Asset.query(setup.database).where({ taskId: task.id })).toHaveLength(1);
  });

  test('in the file transfer repeats the request, not the run', async () => {
    await backend.control({ arm: [{ kind: 'http-truncate', path: '/view', times: 2 }] });
    const task = await draw();
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 1, failures: 0 });
  });
});

describe('a POST', () => {
  test('answered with errors only fails the task and releases its hold', async () => {
    const { available } = await findBalance(setup.database, setup.userId);
    await backend.control({ arm: [{ kind: 'http-status', path: '/prompt', times: 3 }] });
    const task = await draw();
    const failed = await setup.reached(task.id, 'failed', 'succeeded');
    expect(failed).toMatchObject({ status: 'failed', failures: 3, error: { code: 'backend-lost' } });
    expect(await findBalance(setup.database, setup.userId)).toMatchObject({ available, held: 0 });
    await setup.reached((await draw()).id, 'succeeded');
  });
});

describe('an answer that is lost', () => {
  test('does not make a queued prompt run twice', async () => {
    await backend.control({ arm: [{ kind: 'accept-hang' }] });
    const task = await draw();
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 1, failures: 0 });
    expect(await promptIdsOf(task.id)).toHaveLength(1);
  });

  test('is not needed when the socket is silent', async () => {
    await backend.control({ arm: [{ kind: 'silent' }] });
    const task = await draw();
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 1 });
  });
});

describe('a prompt that is gone', () => {
  test('after a foreign interrupt is requeued without a failure and succeeds', async () => {
    await hold();
    const task = await draw();
    await setup.reached(task.id, 'running');
    const [promptId] = await promptIdsOf(task.id);
    await tell('/interrupt', { prompt_id: promptId });
    await release();
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 2, failures: 0 });
  });

  test('after a backend restart is run again and settled once', async () => {
    await hold();
    const task = await draw();
    await setup.reached(task.id, 'running');
    await backend.control({ forget: true });
    await release();
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 2, failures: 1 });
    expect(new Set(await promptIdsOf(task.id)).size).toBe(2);
    const ends = await OutboxEvent.query(setup.database).where({ taskId: task.id, type: 'task_completed' });
    expect(ends).toHaveLength(1);
  });

  test('is removed from the backend if its attempt has ended', async () => {
    const task = await draw();
    await setup.reached(task.id, 'succeeded');
    const [promptId] = await promptIdsOf(task.id);
    const graph = await graphOf(promptId ?? '');
    await backend.control({ arm: [{ kind: 'hang' }] });
    // A new seed: a cached run would end by itself. The next probe may remove it before any look.
    const posted = await tell('/prompt', { prompt: withSeed(graph, 4_711), prompt_id: promptId });
    expect(posted.status).toBe(200);
    await eventually(async () => expect((await queueOf()).flat()).toEqual([]));
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 1 });
  });

  test('stays when it belongs to another client', async () => {
    const task = await draw();
    await setup.reached(task.id, 'succeeded');
    const [promptId] = await promptIdsOf(task.id);
    const graph = await graphOf(promptId ?? '');
    const stranger = crypto.randomUUID();
    await hold();
    await tell('/prompt', { prompt: withSeed(graph, 815), prompt_id: stranger });
    // The second probe from now began after the prompt was there.
    for (let look = 0; look < 2; look++) {
      const seenBefore = await seenAt();
      await eventually(async () => expect(await seenAt()).not.toEqual(seenBefore));
    }
    expect((await queueOf()).flat()).toEqual([stranger]);
    await release();
    await eventually(async () => {
      const history = (await (await fetch(`${backend.url}/history/${stranger}`)).json()) as object;
      expect(history).toMatchObject({ [stranger]: { status: { status_str: 'success' } } });
    });
  });
});

const seenAt = async () => (await Backend.query(setup.database).findById(backendId))?.seenAt;

type ApiGraph = Record<string, { class_type: string; inputs: Record<string, unknown> }>;

function withSeed(graph: ApiGraph, seed: number): ApiGraph {
  for (const { inputs } of Object.values(graph)) if ('noise_seed' in inputs) inputs.noise_seed = seed;
  return graph;
}

async function graphOf(promptId: string): Promise<ApiGraph> {
  const history = (await (await fetch(`${backend.url}/history/${promptId}`)).json()) as Record<
    string,
    { prompt: [number, string, ApiGraph] }
  >;
  return history[promptId]?.prompt[2] ?? {};
}

describe('a fault of our own storage', () => {
  test('keeps the result on the backend and collects it after recovery', async () => {
    const incoming = join(setup.directory, 'storage', 'incoming');
    await rename(incoming, `${incoming}.away`);
    await writeFile(incoming, 'in the way');
    const task = await draw();
    await setup.reached(task.id, 'running');
    await eventually(async () => expect(await queueOf()).toEqual([[], []]));
    await rm(incoming);
    await rename(`${incoming}.away`, incoming);
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 1, failures: 0 });
  });
});
