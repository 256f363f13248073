import '../../../testing/browsers/base64.ts';
import { problemAnswer, startScriptedServer } from '@star-graph/api/testing/servers/scriptedServer';
import { createClient } from '@star-graph/client/client';
import type { SignedInUser } from '@star-graph/contract/auth/signIn';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { FoundPicture } from '../../messaging/protocol.ts';
import type { Run } from '../../runs/run.ts';
import { createLiveRuns, type EndEvent, type RunDeps } from './liveRuns.ts';

vi.stubGlobal('browser', fakeBrowser);
/** What each tab shows: a file has no pixels here, so that it is read as it is. */
const shownBytes = new Map<number, string>();
vi.mock('../acquire/acquirePicture.ts', () => ({
  acquirePicture: async ({ frame }: { frame: { tabId: number } }) => ({
    file: new Blob([shownBytes.get(frame.tabId) ?? '']),
    notes: [],
    isExposable: true,
  }),
}));
const { addRun, findRun, joinOpen } = await import('../../runs/runStore.ts');
const { accountItem, tokensItem } = await import('../../session/storedAccount.ts');
const { advanceRun, submitRun } = await import('./advanceRun.ts');
const { cancelRun, retryRun } = await import('./controlRun.ts');
const { endRun } = await import('./changeRun.ts');
const { takeEvent } = await import('./takeEvent.ts');
const { claimDaily } = await import('../claimDaily.ts');
const { budgetItem, holdCredits } = await import('../../session/budget.ts');
const { settingsItem } = await import('../../session/settings.ts');

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
    advance: () => undefined,
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
  await takeEvent(deps, cancelled);
  expect(await findRun('run')).toMatchObject({ state: 'cancelled', charged: 2, cost: 3 });
  // It stops at the missing sign-in.
  await retryRun(deps, 'run');
  expect((await findRun('run'))?.charged).toBeUndefined();
});

const quote = 'POST /api/v1/generate/upscale/quote';
const generate = 'POST /api/v1/generate/upscale';
const shortage = { cost: 21, available: 20, missing: 1 };
const sharedCredits = { perDay: 30, left: 21, available: 90, pays: true };

test.each([
  ['sends at once what costs as much as may be spent unasked', 5, {}, 'waiting', {}],
  ['asks before it sends what costs more', 6, {}, 'quoted', { isAsked: true }],
  ['sends what was said yes to', 6, { agreedCost: 6 }, 'waiting', {}],
  ['asks again when the price has risen since the yes', 7, { agreedCost: 6 }, 'quoted', { isAsked: true }],
  [
    'says what is missing and asks for no yes to what costs more than there is',
    21,
    {},
    'failed',
    { problem: { code: 'insufficient-credits', shortage } },
  ],
  [
    'says the same when a price is asked for again',
    21,
    { isAsked: true, cost: 6, available: 20 },
    'failed',
    { problem: { code: 'insufficient-credits', shortage } },
  ],
  [
    'asks about all of a batch, since fewer pictures may do',
    21,
    { isAsked: true, batchId: 'b' },
    'quoted',
    {},
  ],
  ['asks about what the server pays', 21, {}, 'quoted', { sharedCredits }],
] as const)('%s', async (_, cost, part, state, expected) => {
  const share = 'sharedCredits' in expected ? { sharedCredits } : {};
  await using server = await startScriptedServer(
    { status: 200, body: { cost, available: 20, etaSeconds: 1, queuePosition: 0, ...share } },
    ...(state === 'waiting' ? [{ status: 202, body: { ...task, cost } }] : []),
  );
  await accountItem.setValue({ baseUrl: server.url, user: { id: 'person' } as SignedInUser });
  await tokensItem.setValue({ accessToken: 'a', refreshToken: 'r', expiresAtMs: Date.now() + 3_600_000 });
  await addRun({ ...run, ...part });
  await advanceRun(deps, 'run');
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(
    state === 'waiting' ? [quote, generate] : [quote],
  );
  expect(await findRun('run')).toMatchObject({ state, cost, ...expected });
  if (state !== 'waiting') expect(await findRun('run')).toMatchObject({ available: 20 });
});

