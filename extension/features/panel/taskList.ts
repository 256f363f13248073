import type { EventView } from '@star-graph/api/contract/events';
import type { Page } from '@star-graph/api/contract/shared';
import type { TaskView } from '@star-graph/api/contract/tasks';

export interface TaskListState {
  items: TaskView[];
  nextCursor: string | null;
  isLoaded: boolean;
}

export const emptyTaskList: TaskListState = { items: [], nextCursor: null, isLoaded: false };

export type TaskListAction =
  | { kind: 'page'; page: Page<TaskView>; isFirst: boolean }
  | { kind: 'event'; event: EventView; filter: { status?: string; type?: string } };

/** The list after a page or an event; newest first, each task once. */
export function reduceTasks(state: TaskListState, action: TaskListAction): TaskListState {
  if (action.kind === 'page') {
    const known = new Set(action.page.items.map((task) => task.id));
    const before = action.isFirst ? [] : state.items.filter((task) => !known.has(task.id));
    return { items: [...before, ...action.page.items], nextCursor: action.page.nextCursor, isLoaded: true };
  }
  const { event, filter } = action;
  if (event.type === 'task_created') return addTask(state, event.data.task, filter);
  return {
    ...state,
    items: state.items.map((task) => (task.id === event.taskId ? applyEvent(task, event) : task)),
  };
}

function addTask(
  state: TaskListState,
  task: TaskView,
  filter: { status?: string; type?: string },
): TaskListState {
  const isWanted =
    (filter.status === undefined || filter.status === task.status) &&
    (filter.type === undefined || filter.type === task.type);
  if (!isWanted || state.items.some((other) => other.id === task.id)) return state;
  return { ...state, items: [task, ...state.items] };
}

const endStatuses = ['succeeded', 'failed', 'cancelled'];

function applyEvent(task: TaskView, event: EventView): TaskView {
  // Events may come again after a lost connection; an end stays.
  if (endStatuses.includes(task.status)) return task;
  switch (event.type) {
    case 'task_queued':
      return { ...task, status: 'queued', attempt: event.data.attempt };
    case 'task_started':
      return { ...task, status: 'running', attempt: event.data.attempt };
    case 'progress_update':
      return { ...task, progress: event.data };
    case 'task_completed': {
      const { outputs, cached, cost } = event.data;
      return { ...task, status: 'succeeded', outputs, cached, cost, finishedAt: event.timestamp };
    }
    case 'task_failed':
      return { ...task, status: 'failed', error: event.data.error, finishedAt: event.timestamp };
    case 'task_cancelled':
      return { ...task, status: 'cancelled', finishedAt: event.timestamp };
    default:
      return task;
  }
}
