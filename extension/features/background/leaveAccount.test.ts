import { beforeEach, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Run } from '../runs/run.ts';
import type { RunnerDeps } from './runner.ts';

vi.stubGlobal('browser', fakeBrowser);
const { addRun, listRuns } = await import('../runs/runStore.ts');
const { changeRun, leaveAccount } = await import('./runner.ts');

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
let deps: RunnerDeps;

beforeEach(() => {
  fakeBrowser.reset();
  told = [];
  ended = [];
  deps = {
    hub: { tellRun: (run) => told.push(run) > 0, tellFrame: () => false, tellPanels: () => undefined },
    progress: new Map(),
    found: new Map(),
    active: new Set(),
    follow: () => undefined,
    onEnd: async (run) => void ended.push(run.id),
  };
});

it('ends what was not sent yet and tells its page, so that the next person does not pay for it', async () => {
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

it('forgets what stands on a task or an upload of the old account, and keeps what can be tried again', async () => {
  await addRun(describeRun('task', { state: 'running', taskId: 'task' }));
  await addRun(describeRun('upload', { state: 'failed', inputAssetId: 'asset' }));
  await addRun(describeRun('signed-out', { state: 'failed', problem: { code: 'signed-out' } }));
  await leaveAccount(deps);
  expect((await listRuns()).map(({ id, state }) => [id, state])).toEqual([['signed-out', 'failed']]);
  expect(told).toEqual([]);
});