test('counts claimed credits in each question that is open, and in nothing else', async () => {
  await using server = await startScriptedServer({ status: 200, body: { available: 60, held: 0 } });
  await accountItem.setValue({ baseUrl: server.url, user: { id: 'person' } as SignedInUser });
  await tokensItem.setValue({ accessToken: 'a', refreshToken: 'r', expiresAtMs: Date.now() + 3_600_000 });
  const asked: Run = { ...run, state: 'quoted', isAsked: true, cost: 21, available: 20 };
  const others: Run[] = [
    { ...asked, id: 'ended', state: 'cancelled' },
    { ...asked, id: 'form', cost: undefined, available: undefined },
  ];
  for (const one of [asked, ...others]) await addRun(one);
  const told: Run[] = [];
  deps.ports.tellRun = (one) => told.push(one) > 0;
  expect(await claimDaily(deps)).toMatchObject({ available: 60 });
  expect(await findRun('run')).toEqual({ ...asked, available: 60 });
  expect(told).toEqual([{ ...asked, available: 60 }]);
  for (const one of others) expect(await findRun(one.id)).toEqual(one);
});

describe('what nobody pressed for', () => {
  const automatic: Run = {
    ...run,
    isAutomatic: true,
    place: { tabId: 7, frameId: 0, pageUrl: 'https://a.example/', elementId: 'page', srcUrl: '' },
  };
  // Far from the end of the day: the budget counts by it.
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(2026, 4, 1, 12), toFake: ['Date'] });
    return () => vi.useRealTimers();
  });
  const begin = async (answer: object, { cost = 6, active = true } = {}) => {
    const server = await startScriptedServer(
      { status: 200, body: { cost, etaSeconds: 1, queuePosition: 0 } },
      'type' in answer ? problemAnswer('insufficient-credits', 402) : { status: 202, body: answer },
    );
    onTestFinished(() => server[Symbol.asyncDispose]());
    await accountItem.setValue({ baseUrl: server.url, user: { id: 'person' } as SignedInUser });
    await tokensItem.setValue({ accessToken: 'a', refreshToken: 'r', expiresAtMs: Date.now() + 3_600_000 });
    await settingsItem.setValue({ creditsPerDay: 10, askAboveCredits: 0 });
    fakeBrowser.tabs.get = (async () => ({ id: 7, active })) as never;
    await addRun(automatic);
    await advanceRun(deps, 'run');
    return server.requests.map(({ method, url }) => `${method} ${url}`);
  };
  const readBudget = () => budgetItem.getValue();

  test('is sent without a question, and holds its price in the budget of the day', async () => {
    expect(await begin({ ...task, cost: 6 })).toEqual([quote, generate]);
    expect(await findRun('run')).toMatchObject({ state: 'waiting', taskId: 'task' });
    expect((await readBudget()).costs).toEqual({ run: 6 });
    await takeEvent(deps, endOf('task'));
    expect((await readBudget()).costs).toEqual({ run: 3 });
  });

  test.each([
    ['its tab is not in front', { active: false }],
    ['it costs more than the day has left', { cost: 11 }],
  ])('is not sent and leaves nothing behind where %s', async (_, part) => {
    expect(await begin(task, part)).toEqual([quote]);
    expect(await findRun('run')).toBeUndefined();
    expect((await readBudget()).costs).toEqual({});
  });

  test('costs nothing where the server has an equal result', async () => {
    const found = { ...task, status: 'succeeded', cost: 0, outputs: [{ id: 'earlier' }] };
    expect(await begin(found)).toEqual([quote, generate]);
    expect(await findRun('run')).toMatchObject({ state: 'succeeded', outputAssetId: 'earlier' });
    expect((await readBudget()).costs).toEqual({ run: 0 });
  });

  test('stops with a refusal that the next picture would meet, and begins again by a press', async () => {
    await begin({ type: 'refused' });
    expect(await findRun('run')).toMatchObject({ state: 'failed' });
    expect(await readBudget()).toMatchObject({
      costs: { run: 0 },
      isStopped: true,
      problem: { code: 'insufficient-credits' },
    });
    await retryRun(deps, 'run');
    expect((await findRun('run'))?.isAutomatic).toBeUndefined();
  });

  test('keeps its price where the server may have it without an answer', async () => {
    await addRun(automatic);
    await holdCredits('run', 6, true);
    await endRun(deps, 'run', { state: 'failed', problem: { code: 'unreachable' } });
    expect((await readBudget()).costs).toEqual({ run: 6 });
  });
});

test.each([
  ['canvas', 'canvas?picture=asset'],
  ['create', 'create/img2img?input=asset'],
  ['sound', 'create/ltx23-audio2video?input=asset'],
] as const)('opens %s of the console with the upload, and makes no task', async (opensIn, path) => {
  await using server = await startScriptedServer({ status: 200, body: {} });
  await accountItem.setValue({ baseUrl: server.url, user: { id: 'person' } as SignedInUser });
  await tokensItem.setValue({ accessToken: 'a', refreshToken: 'r', expiresAtMs: Date.now() + 3_600_000 });
  await addRun({ ...run, workflow: '', params: {}, opensIn });
  await advanceRun(deps, 'run');
  expect(server.requests).toEqual([]);
  expect(await findRun('run')).toMatchObject({ state: 'succeeded', isDelivered: true });
  expect((await fakeBrowser.tabs.query({})).map(({ url }) => url)).toContain(`${server.url}/${path}`);
});

