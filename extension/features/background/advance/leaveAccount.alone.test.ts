import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Run } from '../../runs/run.ts';
import { createLiveRuns, type RunDeps } from './liveRuns.ts';

vi.stubGlobal('browser', fakeBrowser);
const { addRun, listRuns } = await import('../../runs/runStore.ts');
const { budgetItem } = await import('../../session/budget.ts');
const { setAutomaticRule } = await import('../../session/settings.ts');
const { leaveAccount } = await import('./leaveAccount.ts');
const { changeRun } = await import('./changeRun.ts');

const describeRun = (id: string, part: Partial<Run>): Run => ({
  id,
  taskKey: `key-${id}`,
  state: 'reading',
  workflow: 'upscale',
  params: { scale: 2 },
  notes: [],
  fileName: 'picture',
  createdAtMs: 0,
  ...part,
});

let told: Run[];
let ended: string[];
let deps: RunDeps;

beforeEach(() => {
  fakeBrowser.reset();
  told = [];
  ended = [];
  deps = {
    ports: {
      tellRun: (run) => told.push(run) > 0,
      tellFrame: () => false,
      hasFrame: () => false,
      tellPanels: () => undefined,
    },
    live: createLiveRuns(),
    follow: () => undefined,
    advance: () => undefined,
    onEnd: async (run) => void ended.push(run.id),
  };
});

test('ends unsent runs and tells their page: the next person pays nothing', async () => {
  await addRun(describeRun('reading', {}));
  await addRun(describeRun('quoted', { state: 'quoted', inputAssetId: 'asset' }));
  await leaveAccount(deps);
  expect(told.map(({ id, state }) => [id, state])).toEqual([
    ['reading', 'cancelled'],
    ['quoted', 'cancelled'],
  ]);
  expect(ended).toEqual(['reading', 'quoted']);
  await expect(changeRun(deps, 'reading', { state: 'submitting' })).rejects.toThrow();
  await expect(changeRun(deps, 'quoted', { state: 'submitting' })).rejects.toThrow();
});

test('stops what is sent without a press where sites were chosen for that', async () => {
  await leaveAccount(deps);
  expect((await budgetItem.getValue()).isStopped).toBeUndefined();
  await setAutomaticRule('a.example', 'series');
  await leaveAccount(deps);
  expect((await budgetItem.getValue()).isStopped).toBe(true);
});

test('ends a running task with its account, and keeps no ids', async () => {
  await addRun(describeRun('task', { state: 'running', taskId: 'task', inputAssetId: 'asset' }));
  await addRun(
    describeRun('upload', { state: 'failed', inputAssetId: 'asset', problem: { code: 'timed-out' } }),
  );
  await addRun(describeRun('done', { state: 'succeeded', taskId: 'task', outputAssetId: 'result' }));
  await leaveAccount(deps);
  const kept = await listRuns();
  expect(kept.map(({ id, state, problem }) => [id, state, problem?.code])).toEqual([
    ['task', 'failed', 'account-left'],
    ['upload', 'failed', 'timed-out'],
  ]);
  expect(JSON.stringify(kept)).not.toMatch(/taskId|AssetId/);
  expect(told.map(({ id }) => id)).toEqual(['task']);
  expect(ended).toEqual([]);
});
