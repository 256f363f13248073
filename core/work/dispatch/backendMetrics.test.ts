import { expect, test } from 'vitest';
import { readMetrics } from '../../ground/telemetry/readMetrics.ts';
import { createBackendMeter } from './backendMetrics.ts';

const readLines = async (name: string) => {
  const { text } = await readMetrics('text');
  return text.split('\n').filter((line) => line.includes(`backend="${name}"`));
};
const activitiesOf = async (name: string) =>
  (await readLines(name))
    .flatMap((line) => /activity="(\w+)"\} (\S+)/.exec(line) ?? [])
    .filter((_, at) => at % 3 === 1);

test('a backend that is given up leaves no series behind', async () => {
  const meter = createBackendMeter({ name: () => 'gpu-1', state: () => 'up', breaker: () => 'closed' });
  meter.noteSwap();
  meter.note('p1', 'sampling');
  const lines = await readLines('gpu-1');
  expect(lines).toContain('star_graph_backend_state{backend="gpu-1",state="up"} 1');
  expect(lines).toContain('star_graph_backend_breaker_state{backend="gpu-1",state="open"} 0');
  expect(lines).toContain('star_graph_backend_swaps_total{backend="gpu-1"} 1');
  meter.end();
  expect(await readLines('gpu-1')).toEqual([]);
});

test('the end of a prompt does not stop the clock of the next one', async () => {
  let name = 'gpu-2';
  const meter = createBackendMeter({ name: () => name, state: () => 'up', breaker: () => 'closed' });
  meter.note('p1', 'sampling');
  meter.note('p2', 'loading');
  meter.noteOver('p1');
  // A new name begins new series: only what goes on now is in them.
  name = 'gpu-3';
  await readLines(name);
  expect(await activitiesOf(name)).toEqual(['loading']);
  expect(await readLines('gpu-2')).toEqual([]);
  meter.noteOver('p2');
  meter.end();
});

test('a server that is away is not idle', async () => {
  const meter = createBackendMeter({ name: () => 'gpu-4', state: () => 'down', breaker: () => 'closed' });
  await readLines('gpu-4');
  expect(await activitiesOf('gpu-4')).toContain('away');
  meter.end();
});
