import type { EventView } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { type EventType, eventTypes, isTerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { isTerminal, taskStatuses } from '@star-graph/workflows/shared/taskStatuses';
import { expect, test } from 'vitest';
import { applyAnswer, applyEvent } from './applyEvent.ts';

const at = '2026-12-01T00:00:00.000Z';
const [now, before] = ['2026-12-01T00:00:09.000Z', '2026-12-01T00:00:02.000Z'];
const frame = { mime: 'image/webp', base64: 'AAAA' };
const problem: NonNullable<TaskView['error']> = {
  type: 'urn:star-graph:problem:out-of-time',
  instance: 'urn:star-graph:task:a',
  title: 'Out of time',
  status: 500,
  detail: 'Too long.',
};
const picture = { id: 'picture' } as TaskView['outputs'][number];

const taskIn = (status: TaskView['status'], change: Partial<TaskView> = {}): TaskView => ({
  id: 'a',
  type: 'text2img',
  workflow: { name: 'text2img', version: 1 },
  status,
  lane: 'interactive',
  params: {},
  meta: {},
  cost: 4,
  attempt: status === 'queued' ? 0 : 1,
  cached: false,
  progress: { percent: 0 },
  outputs: [],
  createdAt: at,
  ...(status === 'running' && {
    startedAt: before,
    progress: { percent: 40, step: 4, steps: 10, preview: frame },
  }),
  ...(isTerminal(status) && { finishedAt: before }),
  ...change,
});

/** An event of each type, about the first attempt. */
const data = {
  task_created: { task: taskIn('queued') },
  task_queued: { attempt: 1 },
  task_started: { attempt: 1 },
  progress_update: { percent: 50, step: 5, steps: 10 },
  task_completed: { attempt: 1, outputs: [picture], withheld: 1, cached: false, cost: 3 },
  task_failed: { attempt: 1, error: problem, charged: 2 },
  task_cancelled: { attempt: 1, charged: 1 },
  state_snapshot: { tasks: [taskIn('assigned')] },
} satisfies Record<EventType, object>;
const eventOf = (type: EventType, change: object = {}, taskId = 'a') =>
  ({
    type,
    taskId,
    userId: 'me',
    seq: '1-1',
    timestamp: now,
    data: { ...data[type], ...change },
  }) as EventView;

type Changes = Record<EventType, Partial<TaskView> | 'nothing'>;

const startedNow: Partial<TaskView> = { status: 'running', attempt: 1, startedAt: now };
const requeued: Partial<TaskView> = {
  status: 'queued',
  attempt: 1,
  progress: { percent: 0 },
  startedAt: undefined,
};
const ends = (percent: number) =>
  ({
    task_completed: {
      status: 'succeeded',
      attempt: 1,
      outputs: [picture],
      withheld: 1,
      cost: 3,
      charged: 3,
      progress: { percent: 100 },
      finishedAt: now,
    },
    task_failed: {
      status: 'failed',
      attempt: 1,
      error: problem,
      charged: 2,
      progress: { percent },
      finishedAt: now,
    },
    task_cancelled: { status: 'cancelled', attempt: 1, charged: 1, progress: { percent }, finishedAt: now },
  }) satisfies Partial<Changes>;

/** What each event changes in each state of a task that is open. */
const table: Record<'queued' | 'assigned' | 'running', Changes> = {
  queued: {
    task_created: {},
    task_queued: requeued,
    task_started: startedNow,
    progress_update: { progress: data.progress_update },
    ...ends(0),
    state_snapshot: { status: 'assigned', attempt: 1 },
  },
  assigned: {
    task_created: 'nothing',
    task_queued: requeued,
    task_started: startedNow,
    progress_update: { progress: data.progress_update },
    ...ends(0),
    state_snapshot: {},
  },
  running: {
    task_created: 'nothing',
    task_queued: requeued,
    // It comes a second time.
    task_started: 'nothing',
    progress_update: { progress: { ...data.progress_update, preview: frame } },
    ...ends(40),
    state_snapshot: 'nothing',
  },
};

const cells = taskStatuses.flatMap((status) => eventTypes.map((type) => ({ status, type })));

test.each(cells)('$type changes exactly what it tells of a task that is $status', ({ status, type }) => {
  const task = taskIn(status);
  const changes = isTerminal(status) ? 'nothing' : table[status as keyof typeof table][type];
  const after = applyEvent(task, eventOf(type));
  if (changes === 'nothing') expect(after).toBe(task);
  else expect(after).toEqual({ ...task, ...changes });
});

test.each(cells)('$type comes twice to a task that is $status and changes it once', ({ status, type }) => {
  const once = applyEvent(taskIn(status), eventOf(type));
  expect(applyEvent(once, eventOf(type))).toEqual(once);
});

test.each(cells)('$type of another task changes nothing of one that is $status', ({ status, type }) => {
  const task = taskIn(status, { id: 'b' });
  expect(applyEvent(task, eventOf(type))).toBe(task);
});

test.each(eventTypes.filter(isTerminalEventType))('%s is the end, whatever comes after it', (type) => {
  const end = applyEvent(taskIn('running'), eventOf(type));
  for (const later of eventTypes) expect(applyEvent(end, eventOf(later, { attempt: 2 }))).toBe(end);
});

test('events of a lost attempt that come late change nothing of the next one', () => {
  const waiting = applyEvent(taskIn('running'), eventOf('task_queued'));
  expect(applyEvent(waiting, eventOf('task_started'))).toBe(waiting);
  const again = applyEvent(waiting, eventOf('task_started', { attempt: 2 }));
  expect(again).toMatchObject({ status: 'running', attempt: 2, startedAt: now });
  for (const type of ['task_queued', 'task_started', 'state_snapshot', 'task_created'] as const)
    expect(applyEvent(again, eventOf(type))).toBe(again);
});

test('a place in line is gone when the task starts, and one that comes late is not shown', () => {
  const place = { percent: 0, queuePosition: 1, etaSeconds: 9 };
  const waiting = taskIn('assigned', { progress: place });
  const started = applyEvent(waiting, eventOf('task_started'));
  expect(started.progress).toEqual({ percent: 0 });
  expect(applyEvent(started, eventOf('progress_update', place))).toBe(started);
  expect(applyEvent(waiting, eventOf('task_queued')).progress).toEqual(place);
});

test('progress that comes before the start stays with it', () => {
  const early = applyEvent(taskIn('assigned'), eventOf('progress_update', { etaSeconds: 9 }));
  expect(applyEvent(early, eventOf('task_started')).progress).toEqual(early.progress);
});

test('a frame stays until the next one, a new attempt or the end', () => {
  const next = { mime: 'image/webp', base64: 'BBBB' };
  const after = (...events: EventView[]) => events.reduce(applyEvent, taskIn('running')).progress.preview;
  expect(after(eventOf('progress_update'))).toEqual(frame);
  expect(after(eventOf('progress_update', { preview: next }))).toEqual(next);
  expect(
    after(eventOf('state_snapshot', { tasks: [taskIn('running', { progress: { percent: 60 } })] })),
  ).toEqual(frame);
  expect(after(eventOf('task_queued'))).toBeUndefined();
  expect(after(eventOf('task_cancelled'))).toBeUndefined();
});

test('an end without a charge was paid by nobody', () => {
  for (const type of ['task_failed', 'task_cancelled'] as const)
    expect(applyEvent(taskIn('running'), eventOf(type, { charged: undefined })).charged).toBe(0);
});

test('an answer that was read before the end does not open the task again', () => {
  const end = applyEvent(taskIn('running'), eventOf('task_completed'));
  expect(applyAnswer(end, taskIn('running'))).toBe(end);
  // What became of the results since then is in a later one.
  const withheld = taskIn('succeeded', { withheld: 2 });
  expect(applyAnswer(end, withheld)).toMatchObject({ outputs: [], withheld: 2 });
});
