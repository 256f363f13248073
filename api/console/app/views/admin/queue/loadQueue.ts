import type { AdminTaskView } from '@star-graph/contract/admin/adminTasks';
import type { QueuedTaskView, QueueShareView } from '@star-graph/contract/admin/queue';
import { loadWorkflows, nameWorkflow } from '../../../data/catalogue.ts';
import { readPages } from '../../../data/readPages.ts';
import { api } from '../../../session/session.ts';
import { findName, keepName } from '../people/personNames.ts';

interface DeskTasks {
  waiting: readonly QueuedTaskView[];
  working: readonly AdminTaskView[];
}

export interface DeskQueue extends DeskTasks {
  paused: boolean;
  /** Of all, shown or not. */
  counts: { waiting: number; working: number };
  shares: readonly QueueShareView[];
  nameServer(id: string | undefined): string;
}

/** The first hundred of each: whoever steers the queue looks at its front. */
const query = { limit: 100 };

/** All that the desk shows of the queue, read together, so that names fit what they stand beside. */
export async function loadQueue(signal: AbortSignal): Promise<DeskQueue> {
  const [queue, waiting, assigned, running, shares, servers] = await Promise.all([
    api.adminGetQueue({}, { signal }),
    api.adminListQueuedTasks({ query }, { signal }),
    api.adminListTasks({ query: { ...query, status: 'assigned' } }, { signal }),
    api.adminListTasks({ query: { ...query, status: 'running' } }, { signal }),
    api.adminListQueueShares({ query }, { signal }),
    api.adminListBackends({ query }, { signal }),
    loadWorkflows(),
  ]);
  const serverNames = new Map(servers.items.map(({ id, name }) => [id, name]));
  for (const { userId: id, username } of shares.items)
    if (username !== null) keepName({ id, username, identities: [] });
  const working = joinWorking(assigned.items, running.items);
  const isWhole = queue.plan && !waiting.nextCursor;
  const isCut = assigned.nextCursor || running.nextCursor;
  return {
    paused: queue.paused,
    waiting: waiting.items,
    working,
    counts: {
      waiting: isWhole ? waiting.items.length : Math.max(queue.queued, waiting.items.length),
      working: isCut ? Math.max(queue.assigned + queue.running, working.length) : working.length,
    },
    shares: shares.items,
    nameServer: (id) => (id === undefined ? '' : (serverNames.get(id) ?? id)),
  };
}

/** A task that began between the two answers is in both. */
const joinWorking = (...lists: AdminTaskView[][]): AdminTaskView[] => [
  ...new Map(lists.flat().map((task) => [task.id, task])).values(),
];

/** What a search looks through: all that is planned and all that works, with the names of those it may mean. */
export async function loadSought(search: string, signal: AbortSignal): Promise<DeskTasks> {
  const [waiting, assigned, running, people] = await Promise.all([
    readPages((page) => api.adminListQueuedTasks({ query: page }, { signal })),
    readPages((page) => api.adminListTasks({ query: { ...page, status: 'assigned' } }, { signal })),
    readPages((page) => api.adminListTasks({ query: { ...page, status: 'running' } }, { signal })),
    api.adminListUsers({ query: { ...query, search: search.slice(0, 255) } }, { signal }),
  ]);
  for (const person of people.items) keepName(person);
  return { waiting, working: joinWorking(assigned, running) };
}

interface Sought {
  id: string;
  userId: string;
  workflow: string;
  server: string;
}

/** Whether a task is meant by what was typed: its person, workflow or server, or its id. */
export function isSought({ id, userId, workflow, server }: Sought, search: string): boolean {
  const text = [id, userId, findName(userId), nameWorkflow(workflow), server].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
