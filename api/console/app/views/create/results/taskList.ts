import { signal } from '@preact/signals';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { readAhead } from '../../../data/readAhead.ts';
import { api, session } from '../../../session/session.ts';
import { dropPress } from '../presses.ts';
import { pressOfTask } from '../pressRef.ts';

export interface TaskList {
  tasks: readonly TaskView[];
  /** Where the next page begins; null after the last one, undefined before the first. */
  next: string | null | undefined;
  state: 'loading' | 'ready' | 'failed';
  error?: unknown;
}

const pageSize = 30;
const unknown: TaskList = { tasks: [], next: undefined, state: 'loading' };

/** The account's tasks as the server lists them, as many pages as were asked for. */
export const taskList = signal<TaskList>(unknown);
let reading = 0;

/** Nobody before the first person, for whom they may be read already. */
let owner: string | undefined;
session.subscribe((now) => {
  const before = owner;
  if (now.state === 'signedIn') owner = now.profile.id;
  if (now.state !== 'signedOut' && (before === undefined || before === owner)) return;
  reading += 1;
  taskList.value = unknown;
});

/** The first page again, into what is there: nothing leaves the view while it is read. */
export const refreshTasks = (): Promise<void> => readPage(undefined);
/** The same for a view that opens. */
export const openTasks = readAhead(refreshTasks);

export async function loadMoreTasks(): Promise<void> {
  const { next, state } = taskList.value;
  if (state !== 'loading' && typeof next === 'string') await readPage(next);
}

async function readPage(cursor: string | undefined): Promise<void> {
  reading += 1;
  const mine = reading;
  taskList.value = { ...taskList.value, state: 'loading' };
  try {
    const page = await api.listTasks({ query: { limit: pageSize, ...(cursor !== undefined && { cursor }) } });
    if (mine !== reading) return;
    for (const task of page.items) dropPress(pressOfTask(task));
    const { tasks, next } = taskList.value;
    const known = new Map(tasks.map((task) => [task.id, task]));
    // What has not changed stays the same object: nothing of it is drawn anew.
    for (const task of page.items)
      if (JSON.stringify(known.get(task.id)) !== JSON.stringify(task)) known.set(task.id, task);
    const isFurther = cursor !== undefined || next === undefined;
    taskList.value = { tasks: [...known.values()], state: 'ready', next: isFurther ? page.nextCursor : next };
  } catch (error) {
    if (mine === reading) taskList.value = { ...taskList.value, state: 'failed', error };
  }
}

/** What an action has changed of a result, such as a favourite. */
export function changeListed(taskId: string, change: (task: TaskView) => TaskView): void {
  const { tasks } = taskList.value;
  taskList.value = {
    ...taskList.value,
    tasks: tasks.map((task) => (task.id === taskId ? change(task) : task)),
  };
}
