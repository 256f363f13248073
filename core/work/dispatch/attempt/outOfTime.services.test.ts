import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Backend } from '../../../ground/db/models/backend.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import {
  type AttemptScene,
  createAttemptScene,
  type OwnedAttempt,
} from '../../../testing/dispatch/ownedAttempt.ts';
import { ownGraphOf, readGraphEnd } from '../../../testing/dispatch/ownGraphs.ts';

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

const assignGraph = (mostSeconds = 1) => scene.assignGraph(ownGraphOf({ mostSeconds, creditsPerSecond: 7 }));
const read = (attempt: OwnedAttempt) => readGraphEnd(scene.setup, attempt, available);

/** Prompts that the backend runs. */
async function countRunning(): Promise<number> {
  const answer = await fetch(`${scene.preview.url}/queue`);
  return ((await answer.json()) as { queue_running: unknown[] }).queue_running.length;
}

const paidOnce = {
  status: 'failed',
  code: 'out-of-time',
  charged: 7,
  paid: 7,
  attempts: 1,
  settled: 1,
  slots: 0,
  isSound: true,
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
      timeout: 120_000,
    });
  });
  expect(await attempt.run()).toMatchObject({ kind: 'succeeded' });
  expect(await read(attempt)).toMatchObject({ status: 'succeeded', charged: 7, settled: 1, slots: 0 });
});
