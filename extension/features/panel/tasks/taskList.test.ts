import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { expect, test } from 'vitest';
import { bringsTask, emptyTaskList, reduceTasks, type TaskFilter } from './taskList.ts';

const describeTask = (id: string, part: Partial<TaskView> = {}): TaskView => ({
  id,
  type: 'upscale',
  workflow: { name: 'upscale', version: 1 },
  status: 'running',
  lane: 'interactive',
  params: {},
  meta: {},
  cost: 1,
  attempt: 1,
  cached: false,
  progress: { percent: 0 },
  outputs: [],
  createdAt: '2026-11-01T00:00:00.000Z',
  ...part,
});
const describeEvent = (event: Pick<EventView, 'type' | 'data'> & { taskId: string }): EventView =>
  ({ userId: 'person', timestamp: '2026-11-01T00:01:00.000Z', seq: '1-0', ...event }) as EventView;
const pageOf = (items: TaskView[], nextCursor: string | null = null) => ({ items, nextCursor });

const list = (...items: TaskView[]) =>
  reduceTasks(emptyTaskList, { kind: 'page', page: pageOf(items), isFirst: true, since: [], filter: {} });
const idsOf = ({ items }: { items: TaskView[] }) => items.map(({ id }) => id);
const cancelled = (taskId: string) => describeEvent({ type: 'task_cancelled', taskId, data: { attempt: 1 } });

test('holds each task once though a page brings it again', () => {
  const first = list(describeTask('b'), describeTask('a'));
  const page = pageOf([describeTask('a'), describeTask('0')]);
  expect(idsOf(reduceTasks(first, { kind: 'page', page, isFirst: false, since: [], filter: {} }))).toEqual([
    'b',
    'a',
    '0',
  ]);
});

const created = (task: TaskView) => describeEvent({ type: 'task_created', taskId: task.id, data: { task } });

test('puts a new task first, but only if the filter includes it', () => {
  const event = created(describeTask('b'));
  const take = (filter: TaskFilter) =>
    idsOf(reduceTasks(list(describeTask('a')), { kind: 'event', event, filter }));
  expect(take({})).toEqual(['b', 'a']);
  expect(take({ type: 'img2img' })).toEqual(['a']);
});

test('places an old task by age, or leaves it to its page', () => {
  const take = (nextCursor: string | null, id: string) => {
    const page = pageOf([describeTask('d'), describeTask('b')], nextCursor);
    const before = reduceTasks(emptyTaskList, { kind: 'page', page, isFirst: true, since: [], filter: {} });
    return idsOf(reduceTasks(before, { kind: 'event', event: created(describeTask(id)), filter: {} }));
  };
  expect(take('more', 'c')).toEqual(['d', 'c', 'b']);
  expect(take('more', 'a')).toEqual(['d', 'b']);
  expect(take(null, 'a')).toEqual(['d', 'b', 'a']);
});

test('drops a task that no longer matches the filter', () => {
  const before = list(describeTask('a'), describeTask('b'));
  const event = cancelled('a');
  expect(idsOf(reduceTasks(before, { kind: 'event', event, filter: { status: 'running' } }))).toEqual(['b']);
  const all = reduceTasks(before, { kind: 'event', event, filter: {} });
  expect(all.items.map(({ status }) => status)).toEqual(['cancelled', 'running']);
});

test('shows 0 % for a task that waits again after an attempt', () => {
  const running = list(describeTask('a', { status: 'running', progress: { percent: 34 } }));
  const event = describeEvent({ type: 'task_queued', taskId: 'a', data: { attempt: 1 } });
  const [task] = reduceTasks(running, { kind: 'event', event, filter: {} }).items;
  expect(task).toMatchObject({ status: 'queued', progress: { percent: 0 } });
});

test('shows what a failed task cost: nothing, unless a graph used up its time', () => {
  const error = {
    type: 'urn:star-graph:problem:out-of-time',
    title: '',
    status: 422,
    detail: 'Over.',
    instance: 'urn:star-graph:task:a',
  } as const;
  const after = (data: { charged?: number }) => {
    const event = describeEvent({ type: 'task_failed', taskId: 'a', data: { attempt: 1, error, ...data } });
    return reduceTasks(list(describeTask('a')), { kind: 'event', event, filter: {} }).items[0]?.charged;
  };
  expect([after({ charged: 60 }), after({})]).toEqual([60, 0]);
});

test('keeps an end whatever comes late', () => {
  const ended = list(describeTask('a', { status: 'failed' }));
  const event = describeEvent({ type: 'task_started', taskId: 'a', data: { attempt: 2 } });
  expect(reduceTasks(ended, { kind: 'event', event, filter: {} }).items[0]?.status).toBe('failed');
});

test('detects events of unlisted tasks that belong in the list', () => {
  const before = list(describeTask('a', { status: 'cancelled' }));
  expect(bringsTask(before, cancelled('b'), { status: 'cancelled' })).toBe(true);
  expect(bringsTask(before, cancelled('a'), { status: 'cancelled' })).toBe(false);
  expect(bringsTask(before, cancelled('b'), { status: 'failed' })).toBe(false);
  expect(bringsTask(before, cancelled('b'), {})).toBe(false);
});

test('keeps what happened while its page was on the way', () => {
  const page = pageOf([describeTask('b', { status: 'queued' }), describeTask('a')], 'more');
  const since = [created(describeTask('c')), cancelled('b'), cancelled('c')];
  const before = since.reduce(
    (state, event) => reduceTasks(state, { kind: 'event', event, filter: {} }),
    emptyTaskList,
  );
  const { items } = reduceTasks(before, { kind: 'page', page, isFirst: true, since, filter: {} });
  expect(items.map(({ id, status }) => [id, status])).toEqual([
    ['c', 'cancelled'],
    ['b', 'cancelled'],
    ['a', 'running'],
  ]);
});
