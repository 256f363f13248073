import type { AdminTaskView } from '../../../../../contract/admin/adminTasks.ts';
import type { QueuedTaskView, QueueShareView } from '../../../../../contract/admin/queue.ts';
import { loadWorkflows } from '../../../data/catalogue.ts';
import { api } from '../../../session/session.ts';

export interface DeskQueue {
  paused: boolean;
  waiting: readonly QueuedTaskView[];
  working: readonly AdminTaskView[];
  shares: readonly QueueShareView[];
  nameServer(id: string | undefined): string;
  namePerson(id: string): string;
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
  const people = new Map(shares.items.map(({ userId, username }) => [userId, username]));
  // A task that began between the two answers is in both.
  const working = new Map([...assigned.items, ...running.items].map((task) => [task.id, task]));
  return {
    paused: queue.paused,
    waiting: waiting.items,
    working: [...working.values()],
    shares: shares.items,
    nameServer: (id) => (id === undefined ? '' : (serverNames.get(id) ?? id)),
    namePerson: (id) => people.get(id) ?? id,
  };
}
