import { problemAnswer, startScriptedServer } from '@star-graph/api/testing/servers/scriptedServer';
import { createClient } from '@star-graph/client/client';
import type { SignedInUser } from '@star-graph/contract/auth/signIn';
import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Run } from '../../runs/run.ts';
import { createLiveRuns, type EndEvent, type RunDeps } from './liveRuns.ts';

vi.stubGlobal('browser', fakeBrowser);
const { addRun, findRun } = await import('../../runs/runStore.ts');
const { accountItem, tokensItem } = await import('../../session/storedAccount.ts');
const { advanceRun, submitRun } = await import('./advanceRun.ts');
const { retryRun } = await import('./controlRun.ts');
const { applyEnd } = await import('./changeRun.ts');

const run: Run = {
  id: 'run',
  taskKey: 'first key',
  state: 'submitting',
  workflow: 'upscale',
  params: { scale: 2 },
  notes: [],
  fileName: 'picture',
  inputAssetId: 'asset',
  createdAtMs: 0,
};
const task = { id: 'task', status: 'queued', progress: { percent: 0 }, cost: 3, outputs: [] };

let ended: Run[];
let deps: RunDeps;

beforeEach(() => {
  fakeBrowser.reset();
  ended = [];
  deps = {
    ports: {
      tellRun: () => true,
      tellFrame: () => false,
      hasFrame: () => false,
      tellPanels: () => undefined,
    },
    live: createLiveRuns(),
    follow: () => undefined,
    onEnd: async (one) => void ended.push(one),
  };
});

const endOf = (taskId: string) =>
  ({
    type: 'task_completed',
    taskId,
    userId: 'person',
    timestamp: '2026-01-01T00:00:00.000Z',
    seq: '1-0',
    data: { attempt: 1, outputs: [{ id: 'result' }], cached: false, cost: 3 },
  }) as EndEvent;

test('ends a run whose task ended before its submission was answered', async () => {
  await using server = await startScriptedServer({ status: 202, body: task });
  await addRun(run);
  deps.live.earlyEnds.set('another', endOf('another'));
  deps.live.earlyEnds.set('task', endOf('task'));
  await submitRun(deps, createClient({ baseUrl: server.url }), run);
  expect(await findRun('run')).toMatchObject({ state: 'succeeded', taskId: 'task', outputAssetId: 'result' });
  expect(ended.map(({ id }) => id)).toEqual(['run']);
});

test('waits for the end of a running task', async () => {
  await using server = await startScriptedServer({ status: 202, body: task });
  await addRun(run);
  deps.live.earlyEnds.set('another', endOf('another'));
  await submitRun(deps, createClient({ baseUrl: server.url }), run);
  expect(await findRun('run')).toMatchObject({ state: 'waiting', taskId: 'task' });
  expect(ended).toEqual([]);
});

test('cancels on the server a task cancelled while the server accepted it', async () => {
  await using server = await startScriptedServer(
    { status: 202, body: task },
    problemAnswer('task-finished', 409),
  );
  await addRun(run);
  const client = createClient({ baseUrl: server.url });
  const { generate } = client;
  const cancelled = {
    ...client,
    generate: async (...args: Parameters<typeof generate>) => {
      const answer = await generate(...args);
      await addRun({ ...run, state: 'cancelled' });
      return answer;
    },
  };
  await expect(submitRun(deps, cancelled as typeof client, run)).rejects.toThrow();
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /api/v1/generate/upscale',
    'DELETE /api/v1/tasks/task',
  ]);
  expect((await findRun('run'))?.state).toBe('cancelled');
});

test.each([
  ['keeps the key of a request that the server may have taken', { code: 'unreachable' }, undefined, true],
  ['takes another key after a refusal', { code: 'insufficient-credits' }, undefined, false],
  ['takes another key for a task that failed', { code: 'backend-lost' }, 'task', false],
] as const)('%s', async (_, problem, taskId, isKept) => {
  await addRun({ ...run, state: 'failed', problem, ...(taskId ? { taskId } : {}) });
  await retryRun(deps, 'run');
  const retried = await findRun('run');
  expect(retried?.taskKey === 'first key').toBe(isKept);
  expect(retried?.taskId).toBeUndefined();
});

test('keeps the cost of a cancel, and forgets it on a retry', async () => {
  await addRun({ ...run, state: 'running', taskId: 'task', cost: 3 });
  const cancelled = {
    ...endOf('task'),
    type: 'task_cancelled',
    data: { attempt: 1, charged: 2 },
  } as EndEvent;
  await applyEnd(deps, 'run', cancelled);
  expect(await findRun('run')).toMatchObject({ state: 'cancelled', charged: 2, cost: 3 });
  // It stops at the missing sign-in.
  await retryRun(deps, 'run');
  expect((await findRun('run'))?.charged).toBeUndefined();
});

const quote = 'POST /api/v1/generate/upscale/quote';
const generate = 'POST /api/v1/generate/upscale';
const balance = 'GET /api/v1/users/balance';

test.each([
  ['sends at once what costs as much as may be spent unasked', 5, undefined, [quote, generate], 'waiting'],
  ['asks before it sends what costs more', 6, undefined, [quote, balance], 'quoted'],
  ['sends what was said yes to', 6, 6, [quote, generate], 'waiting'],
  ['asks again when the price has risen since the yes', 7, 6, [quote, balance], 'quoted'],
  ['sends nothing that costs more than there is', 21, undefined, [quote, balance], 'failed'],
] as const)('%s', async (_, cost, agreedCost, requests, state) => {
  await using server = await startScriptedServer(
    { status: 200, body: { cost, etaSeconds: 1, queuePosition: 0 } },
    requests[1] === balance
      ? { status: 200, body: { available: 20, held: 0 } }
      : { status: 202, body: { ...task, cost } },
  );
  await accountItem.setValue({ baseUrl: server.url, user: { id: 'person' } as SignedInUser });
  await tokensItem.setValue({ accessToken: 'a', refreshToken: 'r', expiresAtMs: Date.now() + 3_600_000 });
  await addRun({ ...run, ...(agreedCost === undefined ? {} : { agreedCost }) });
  await advanceRun(deps, 'run');
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(requests);
  expect(await findRun('run')).toMatchObject({ state, cost });
  if (state !== 'waiting') expect(await findRun('run')).toMatchObject({ available: 20 });
});
