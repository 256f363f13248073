import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { expect, test } from 'vitest';
import { applyAnswer, applyEvent, type LiveTasks } from './applyEvent.ts';

const task = {
  id: 'a',
  status: 'queued',
  attempt: 0,
  progress: { percent: 0 },
  outputs: [],
} as unknown as TaskView;
const event = (type: EventView['type'], data: object, taskId = 'a') =>
  ({ type, taskId, userId: 'me', seq: '1-1', timestamp: '2026-11-27T00:00:00Z', data }) as EventView;
const after = (...events: EventView[]) => events.reduce(applyEvent, new Map() as LiveTasks);
const created = event('task_created', { task });
const frame = event('progress_update', { percent: 40, preview: { mime: 'image/webp', base64: 'AAAA' } });
const done = event('task_completed', { attempt: 1, outputs: [], cached: false, cost: 4 });

test('a task is followed from its creation to its end', () => {
  const live = after(created, event('task_started', { attempt: 1 }), frame).get('a');
  expect(live).toMatchObject({ preview: 'data:image/webp;base64,AAAA', task: { status: 'running' } });
  expect(live?.task.progress.percent).toBe(40);
  expect(after(created, done).get('a')?.task).toMatchObject({ status: 'succeeded', cost: 4 });
});

test.each([
  ['task_completed', done.data, 4],
  ['task_failed', { attempt: 1, error: {}, charged: 4 }, 4],
  ['task_failed', { attempt: 1, error: {} }, 0],
  ['task_cancelled', { attempt: 1, charged: 3 }, 3],
] as const)('%s %j shows that %i were paid', (type, data, charged) => {
  expect(after(created, event(type, data)).get('a')?.task.charged).toBe(charged);
});

test('the last preview stays until the next, a new attempt or the end', () => {
  const percent = event('progress_update', { percent: 50 });
  expect(after(created, frame, percent).get('a')?.preview).toBe('data:image/webp;base64,AAAA');
  expect(after(created, frame, event('task_queued', { attempt: 1 })).get('a')?.preview).toBeUndefined();
  expect(after(created, frame, done).get('a')?.preview).toBeUndefined();
});

test('what comes after the end changes nothing', () => {
  const end = after(created, done);
  expect(after(created, done, frame, event('task_failed', { attempt: 1, error: {} }))).toEqual(end);
});

test('an event of an unknown task waits for its snapshot', () => {
  expect(after(frame).size).toBe(0);
  expect(after(frame, event('state_snapshot', { tasks: [task] }, '')).get('a')?.task).toEqual(task);
});

test('an answer that is older than the end of its task changes nothing', () => {
  const end = after(created, done);
  expect(applyAnswer(end, task)).toBe(end);
  const favourite = { ...end.get('a')?.task, charged: 2 } as TaskView;
  expect(applyAnswer(end, favourite).get('a')?.task).toEqual(favourite);
});
