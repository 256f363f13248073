import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { checkLedger } from '../../credits/ledgerCheck.ts';
import { findBalance, listTransfers } from '../../credits/statement.ts';
import { Backend, Slot } from '../../db/models/backend.ts';
import { Task } from '../../db/models/task.ts';
import { newId } from '../../runtime/ids.ts';
import { chargedOf } from '../../tasks/ending/charge.ts';
import {
  type AttemptScene,
  createAttemptScene,
  type OwnedAttempt,
} from '../../testing/dispatch/ownedAttempt.ts';

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let scene: AttemptScene;
let available: number;

beforeAll(async () => {
  scene = await createAttemptScene();
});
afterAll(() => scene?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await scene.preview.control({ arm: [{ kind: 'hold', times: 'always' }] });
  ({ available } = await findBalance(scene.setup.database, scene.setup.userId));
});

const params = (mostSeconds = 1) => ({
  prompt: 'a lighthouse',
  graph: {
    '4': {
      class_type: 'CheckpointLoaderSimple',
      inputs: { ckpt_name: 'v1-5-pruned-emaonly-fp16.safetensors' },
    },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
    '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a lighthouse', clip: ['4', 1] } },
    '3': {
      class_type: 'KSampler',
      inputs: {
        ...{ seed: Math.floor(Math.random() * 1e9), steps: 2, cfg: 7, sampler_name: 'euler' },
        ...{ scheduler: 'normal', denoise: 1, latent_image: ['5', 0] },
        ...{ model: ['4', 0], positive: ['6', 0], negative: ['6', 0] },
      },
    },
    '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    '9': { class_type: 'SaveImage', inputs: { filename_prefix: 'own', images: ['8', 0] } },
  },
  mostSeconds,
  creditsPerSecond: 7,
});
const assignGraph = (mostSeconds?: number) => scene.assignGraph(params(mostSeconds));

async function read({ task }: OwnedAttempt) {
  const { database, userId, listAttempts } = scene.setup;
  const row = await Task.query(database).findById(task.id).throwIfNotFound();
  const moved = await listTransfers(database, userId, { limit: 100 });
  const balance = await findBalance(database, userId);
  return {
    ...{ status: row.status, code: row.error?.code, charged: chargedOf(row) },
    attempts: (await listAttempts(task.id)).length,
    settled: moved.filter(({ taskId, kind }) => taskId === task.id && kind !== 'hold').length,
    paid: available - balance.available - balance.held,
    slots: await Slot.query(database).resultSize(),
    isSound: (await checkLedger(database)).ok,
  };
}

/** Prompts that the backend runs. */
async function countRunning(): Promise<number> {
  const answer = await fetch(`${scene.preview.url}/queue`);
  return ((await answer.json()) as { queue_running: unknown[] }).queue_running.length;
}

const paidOnce = {
  ...{ status: 'failed', code: 'out-of-time', charged: 7, paid: 7 },
  ...{ attempts: 1, settled: 1, slots: 0, isSound: true },
};

test('a graph that uses up its time fails, pays its hold once, and is stopped', async () => {
  const attempt = await assignGraph();
  expect(await attempt.run()).toEqual({ kind: 'failed' });
  expect(await read(attempt)).toEqual(paidOnce);
  expect(await countRunning()).toBe(0);
});

test('an owner that dies before the stop has charged, and its successor only stops', async () => {
  const attempt = await assignGraph();
  const death = new AbortController();
  const cancel = vi.spyOn(attempt.client, 'cancel').mockImplementationOnce(async () => {
    death.abort();
    throw death.signal.reason;
  });
  expect(await attempt.run({ left: death.signal })).toEqual({ kind: 'left' });
  expect(await read(attempt)).toEqual({ ...paidOnce, slots: 1 });
  expect(await countRunning()).toBe(1);
  expect(await attempt.run()).toEqual({ kind: 'released' });
  expect(cancel).toHaveBeenCalledTimes(2);
  expect(await read(attempt)).toEqual(paidOnce);
  expect(await countRunning()).toBe(0);
});

test('an owner that loses its backend before the end leaves it to its successor, who charges once', async () => {
  const attempt = await assignGraph();
  const { locate } = attempt.client;
  const successor = { owner: newId(), epoch: attempt.fence.epoch + 1 };
  vi.spyOn(attempt.client, 'locate').mockImplementationOnce(async (...call) => {
    await Backend.query(scene.setup.database).findById(attempt.fence.backendId).patch(successor);
    return locate(...call);
  });
  expect(await attempt.run()).toEqual({ kind: 'left' });
  expect(await read(attempt)).toMatchObject({ status: 'running', paid: 0, settled: 0, slots: 1 });
  // Nothing was stopped: the successor finds it at work, and its time over.
  expect(await countRunning()).toBe(1);
  expect(await attempt.run({ owner: successor })).toEqual({ kind: 'failed' });
  expect(await read(attempt)).toEqual(paidOnce);
  expect(await countRunning()).toBe(0);
});

test('a graph that ends at the limit of all runs pays its share, and is not tried again', async () => {
  const attempt = await assignGraph(10);
  expect(await attempt.run({ attemptTimeoutMs: 1_000 })).toEqual({ kind: 'failed' });
  expect(await read(attempt)).toEqual(paidOnce);
});

test('a graph whose backend lost it at the end of its time is tried again, and costs nothing', async () => {
  const attempt = await assignGraph();
  vi.spyOn(attempt.client, 'locate').mockResolvedValueOnce('absent');
  expect(await attempt.run()).toMatchObject({ kind: 'elsewhere' });
  expect(await read(attempt)).toMatchObject({
    status: 'queued',
    paid: 0,
    settled: 0,
    slots: 0,
    isSound: true,
  });
});

test('a graph that is found done at the end of its time has its result', async () => {
  const attempt = await assignGraph();
  const { locate } = attempt.client;
  vi.spyOn(attempt.client, 'locate').mockImplementationOnce(async (...call) => {
    await scene.preview.control({ disarm: ['hold'] });
    return vi.waitUntil(async () => ((await locate(...call)) === 'finished' ? 'finished' : undefined), {
      timeout: 60_000,
    });
  });
  expect(await attempt.run()).toMatchObject({ kind: 'succeeded' });
  expect(await read(attempt)).toMatchObject({ status: 'succeeded', charged: 7, settled: 1, slots: 0 });
});
