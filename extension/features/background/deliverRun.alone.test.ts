import '../../testing/browsers/base64.ts';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Run } from '../runs/run.ts';
import { createLiveRuns, type RunDeps } from './advance/liveRuns.ts';

vi.stubGlobal('browser', fakeBrowser);
// The browser holds the texts, and there is none here.
Object.assign(fakeBrowser.i18n, { getMessage: (key: string) => key });
const { addRun, findRun, listRuns } = await import('../runs/runStore.ts');
const { createRpcHandlers } = await import('./rpcHandlers.ts');
const { takePageRequest } = await import('./pageRequests.ts');
const { deliverRun } = await import('./deliverRun.ts');
const { endRunsOfTab, forgetOldTabs, returnToOpenPages, returnToPage, takeOver } = await import(
  './returnToPages.ts'
);
const session = await import('../session/session.ts');

const place = { tabId: 7, frameId: 0, pageUrl: 'https://a.example/', elementId: 'element', srcUrl: '' };
const describeRun = (id: string, part: Partial<Run>): Run => ({
  id,
  taskKey: `key-${id}`,
  state: 'reading',
  workflow: 'upscale',
  params: { scale: 2 },
  notes: [],
  place,
  fileName: 'picture',
  createdAtMs: 0,
  ...part,
});

let deps: RunDeps;
const listNotified = async () => Object.keys(await fakeBrowser.notifications.getAll()).sort();
const listStates = async () => (await listRuns()).map(({ id, state }) => [id, state]);

beforeEach(() => {
  fakeBrowser.reset();
  deps = {
    ports: {
      tellRun: () => false,
      tellFrame: () => false,
      hasFrame: () => false,
      tellPanels: () => undefined,
    },
    live: createLiveRuns(),
    follow: () => undefined,
    advance: () => undefined,
    onEnd: (run) => deliverRun(deps, run),
  };
});

test('reports once what ended under a worker that died before reporting it', async () => {
  await addRun(describeRun('done', { state: 'succeeded', outputAssetId: 'result' }));
  await addRun(describeRun('told', { state: 'succeeded', isDelivered: true }));
  await addRun(describeRun('cancelled', { state: 'cancelled' }));
  await takeOver(deps);
  expect(await listNotified()).toEqual(['done']);
  await fakeBrowser.notifications.clear('done');
  await takeOver(deps);
  expect(await listNotified()).toEqual([]);
});

test('marks a result as delivered only when its own frame confirms it', async () => {
  await addRun(describeRun('done', { state: 'succeeded', outputAssetId: 'result' }));
  const isDelivered = async () => (await findRun('done'))?.isDelivered ?? false;
  await takePageRequest(deps, { kind: 'taken', runId: 'done' }, { tabId: 8, frameId: 0 });
  expect(await isDelivered()).toBe(false);
  await takePageRequest(deps, { kind: 'taken', runId: 'done' }, { tabId: 7, frameId: 0 });
  expect(await isDelivered()).toBe(true);
  expect(await listNotified()).toEqual([]);
});

test('lets a frame read only the results of its own runs', async () => {
  await addRun(describeRun('done', { state: 'succeeded', outputAssetId: 'result' }));
  const told: unknown[] = [];
  deps.ports.tellFrame = ({ tabId }, news) => told.push([tabId, news]) > 0;
  const request = { kind: 'readResult', runId: 'done', fromByte: 0 } as const;
  await takePageRequest(deps, request, { tabId: 8, frameId: 0 });
  const failed = { kind: 'resultFailed', runId: 'done', reason: 'unreachable' };
  expect(told).toEqual([[8, failed]]);
  deps.live.resultFiles.set('done', { url: 'data:,abc', bytes: 3, mime: 'image/png', width: 1, height: 1 });
  vi.spyOn(session, 'findClient').mockResolvedValue({} as never);
  await takePageRequest(deps, request, { tabId: 7, frameId: 0 });
  expect(told[1]).toMatchObject([7, { kind: 'resultPart', part: { base64: 'YWJj', totalBytes: 3 } }]);
});

test('says without reading it that a result is too large', async () => {
  await addRun(describeRun('done', { state: 'succeeded', outputAssetId: 'result' }));
  const told: unknown[] = [];
  deps.ports.tellFrame = (_, news) => told.push(news) > 0;
  vi.spyOn(session, 'findClient').mockResolvedValue({} as never);
  const file = { url: 'data:,abc', mime: 'image/png', width: 1, height: 1 };
  deps.live.resultFiles.set('done', { ...file, bytes: 300_000_000 });
  await takePageRequest(deps, { kind: 'readResult', runId: 'done', fromByte: 0 }, { tabId: 7, frameId: 0 });
  expect(told).toEqual([{ kind: 'resultFailed', runId: 'done', reason: 'tooLarge' }]);
});

