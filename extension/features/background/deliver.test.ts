import { beforeEach, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Run } from '../runs/run.ts';
import type { RunnerDeps } from './runner.ts';

vi.stubGlobal('browser', fakeBrowser);
// The texts belong to the browser, which is not there.
Object.assign(fakeBrowser.i18n, { getMessage: (key: string) => key });
const { addRun, findRun, listRuns } = await import('../runs/runStore.ts');
const { deliverRun, endRunsOfTab, forgetOldTabs, takeOver } = await import('./deliver.ts');

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

let deps: RunnerDeps;
const listNotified = async () => Object.keys(await fakeBrowser.notifications.getAll()).sort();
const listStates = async () => (await listRuns()).map(({ id, state }) => [id, state]);

beforeEach(() => {
  fakeBrowser.reset();
  deps = {
    hub: { tellRun: () => false, tellFrame: () => false, hasFrame: () => false, tellPanels: () => undefined },
    progress: new Map(),
    found: new Map(),
    active: new Set(),
    sending: new Set(),
    early: new Map(),
    follow: () => undefined,
    onEnd: (run) => deliverRun(deps, run),
  };
});

it('tells of what ended under a worker that died before it told, and tells it once', async () => {
  await addRun(describeRun('done', { state: 'succeeded', outputAssetId: 'result' }));
  await addRun(describeRun('told', { state: 'succeeded', isDelivered: true }));
  await addRun(describeRun('cancelled', { state: 'cancelled' }));
  await takeOver(deps);
  expect(await listNotified()).toEqual(['done']);
  await fakeBrowser.notifications.clear('done');
  await takeOver(deps);
  expect(await listNotified()).toEqual([]);
});

it('ends what was not read when its tab was closed, and nothing else', async () => {
  await addRun(describeRun('closed', {}));
  await addRun(describeRun('asked', { state: 'quoted', inputAssetId: 'asset', isAsked: true }));
  await addRun(describeRun('ready', { state: 'submitting', inputAssetId: 'asset' }));
  await addRun(describeRun('task', { state: 'waiting', taskId: 'task' }));
  await addRun(describeRun('other', { place: { ...place, tabId: 8 } }));
  const { place: _, ...dropped } = describeRun('dropped', { state: 'quoted', inputAssetId: 'asset' });
  await addRun(dropped);
  deps.active.add('active');
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

it('takes no tab of a new session of the browser for one of the last, once', async () => {
  await addRun(describeRun('task', { state: 'waiting', taskId: 'task' }));
  await addRun(describeRun('asked', { state: 'quoted', inputAssetId: 'asset', isAsked: true }));
  await forgetOldTabs(deps);
  expect((await findRun('task'))?.place?.tabId).toBe(-1);
  expect((await findRun('asked'))?.state).toBe('failed');
  await addRun(describeRun('new', { state: 'waiting', taskId: 'another' }));
  await forgetOldTabs(deps);
  expect((await findRun('new'))?.place?.tabId).toBe(7);
});
