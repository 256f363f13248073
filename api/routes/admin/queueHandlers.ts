import { listUsernames } from '@star-graph/core/admin/people';
import { listQueuedPlaces, listShares, summarisePlan } from '@star-graph/core/dispatch/forecast/plannedQueue';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { presentQueuedTask, presentShare } from './presentQueue.ts';

export const createQueueHandlers = (deps: Pick<ApiDeps, 'database' | 'queue' | 'plans'>) =>
  defineHandlers({
    async adminGetQueue() {
      const [{ byStatus, lanes }, plan] = await Promise.all([deps.queue.readQueue(), deps.plans.read()]);
      return { ...byStatus, lanes, ...(plan ? { plan: summarisePlan(plan) } : {}) };
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
