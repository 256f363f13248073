import { computed, signal } from '@preact/signals';
import type { ConnectionState, EventConnection, EventListeners } from '@star-graph/client/connectEvents';
import type { EventView, PublicMessage } from '@star-graph/contract/events';
import type { WallMessage } from '@star-graph/contract/guilds/activityRoutes';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { room, roomTopic, takeWallMessage } from '../activity/inDiscord.ts';
import { whenShown } from '../data/whenShown.ts';
import { api } from '../session/session.ts';
import { applyAnswer, applyEvent, type LiveTask } from './applyEvent.ts';
import { useResource } from './useResource.ts';

/** The open tasks and those that ended while the page was open, by id. */
export const liveTasks = signal<ReadonlyMap<string, LiveTask>>(new Map());
export const connection = signal<ConnectionState>('closed');
const poolState = signal<Extract<PublicMessage, { type: 'pool_state' }>['data'] | undefined>(undefined);
/** Whether the operator has paused the queue. */
export function usePaused(): boolean {
  // The news tell of changes alone.
  const status = useResource(() => api.getStatus(), []);
  return (poolState.value ?? status.value?.pool)?.paused === true;
}
/** How many tasks wait or run. */
export const openCount = computed(
  () => [...liveTasks.value.values()].filter(({ task }) => !task.finishedAt).length,
);
/** Open tasks that an answer brought and no event has named yet. */
const answered = new Set<string>();
type Listener = (event: EventView) => void;
const listeners = new Set<Listener>();

/** @returns what ends it. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How soon a file that did not come is asked for again. */
const reloadMs = 5_000;
let current: Promise<EventConnection> | undefined;

/**
 * Follows the account until `stopLive`. It resumes where it broke off by itself. What speaks STOMP is loaded after the
 * page is in view.
 */
export function startLive(): void {
  if (current) return;
  const opening = openConnection();
  current = opening;
  opening.catch(() => {
    // The file did not come. While somebody is still here, it is asked for again.
    if (current !== opening) return;
    current = undefined;
    setTimeout(startLive, reloadMs);
  });
}

async function openConnection(): Promise<EventConnection> {
  await whenShown();
  const { connectEvents } = await import('@star-graph/client/connectEvents');
  const topics = room.value && {
    [roomTopic + room.value.id]: (body: unknown) => takeWallMessage(body as WallMessage),
  };
  const told: EventListeners = {
    onEvent(event) {
      if (event.type === 'state_snapshot') for (const { id } of event.data.tasks) answered.delete(id);
      else answered.delete(event.taskId);
      liveTasks.value = applyEvent(liveTasks.value, event);
      for (const listener of listeners) listener(event);
    },
    onPublicMessage(message) {
      if (message.type === 'pool_state') poolState.value = message.data;
    },
    onState(state) {
      connection.value = state;
      if (state === 'connected') void readAnswered();
    },
  };
  return connectEvents(api.deps, told, { ...(topics && { topics }) });
}

/** What was made and ended before the server had the subscriptions: neither its events nor a snapshot tell of it. */
async function readAnswered(): Promise<void> {
  for (const id of answered)
    try {
      const task = await api.getTask({ params: { id } });
      if (answered.has(id)) putTask(task);
    } catch {
      // It is asked for again with the next connection.
    }
}

/** The next person sees nothing of this one. */
export async function stopLive(): Promise<void> {
  const closing = current;
  current = undefined;
  answered.clear();
  liveTasks.value = new Map();
  await closing?.then(
    (one) => one.close(),
    () => undefined,
  );
  // Another one may have begun meanwhile.
  if (!current) connection.value = 'closed';
}

/** What the server answered to a request or a cancellation: seen before its event comes. */
export function putTask(task: TaskView): void {
  if (task.finishedAt !== undefined) answered.delete(task.id);
  else if (!liveTasks.value.has(task.id)) answered.add(task.id);
  liveTasks.value = applyAnswer(liveTasks.value, task);
}