describe('a picture that is pressed in two tabs', () => {
  const inTab = (tabId: number, part: Partial<Run> = {}): Run => ({
    ...run,
    id: `tab ${tabId}`,
    taskKey: `key ${tabId}`,
    state: 'reading',
    inputAssetId: undefined,
    place: {
      tabId,
      frameId: 0,
      pageUrl: `https://${tabId}.example/`,
      elementId: `element ${tabId}`,
      srcUrl: '',
    },
    ...part,
  });
  const answers = [
    { status: 201, body: { id: 'asset' } },
    { status: 200, body: { cost: 3, etaSeconds: 1, queuePosition: 0 } },
    { status: 202, body: task },
  ];
  const asked = ['POST /api/v1/assets', quote, generate];
  let server: Awaited<ReturnType<typeof startScriptedServer>>;
  const listAsked = () => server.requests.map(({ method, url }) => `${method} ${url}`);

  beforeEach(async () => {
    fakeBrowser.tabs.sendMessage = (async () => [
      { shownUrl: '', urls: [] } as Partial<FoundPicture>,
    ]) as typeof fakeBrowser.tabs.sendMessage;
    server = await startScriptedServer(...answers, ...answers);
    onTestFinished(() => server[Symbol.asyncDispose]());
    await accountItem.setValue({ baseUrl: server.url, user: { id: 'person' } as SignedInUser });
    await tokensItem.setValue({ accessToken: 'a', refreshToken: 'r', expiresAtMs: Date.now() + 3_600_000 });
    for (const tabId of [1, 2, 3]) shownBytes.set(tabId, 'a hill');
  });

  test('is one task, shown in both, also by a worker that started between', async () => {
    await addRun(inTab(1));
    await advanceRun(deps, 'tab 1');
    deps.live = createLiveRuns();
    await addRun(inTab(2));
    await advanceRun(deps, 'tab 2');
    expect(listAsked()).toEqual(asked);
    expect(await findRun('tab 2')).toMatchObject({ state: 'waiting', taskId: 'task', cost: 3 });
    await takeEvent(deps, endOf('task'));
    expect(await findRun('tab 2')).toMatchObject({ state: 'succeeded', outputAssetId: 'result' });
    expect(ended.map(({ id }) => id)).toEqual(['tab 1', 'tab 2']);
  });

  test.each([
    ['shows other bytes', 'a lake', {}],
    ['is to be four times as large', 'a hill', { params: { scale: 4 } }],
  ])('is two tasks if one %s', async (_, bytes, part) => {
    await addRun(inTab(1));
    await advanceRun(deps, 'tab 1');
    shownBytes.set(2, bytes);
    await addRun(inTab(2, part));
    await advanceRun(deps, 'tab 2');
    expect(listAsked()).toEqual([...asked, ...asked]);
    expect((await findRun('tab 2'))?.joined).toBeUndefined();
  });

  test('goes on in the others when the first ends before it is a task', async () => {
    const advanced: string[] = [];
    deps.advance = (runId) => void advanced.push(runId);
    for (const tabId of [1, 2, 3]) await addRun(inTab(tabId, { wish: 'the same' }));
    for (const tabId of [2, 3]) await joinOpen(`tab ${tabId}`);
    await cancelRun(deps, inTab(1));
    expect(advanced).toEqual(['tab 2']);
    expect(await findRun('tab 2')).toMatchObject({ state: 'reading' });
    expect(await findRun('tab 3')).toMatchObject({ state: 'reading', joined: 'tab 2' });
  });

  test('is cancelled in both by either', async () => {
    const open = { wish: 'the same', taskId: 'task', state: 'running' } as const;
    await addRun(inTab(1, open));
    await addRun(inTab(2, { wish: 'the same' }));
    const joined = await joinOpen('tab 2');
    await using cancelling = await startScriptedServer({
      status: 200,
      body: { ...task, status: 'cancelled', charged: 1 },
    });
    await accountItem.setValue({ baseUrl: cancelling.url, user: { id: 'person' } as SignedInUser });
    await cancelRun(deps, joined as Run);
    for (const id of ['tab 1', 'tab 2'])
      expect(await findRun(id)).toMatchObject({ state: 'cancelled', charged: 1 });
  });
});
