import type { AdminTaskView } from '../../../../../contract/admin/adminTasks.ts';
import type { QueuedTaskView, QueueShareView } from '../../../../../contract/admin/queue.ts';
import { loadWorkflows, nameWorkflow } from '../../../data/catalogue.ts';
import { api } from '../../../session/session.ts';
import { findName, keepName } from '../people/find/personNames.ts';

export interface DeskQueue {
  paused: boolean;
  waiting: readonly QueuedTaskView[];
  working: readonly AdminTaskView[];
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
  // A task that began between the two answers is in both.
  const working = new Map([...assigned.items, ...running.items].map((task) => [task.id, task]));
  return {
    paused: queue.paused,
    waiting: waiting.items,
    working: [...working.values()],
    shares: shares.items,
    nameServer: (id) => (id === undefined ? '' : (serverNames.get(id) ?? id)),
  };
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
