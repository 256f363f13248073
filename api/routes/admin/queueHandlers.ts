import type { QueueView } from '@star-graph/contract/admin/queue';
import { setDraining } from '@star-graph/core/desk/drain';
import { pauseQueue } from '@star-graph/core/desk/pauseQueue';
import { listUsernames } from '@star-graph/core/desk/people/people';
import {
  listQueuedPlaces,
  listShares,
  summarisePlan,
} from '@star-graph/core/work/dispatch/leader/plannedQueue';
import { readPaused } from '@star-graph/core/work/tasks/queueState';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { actorOf } from './actorOf.ts';
import { presentQueuedTask, presentShare } from './presentQueue.ts';

type QueueDeps = Pick<ApiDeps, 'database' | 'clock' | 'wakeSignals' | 'queue' | 'plans' | 'catalogue'>;

export const createQueueHandlers = (deps: QueueDeps) =>
  defineHandlers({
    adminGetQueue: () => presentQueue(deps),
    async adminPatchQueue({ body, caller }) {
      await pauseQueue(deps, actorOf(caller), body.paused);
      return presentQueue(deps);
    },
    async adminDrainBackend({ body, caller }) {
      const drained = await setDraining(deps, actorOf(caller), body);
      await deps.catalogue.refresh();
      return drained;
    },
    async adminListQueuedTasks({ query }) {
      const plan = await deps.plans.read();
      const { items, nextCursor } = pageByOffset(query, plan ? listQueuedPlaces(plan) : []);
      return { items: items.map(presentQueuedTask), nextCursor };
    },
    async adminListQueueShares({ query }) {
      const plan = await deps.plans.read();
      const { items, nextCursor } = pageByOffset(query, plan ? listShares(plan) : []);
      const names = await listUsernames(
        deps.database,
        items.map(({ userId }) => userId),
      );
      return { items: items.map((share) => presentShare(share, names)), nextCursor };
    },
  });

async function presentQueue({ database, queue, plans }: QueueDeps): Promise<QueueView> {
  const [{ byStatus, lanes }, paused, plan] = await Promise.all([
    queue.readQueue(),
    readPaused(database),
    plans.read(),
  ]);
  return { ...byStatus, paused, lanes, ...(plan ? { plan: summarisePlan(plan) } : {}) };
}
