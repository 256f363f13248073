import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { Run } from './run.ts';

vi.stubGlobal('browser', fakeBrowser);
const { addRun, findRun, listRuns, updateRun } = await import('./runStore.ts');

const describeRun = (id: string, part: Partial<Run> = {}): Run => ({
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

beforeEach(() => fakeBrowser.reset());

test('keeps every one of many simultaneous changes', async () => {
  await Promise.all(['a', 'b', 'c', 'd'].map((id) => addRun(describeRun(id))));
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((id) => updateRun(id, (run) => ({ ...run, taskId: `task-${id}` }))),
  );
  expect((await listRuns()).map((run) => run.taskId).sort()).toEqual([
    'task-a',
    'task-b',
    'task-c',
    'task-d',
  ]);
});

test('leaves a run unchanged when the change is declined, and says so', async () => {
  await addRun(describeRun('a', { state: 'cancelled' }));
  expect(await updateRun('a', () => undefined)).toBeUndefined();
  expect(await updateRun('unknown', (run) => run)).toBeUndefined();
  expect(await findRun('a')).toMatchObject({ state: 'cancelled' });
});

test('forgets the oldest ended runs, and no open one', async () => {
  await addRun(describeRun('open'));
  for (let number = 0; number < 103; number++)
    await addRun(describeRun(`ended-${number}`, { state: 'succeeded', createdAtMs: number }));
  const ids = (await listRuns()).map((run) => run.id);
  expect(ids).toContain('open');
  expect(ids).not.toContain('ended-0');
  expect(ids).toContain('ended-102');
  expect(ids.length).toBeLessThanOrEqual(102);
});
