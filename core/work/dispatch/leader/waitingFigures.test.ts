import { afterEach, beforeEach, expect, test } from 'vitest';
import { filmDeskDevice } from '../../../ground/db/models/backend.ts';
import { beginLead, type Lead } from '../../../ground/telemetry/leaderMetrics.ts';
import { readMetrics } from '../../../ground/telemetry/readMetrics.ts';
import { modelA, nothing, task } from '../../../testing/dispatch/planInput.ts';
import { createResidency } from '../planner/residency.ts';
import { createTaskIndex } from '../planner/taskIndex.ts';
import { gpuOf, showWaiting } from './waitingFigures.ts';

let lead: Lead;
beforeEach(() => {
  lead = beginLead(performance.now() + 60_000);
});
afterEach(() => lead.end());

/** The value of a series, by its line without the value. */
async function readSeries(name: string): Promise<Record<string, number>> {
  const { text } = await readMetrics('text');
  const lines = text.split('\n').filter((line) => line.startsWith(`star_graph_${name}{`));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(line.indexOf('{'), line.lastIndexOf(' ')),
      Number(line.split(' ').at(-1)),
    ]),
  );
}

const big = 'cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync';
const small = 'cuda:0 NVIDIA T4 : native';
const pool = {
  backends: [{ id: 'one' }, { id: 'two' }, { id: 'three' }],
  devices: new Map([
    ['one', big],
    ['two', big],
    ['three', small],
  ]),
};

test('waiting GPU-seconds are divided by the GPUs that could do them', async () => {
  const waiting = createTaskIndex([
    task('a', { estimateSeconds: 30, runsOn: new Set(['one', 'two', 'three']) }),
    task('b', { estimateSeconds: 50, runsOn: new Set(['three']), userId: 'other' }),
    task('c', { estimateSeconds: 40, runsOn: new Set() }),
  ]);
  showWaiting({ waiting, ...pool });
  expect(await readSeries('gpu_seconds_waiting_per_gpu')).toEqual({
    '{gpu="all"}': (30 + 50 + 40) / 3,
    '{gpu="NVIDIA GeForce RTX 4090"}': 20 / 2,
    '{gpu="NVIDIA T4"}': 10 + 50,
  });
  showWaiting({ waiting, backends: [], devices: new Map() });
  expect(await readSeries('gpu_seconds_waiting_per_gpu')).toEqual({ '{gpu="all"}': 120 });
});

test('films that wait to be cut call for no GPU', async () => {
  const devices = new Map([...pool.devices, ['desk', filmDeskDevice]]);
  const backends = [...pool.backends, { id: 'desk' }];
  const waiting = createTaskIndex([task('a', { estimateSeconds: 30, runsOn: new Set(['desk']) })]);
  showWaiting({ waiting, backends, devices });
  expect(await readSeries('waiting_gpu_seconds')).toEqual({});
  const gpus = await readSeries('gpus');
  expect(gpus['{gpu="all"}']).toBe(3);
});

test('sets of models beyond the largest count together', async () => {
  const sets = Array.from({ length: 25 }, (_, at) =>
    task(`t${at}`, { estimateSeconds: at + 1, residency: createResidency([`checkpoints/m${at}`]) }),
  );
  const waiting = createTaskIndex([...sets, task('small', { estimateSeconds: 99, residency: nothing })]);
  showWaiting({ waiting, ...pool });
  const seconds = await readSeries('waiting_gpu_seconds');
  expect(Object.keys(seconds)).toHaveLength(21);
  expect(seconds['{lane="interactive",models="none"}']).toBe(99);
  expect(seconds['{lane="interactive",models="m24"}']).toBe(25);
  expect(seconds['{lane="interactive",models="other"}']).toBe(1 + 2 + 3 + 4 + 5 + 6);
});

test('work that waits no more leaves no series behind', async () => {
  showWaiting({ waiting: createTaskIndex([task('a', { residency: modelA })]), ...pool });
  expect(Object.keys(await readSeries('waiting_tasks'))).toHaveLength(1);
  showWaiting({ waiting: createTaskIndex(), ...pool });
  expect(await readSeries('waiting_tasks')).toEqual({});
});

test.each([
  [big, 'NVIDIA GeForce RTX 4090'],
  ['NVIDIA H100', 'NVIDIA H100'],
  ['', 'unknown'],
])('the model of a GPU is told without its place: %s', (device, gpu) => {
  expect(gpuOf(device)).toBe(gpu);
});