test('reports an undelivered result of a closed tab, and no delivered one', async () => {
  await addRun(describeRun('coming', { state: 'succeeded', outputAssetId: 'result' }));
  await addRun(describeRun('come', { state: 'succeeded', outputAssetId: 'result', isDelivered: true }));
  await addRun(describeRun('other', { state: 'succeeded', place: { ...place, tabId: 8 } }));
  await endRunsOfTab(deps, 7);
  expect(await listNotified()).toEqual(['coming']);
});

test('reports an undelivered result when its tab leaves the page', async () => {
  await addRun(describeRun('coming', { state: 'succeeded', outputAssetId: 'result' }));
  await returnToPage(deps, 7, 'https://b.example/');
  expect(await listNotified()).toEqual(['coming']);
});

describe('a press that the person may not have seen', () => {
  const frame = { tabId: 7, frameId: 0 };
  const opened: string[] = [];
  beforeEach(() => {
    opened.length = 0;
    vi.spyOn(session, 'findClient').mockResolvedValue({
      generate: () => Promise.reject(new Error('something was started')),
    } as never);
    Object.assign(fakeBrowser.windows, { create: async ({ url }: { url: string }) => opened.push(url) });
  });
  const listOpen = async () =>
    (await listRuns()).flatMap((run) => (run.state === 'quoted' ? [[run.workflow, run.inputAssetId]] : []));

  test.each([
    ['a new try', { kind: 'retry', runId: 'failed', isSeen: false }, 'input'],
    [
      'another one of a result',
      { kind: 'upscaleAgain', runId: 'done', source: 'result', scale: 2, isSeen: false },
      'result',
    ],
    [
      'another one of an original',
      { kind: 'upscaleAgain', runId: 'done', source: 'original', scale: 2, isSeen: false },
      'input',
    ],
  ] as const)(
    'opens our own window with the price of %s, starting nothing',
    async (_, request, inputAssetId) => {
      await addRun(describeRun('failed', { state: 'failed', inputAssetId: 'input' }));
      await addRun(
        describeRun('done', { state: 'succeeded', inputAssetId: 'input', outputAssetId: 'result' }),
      );
      await takePageRequest(deps, request, frame);
      await expect.poll(listOpen).toEqual([['upscale', inputAssetId]]);
      expect(opened).toEqual([expect.stringMatching(/compose\.html\?run=/)]);
    },
  );

  test('opens a window of ours with the question for the whole batch', async () => {
    const part = {
      state: 'quoted',
      batchId: 'batch',
      inputAssetId: 'input',
      isAsked: true,
      cost: 2,
    } as const;
    for (const id of ['a', 'b']) await addRun(describeRun(id, part));
    await addRun(describeRun('c', { ...part, batchId: 'other' }));
    await takePageRequest(deps, { kind: 'confirm', runId: 'a', isSeen: false }, frame);
    expect(opened).toEqual([expect.stringMatching(/compose\.html\?batch=batch$/)]);
    expect(await listOpen()).toHaveLength(3);
    const calls = createRpcHandlers(deps, { leave: async () => undefined, follow: async () => undefined });
    expect((await calls.findBatch('batch')).map(({ id, cost }) => [id, cost])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    await calls.answerBatch('batch', []);
    expect(await listStates()).toEqual(
      expect.arrayContaining([
        ['a', 'cancelled'],
        ['b', 'cancelled'],
        ['c', 'quoted'],
      ]),
    );
  });
});

test('looks again for a run whose worker died before showing it', async () => {
  const srcUrl = 'https://a.example/a.png';
  await addRun(
    describeRun('half', {
      state: 'running',
      taskId: 'task',
      place: { ...place, srcUrl, isUnconfirmed: true },
    }),
  );
  const asked: string[] = [];
  fakeBrowser.tabs.query = async () => [{ id: 7, url: 'https://a.example/', status: 'complete' }] as never;
  Object.assign(fakeBrowser, { scripting: { executeScript: async () => [{ frameId: 0 }] } });
  fakeBrowser.tabs.sendMessage = (async (_: number, question: { kind: string }) => {
    asked.push(question.kind);
    return question.kind === 'find' ? [{ elementId: 'found' }] : true;
  }) as never;
  for (let look = 0; look < 2; look++) await returnToOpenPages(deps);
  expect(asked).toEqual(['find', 'show']);
  expect((await findRun('half'))?.place).toEqual({ ...place, srcUrl, elementId: 'found' });
});

test('ends only runs not yet read when their tab is closed', async () => {
  await addRun(describeRun('closed', {}));
  await addRun(describeRun('asked', { state: 'quoted', inputAssetId: 'asset', isAsked: true }));
  await addRun(describeRun('ready', { state: 'submitting', inputAssetId: 'asset' }));
  await addRun(describeRun('task', { state: 'waiting', taskId: 'task' }));
  await addRun(describeRun('other', { place: { ...place, tabId: 8 } }));
  const { place: _, ...dropped } = describeRun('dropped', { state: 'quoted', inputAssetId: 'asset' });
  await addRun(dropped);
  deps.live.active.add('active');
  await addRun(describeRun('active', {}));
  await endRunsOfTab(deps, 7);
  expect(await listStates()).toEqual(
    expect.arrayContaining([
      ['closed', 'failed'],
      ['asked', 'failed'],
      ['ready', 'submitting'],
      ['task', 'waiting'],
      ['other', 'reading'],
      ['dropped', 'quoted'],
      ['active', 'reading'],
    ]),
  );
  expect((await findRun('closed'))?.problem).toEqual({ code: 'page-closed' });
});

test('matches no tab of a new browser session to the last one', async () => {
  await addRun(describeRun('task', { state: 'waiting', taskId: 'task' }));
  await addRun(describeRun('asked', { state: 'quoted', inputAssetId: 'asset', isAsked: true }));
  await forgetOldTabs(deps);
  expect((await findRun('task'))?.place?.tabId).toBe(-1);
  expect((await findRun('asked'))?.state).toBe('failed');
  await addRun(describeRun('new', { state: 'quoted', createdAtMs: Date.now() + 1 }));
  await forgetOldTabs(deps);
  expect(await findRun('new')).toMatchObject({ state: 'quoted', place: { tabId: 7 } });
});

test('forgets old tabs even if the first worker dies', async () => {
  await addRun(describeRun('task', { state: 'waiting', taskId: 'task' }));
  const setValue = vi.spyOn(fakeBrowser.storage.local, 'set').mockRejectedValueOnce(new Error('it died'));
  await expect(forgetOldTabs(deps)).rejects.toThrow('it died');
  setValue.mockRestore();
  await addRun(describeRun('new', { state: 'quoted', createdAtMs: Date.now() + 1 }));
  await forgetOldTabs(deps);
  expect((await findRun('task'))?.place?.tabId).toBe(-1);
  expect(await findRun('new')).toMatchObject({ state: 'quoted', place: { tabId: 7 } });
});

test('returns once to a page that loaded before a worker listened', async () => {
  await addRun(
    describeRun('shown', {
      state: 'running',
      taskId: 'task',
      place: { ...place, srcUrl: 'https://a.example/a.png' },
    }),
  );
  await addRun(
    describeRun('elsewhere', {
      state: 'running',
      taskId: 'other',
      place: { ...place, pageUrl: 'https://b.example/', srcUrl: 'b' },
    }),
  );
  await addRun(
    describeRun('now', {
      state: 'running',
      taskId: 'third',
      place: { ...place, tabId: 3, srcUrl: 'https://a.example/b.png' },
      createdAtMs: Date.now() + 60_000,
    }),
  );
  await forgetOldTabs(deps);
  const asked: unknown[] = [];
  fakeBrowser.tabs.query = async () =>
    [
      { id: 2, url: 'https://b.example/other', status: 'complete' },
      { id: 3, url: 'https://a.example/', status: 'complete' },
      { id: 4, url: 'https://b.example/', status: 'loading' },
      { id: 5, url: 'https://a.example/', status: 'complete' },
    ] as never;
  fakeBrowser.tabs.get = async () => {
    throw new Error('no such tab');
  };
  Object.assign(fakeBrowser, { scripting: { executeScript: async () => [{ frameId: 0 }] } });
  fakeBrowser.tabs.sendMessage = (async (tabId: number, question: { kind: string }) => {
    asked.push([tabId, question.kind]);
    return question.kind === 'find' ? [{ elementId: 'found' }] : true;
  }) as never;
  for (let look = 0; look < 2; look++) await returnToOpenPages(deps);
  expect(asked).toEqual([
    [3, 'find'],
    [3, 'show'],
  ]);
  expect((await findRun('shown'))?.place).toMatchObject({ tabId: 3, frameId: 0, elementId: 'found' });
  expect((await findRun('elsewhere'))?.place?.tabId).toBe(-1);
});
