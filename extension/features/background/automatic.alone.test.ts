import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { FoundPicture, PageQuestion } from '../messaging/protocol.ts';
import type { Run } from '../runs/run.ts';
import { createLiveRuns, type RunDeps } from './advance/liveRuns.ts';

vi.stubGlobal('browser', fakeBrowser);
vi.mock('./advance/advanceRun.ts', () => ({ advanceRun: async () => undefined }));
const { addRun, findRun, listRuns, updateRun } = await import('../runs/runStore.ts');
const { setStopped } = await import('../session/budget.ts');
const { setAutomaticRule, settingsItem } = await import('../session/settings.ts');
const { cancelAutomatic, startPages } = await import('./automatic.ts');

const sender = { tab: { id: 7 }, frameId: 0, url: 'https://a.example/chapter' };
const deps: RunDeps = {
  ports: {
    tellRun: () => true,
    tellFrame: () => true,
    hasFrame: () => true,
    tellPanels: () => undefined,
  },
  live: createLiveRuns(),
  follow: () => undefined,
  advance: () => undefined,
  onEnd: async () => undefined,
};

const describePicture = (elementId: string): Partial<FoundPicture> => ({
  elementId,
  urls: [`https://a.example/${elementId}.jpg`],
  shownUrl: `https://a.example/${elementId}.jpg`,
  pageUrl: sender.url,
  fileName: elementId,
});
const listStarted = async () =>
  (await listRuns())
    .filter(({ isAutomatic }) => isAutomatic)
    .map(({ place }) => place?.elementId)
    .sort();
const runOn = async (elementId: string) =>
  (await listRuns()).find(({ place }) => place?.elementId === elementId)?.id ?? '';

beforeEach(async () => {
  // Far from the end of the day: the budget counts by it.
  vi.useFakeTimers({ now: new Date(2026, 4, 1, 12), toFake: ['Date'] });
  fakeBrowser.reset();
  fakeBrowser.tabs.get = (async () => ({ id: 7, url: sender.url, active: true })) as never;
  fakeBrowser.tabs.sendMessage = (async (_: number, question: PageQuestion) =>
    question.kind === 'find' && question.search.by === 'element'
      ? [describePicture(question.search.elementId)]
      : true) as never;
  await setAutomaticRule('a.example', 'series');
  return () => vi.useRealTimers();
});

test.each([
  ['its site has no rule', () => setAutomaticRule('a.example', undefined)],
  ['the person pressed stop', () => setStopped(true)],
  ['the day has no credits', () => settingsItem.setValue({ creditsPerDay: 0 })],
])('nothing that a page reports is started where %s', async (_, prepare) => {
  await prepare();
  expect(await startPages(deps, ['a'], sender)).toBeNull();
  expect(await listRuns()).toEqual([]);
});

test('pages are started in their order, three at a time, each once', async () => {
  expect(await startPages(deps, ['a', 'b', 'c', 'd'], sender)).toEqual([]);
  expect(await listStarted()).toEqual(['a', 'b', 'c']);
  expect(await startPages(deps, ['d'], sender)).toEqual([]);
  await updateRun(await runOn('a'), (run) => ({ ...run, state: 'succeeded' }));
  expect(await startPages(deps, ['a', 'b', 'd'], sender)).toEqual(['a', 'b']);
  expect(await listStarted()).toEqual(['a', 'b', 'c', 'd']);
});

test('a stop ends what nobody pressed for, and leaves the rest', async () => {
  const pressed: Run = {
    id: 'pressed',
    taskKey: 'key',
    state: 'reading',
    workflow: 'upscale',
    params: {},
    notes: [],
    fileName: 'pressed',
    createdAtMs: 0,
  };
  await addRun(pressed);
  await startPages(deps, ['a', 'b'], sender);
  await cancelAutomatic(deps);
  expect((await findRun(await runOn('a')))?.state).toBe('cancelled');
  expect((await findRun(await runOn('b')))?.state).toBe('cancelled');
  expect((await findRun('pressed'))?.state).toBe('reading');
});
