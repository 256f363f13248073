import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { expect, test } from 'vitest';
import type { Press } from '../presses.ts';
import { findShown, type GroupSource, listGroups, stepFrom } from './listGroups.ts';

const output = (id: string) => ({ id, width: 200, height: 100, mime: 'image/png' });
const task = (id: string, values: object = {}) =>
  ({ id, status: 'queued', params: {}, meta: {}, outputs: [], ...values }) as unknown as TaskView;
const press = (key: string, values: Partial<Press> = {}): Press => ({
  key,
  workflow: 'draw',
  params: {},
  count: 1,
  aspect: 1,
  pressedAt: 0,
  state: 'sending',
  ...values,
});
const source = (values: Partial<GroupSource>): GroupSource => ({
  presses: [],
  listed: [],
  live: new Map(),
  keyOfTask: new Map(),
  dismissed: new Set(),
  ...values,
});
const list = (values: Partial<GroupSource>) => listGroups(source(values));
const show = (values: Partial<GroupSource>) =>
  list(values).flatMap(({ entries }) => entries.map(({ kind, key }) => `${kind} ${key}`));
const live = (...tasks: TaskView[]) => new Map(tasks.map((one) => [one.id, { task: one }]));
const ended = { finishedAt: 'now' };

test('a picture keeps its place and key from press to result', () => {
  const keyOfTask = new Map([['1', 'p']]);
  const params = { count: 2 };
  const done = task('1', { params, outputs: [output('a'), output('b')], ...ended });
  expect(show({ presses: [press('p', { count: 2 })] })).toEqual(['press p:0', 'press p:1']);
  expect(show({ live: live(task('1', { params })), keyOfTask })).toEqual(['open p:0', 'open p:1']);
  expect(show({ live: live(done), keyOfTask })).toEqual(['result p:0', 'result p:1']);
});

test('the newest stands first, whoever told of it', () => {
  const listed = [task('1', { outputs: [output('a')], ...ended }), task('3')];
  expect(show({ presses: [press('p')], listed, live: live(task('2'), task('4')) })).toEqual([
    ...['press p:0', 'open 4:0', 'open 3:0', 'open 2:0', 'result 1:0'],
  ]);
});

test('an end is shown by whichever source knows it', () => {
  const done = task('1', { outputs: [output('a')], ...ended });
  expect(show({ listed: [done], live: live(task('1')) })).toEqual(['result 1:0']);
  expect(show({ listed: [task('1')], live: live(done) })).toEqual(['result 1:0']);
});

test('a failure is shown until put away, older ones are not', () => {
  const failed = task('1', { status: 'failed', ...ended });
  expect(show({ live: live(failed) })).toEqual(['ended 1:0']);
  expect(show({ live: live(failed), dismissed: new Set(['1']) })).toEqual([]);
  expect(show({ listed: [failed] })).toEqual([]);
});

test('steps lead from picture to picture and from group to group', () => {
  const outputs = [output('a'), output('b')];
  const groups = list({
    listed: [task('1', { outputs, ...ended }), task('2', { outputs, ...ended })],
    live: live(task('3')),
  });
  const [newest] = groups[0]?.entries ?? [];
  const walk = (...steps: Parameters<typeof stepFrom>[2][]) =>
    steps.reduce<typeof newest>((at, step) => at && stepFrom(groups, at, step), newest)?.key;
  expect([walk('next'), walk('next', 'next'), walk('next', 'next', 'previous')]).toEqual([
    '2:0',
    '2:1',
    '2:0',
  ]);
  expect([walk('next', 'next', 'down'), walk('down', 'down', 'up')]).toEqual(['1:0', '2:0']);
  expect([walk('previous'), walk('up'), walk('down', 'down', 'down')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('the chosen picture is shown while it is there, else the newest', () => {
  const listed = [task('1', { outputs: [output('a')], ...ended })];
  const groups = list({ listed, presses: [press('p')] });
  const failed = live(task('2', { status: 'failed', ...ended }));
  expect([
    findShown(list({ listed, live: failed }), undefined)?.key,
    findShown(list({ live: failed }), undefined)?.key,
    findShown(list({ listed, live: failed }), '2:0')?.key,
  ]).toEqual(['1:0', '2:0', '2:0']);
  expect([findShown(groups, '1:0')?.key, findShown(groups, 'gone:0')?.key, findShown([], '1:0')]).toEqual([
    '1:0',
    'p:0',
    undefined,
  ]);
});

test('the places of a grid stand together, row by row, whatever came between', () => {
  const grid = (column: number, row: number) => ({
    id: 'g',
    at: [column, row] as const,
    axes: ['Steps', 'Model'],
    labels: ['10', 'Oil'],
  });
  const noted = (key: string, ...at: [number, number]) => ({
    meta: { clientRef: `press:${key} ${JSON.stringify(grid(...at))}` },
  });
  const listed = [task('1', noted('a', 1, 1)), task('2'), task('3', noted('b', 0, 1))];
  const groups = list({ presses: [press('c', { grid: grid(1, 0) })], listed });
  expect(groups.map(({ entries }) => entries.map(({ key }) => key))).toEqual([
    ['c:0', '3:0', '1:0'],
    ['2:0'],
  ]);
  expect(groups.map((group) => group.grid?.id)).toEqual(['g', undefined]);
});
