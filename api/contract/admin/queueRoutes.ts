import { pageQuerySchema } from '../pages.ts';
import { adminRoute } from './adminRoute.ts';
import { queuedTaskListSchema, queuePatchSchema, queueSchema, queueShareListSchema } from './queue.ts';

/** What waits, who comes next and why: as the leader planned it some seconds ago. */
export const queueRoutes = {
  adminGetQueue: adminRoute('queue', {
    method: 'get',
    summary: 'Read how much waits and runs',
    success: { status: 200, description: 'The queue', body: queueSchema },
  }),
  adminPatchQueue: adminRoute('queue', {
    method: 'patch',
    summary: 'Pause the whole queue, or let it go on',
    description:
      'When true was answered, no task is given to a GPU server any more. To pause one server, drain it.',
    body: queuePatchSchema,
    success: { status: 200, description: 'The queue', body: queueSchema },
  }),
  adminListQueuedTasks: adminRoute('queue/tasks', {
    method: 'get',
    summary: 'List the waiting tasks in the order of the plan, with the reason for each',
    description: 'The next 500 as planned some seconds ago; none while no dispatcher plans.',
    query: pageQuerySchema,
    success: { status: 200, description: 'Waiting tasks, the next one first', body: queuedTaskListSchema },
  }),
  adminListQueueShares: adminRoute('queue/shares', {
    method: 'get',
    summary: 'List what GPU time people got, by which the next ones are chosen',
    description:
      'People who wait first, the least served first; then others who were served lately, at most 2,000 in all.',
    query: pageQuerySchema,
    success: { status: 200, description: 'People and their counters', body: queueShareListSchema },
  }),
};
