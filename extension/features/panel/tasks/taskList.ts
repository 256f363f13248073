import { applyEvent } from '@star-graph/client/applyEvent';
import type { EventView } from '@star-graph/contract/events';
import type { Page } from '@star-graph/contract/pages';
import type { TaskView } from '@star-graph/contract/tasks/tasks';

interface TaskListState {
  items: TaskView[];
  nextCursor: string | null;
  isLoaded: boolean;
}

export const emptyTaskList: TaskListState = { items: [], nextCursor: null, isLoaded: false };

export interface TaskFilter {
  status?: TaskView['status'] | undefined;
  type?: string | undefined;
}

type TaskListAction =
  /** `since`: the events that came while the page was on its way; it may have been read before or after them. */
  | { kind: 'page'; page: Page<TaskView>; isFirst: boolean; since: readonly EventView[]; filter: TaskFilter }
  | { kind: 'event'; event: EventView; filter: TaskFilter }
  /** Some were deleted, or are there again. */
  | { kind: 'outputs'; taskId: string; outputs: TaskView['outputs'] };

/** The list after a page or an event: newest first, each task once, and only tasks that match the filter. */
export function reduceTasks(state: TaskListState, action: TaskListAction): TaskListState {
  switch (action.kind) {
    case 'page': {
      const known = new Set(action.page.items.map((task) => task.id));
      const before = action.isFirst ? [] : state.items.filter((task) => !known.has(task.id));
      const items = [...before, ...action.page.items];
      const loaded = { items, nextCursor: action.page.nextCursor, isLoaded: true };
      return action.since.reduce((list, event) => takeEvent(list, event, action.filter), loaded);
    }
    case 'outputs': {
      const { taskId, outputs } = action;
      const items = state.items.map((task) => (task.id === taskId ? { ...task, outputs } : task));
      return { ...state, items };
    }
    case 'event':
      return takeEvent(state, action.event, action.filter);
  }
}

function takeEvent(state: TaskListState, event: EventView, filter: TaskFilter): TaskListState {
  if (event.type === 'task_created') return addTask(state, event.data.task, filter);
  const items = state.items.map((task) => applyEvent(task, event));
  return { ...state, items: items.filter((task) => isWanted(task, filter)) };
}

/** Whether the event is about an unlisted task that now belongs in the list; the event does not contain the task. */
export function bringsTask(state: TaskListState, event: EventView, { status }: TaskFilter): boolean {
  if (status === undefined) return false;
  return statusAfter[event.type] === status && !state.items.some((task) => task.id === event.taskId);
}

const statusAfter: Partial<Record<EventView['type'], TaskView['status']>> = {
  task_queued: 'queued',
  task_started: 'running',
  task_completed: 'succeeded',
  task_failed: 'failed',
  task_cancelled: 'cancelled',
};

const isWanted = (task: TaskView, { status, type }: TaskFilter): boolean =>
  (status === undefined || status === task.status) && (type === undefined || type === task.type);

/** Placed by age, which the id tells: after a lost connection old tasks are reported again. */
function addTask(state: TaskListState, task: TaskView, filter: TaskFilter): TaskListState {
  if (!isWanted(task, filter) || state.items.some((other) => other.id === task.id)) return state;
  const index = state.items.findIndex((other) => other.id < task.id);
  // Older than every listed task: it comes with its page.
  if (index < 0 && (state.nextCursor !== null || !state.isLoaded)) return state;
  return { ...state, items: state.items.toSpliced(index < 0 ? state.items.length : index, 0, task) };
}
