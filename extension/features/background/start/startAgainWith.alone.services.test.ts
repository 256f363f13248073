import { startScriptedServer } from '@star-graph/api/testing/servers/scriptedServer';
import type { SignedInUser } from '@star-graph/contract/auth/signIn';
import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Run } from '../../runs/run.ts';
import { createLiveRuns, type RunDeps } from '../advance/liveRuns.ts';

vi.stubGlobal('browser', fakeBrowser);
const { addRun, findRun, listRuns, updateRun } = await import('../../runs/runStore.ts');
const { accountItem, tokensItem } = await import('../../session/storedAccount.ts');
const { advanceRun } = await import('../advance/advanceRun.ts');
const { takeOver } = await import('../returnToPages.ts');
const { startAgainWith } = await import('./startAgainWith.ts');

const deps: RunDeps = {
  ports: { tellRun: () => true, tellFrame: () => false, hasFrame: () => false, tellPanels: () => undefined },
  live: createLiveRuns(),
  follow: () => undefined,
  advance: () => undefined,
  onEnd: async () => undefined,
};
const task = {
  id: 'task',
  status: 'queued',
  progress: { percent: 0 },
  cost: 3,
  outputs: [],
  workflow: { name: 'upscale', version: 1 },
  params: {},
  meta: { sourceUrl: 'https://a.example/' },
};
const notes = [{ code: 'dropped', param: 'scale', from: 2 }];
const translated = { workflow: { name: 'ink', version: 1 }, params: { prompt: 'a pier', seed: 7 }, notes };
const quote = { cost: 3, etaSeconds: 1, queuePosition: 0 };
const made: Run = {
  id: 'made',
  taskKey: 'key',
  state: 'succeeded',
  workflow: 'upscale',
  params: {},
  notes: [],
  fileName: 'pier',
  taskId: 'task',
  inputAssetId: 'original',
  outputAssetId: 'result',
  createdAtMs: 0,
  place: { tabId: 1, frameId: 0, pageUrl: 'https://a.example/', elementId: 'e', srcUrl: '' },
};

beforeEach(() => fakeBrowser.reset());

async function signIn(url: string): Promise<void> {
  await accountItem.setValue({ baseUrl: url, user: { id: 'person' } as SignedInUser });
  await tokensItem.setValue({ accessToken: 'a', refreshToken: 'r', expiresAtMs: Date.now() + 3_600_000 });
}
const bodies = (answers: object[]) => answers.map((body) => ({ status: 200, body }));

test('a result made again waits at its form, with the translated values', async () => {
  await using server = await startScriptedServer(...bodies([task, translated]));
  await signIn(server.url);
  await addRun(made);
  const { id } = await startAgainWith(deps, 'task', 'ink', 'made');
  expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  expect(await findRun(id)).toMatchObject({
    state: 'quoted',
    isAsked: true,
    workflow: 'ink',
    params: translated.params,
    parentId: 'task',
    place: made.place,
    fileName: 'pier',
    originalAssetId: 'original',
    translation: { from: 'upscale', notes },
  });
});

test('a picture with an open run gets no second one', async () => {
  await using server = await startScriptedServer(...bodies([task, translated, task, translated]));
  await signIn(server.url);
  await addRun(made);
  await startAgainWith(deps, 'task', 'ink', 'made');
  await expect(startAgainWith(deps, 'task', 'ink', 'made')).rejects.toMatchObject({ code: 'image-busy' });
  expect(await listRuns()).toHaveLength(2);
});

test('after a yes it is sent without reading any picture, also by a later worker', async () => {
  await using server = await startScriptedServer(
    ...bodies([task, translated, quote, { ...task, status: 'queued' }]),
  );
  await signIn(server.url);
  const { id } = await startAgainWith(deps, 'task', 'ink', undefined);
  await advanceRun(deps, id);
  expect(await findRun(id)).toMatchObject({ state: 'quoted' });
  await updateRun(id, (run) => ({ ...run, isAsked: false, agreedCost: 3 }));
  await takeOver({ ...deps, live: createLiveRuns() });
  const sent = server.requests.at(-1);
  expect([sent?.url, JSON.parse(sent?.body?.toString() ?? '')]).toEqual([
    '/api/v1/generate/ink',
    { ...translated.params, meta: { sourceUrl: 'https://a.example/', parentId: 'task' } },
  ]);
  expect(await findRun(id)).toMatchObject({ state: 'waiting', taskId: 'task' });
});
