import { idParamsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { adminRoute } from './adminRoute.ts';
import { adminTaskSchema, moveSchema, requeueSchema } from './adminTasks.ts';
import {
  backendSchema,
  drainedSchema,
  drainRequestSchema,
  newWarmUpSchema,
  recalledSchema,
} from './backends.ts';
import { queuedTaskListSchema, queuePatchSchema, queueSchema, queueShareListSchema } from './queue.ts';

/** What waits, who comes next and why: as the leader planned it some seconds ago. */
export const queueRoutes = {
  adminGetQueue: adminRoute('queue', {
    method: 'get',
    summary: 'Read how much waits and runs',
    success: { status: 200, description: 'The queue', body: queueSchema },
    keyScope: 'admin:pool',
  }),
  adminPatchQueue: adminRoute('queue', {
    method: 'patch',
    summary: 'Pause the whole queue, or let it go on',
    description:
      'When true was answered, no task is given to a GPU server any more. To pause one server, drain it.',
    body: queuePatchSchema,
    success: { status: 200, description: 'The queue', body: queueSchema },
    keyScope: 'admin:pool',
  }),
  adminListQueuedTasks: adminRoute('queue/tasks', {
    method: 'get',
    summary: 'List the waiting tasks in the order of the plan, with the reason for each',
    description: 'The next 500 as planned some seconds ago; none while no dispatcher plans.',
    query: pageQuerySchema,
    success: { status: 200, description: 'Waiting tasks, the next one first', body: queuedTaskListSchema },
    keyScope: 'admin:pool',
  }),
  adminListQueueShares: adminRoute('queue/shares', {
    method: 'get',
    summary: 'List what GPU time people got, by which the next ones are chosen',
    description:
      'People who wait first, the least served first; then others who were served lately, at most 2,000 in all.',
    query: pageQuerySchema,
    success: { status: 200, description: 'People and their counters', body: queueShareListSchema },
    keyScope: 'admin:pool',
  }),
  adminMoveTask: adminRoute('tasks/{id}/move', {
    method: 'post',
    summary: 'Move a waiting task to the front of the queue, or back to its place',
    description:
      'Within a second or two it is the next one that a GPU server gets which can run it. It counts until the task ends, whenever it waits, and takes no task off a server. Repeating it changes nothing.',
    params: idParamsSchema,
    body: moveSchema,
    success: { status: 200, description: 'The task', body: adminTaskSchema },
    problems: ['not-found', 'task-finished'],
    keyScope: 'admin:pool',
  }),
  adminRequeueTask: adminRoute('tasks/{id}/requeue', {
    method: 'post',
    summary: 'Stop a task on its GPU server and put it back into the queue',
    description:
      'It goes to another server if there is one, keeps its place among its person’s tasks, and costs nothing more. A result that comes first counts.',
    params: idParamsSchema,
    body: requeueSchema,
    success: {
      status: 200,
      description: 'The task, which is put back within seconds',
      body: adminTaskSchema,
    },
    problems: ['not-found', 'task-finished'],
    keyScope: 'admin:pool',
  }),
  adminWarmUpBackend: adminRoute('backends/{id}/warm-up', {
    method: 'post',
    summary: 'Load the models of a workflow on a GPU server before work comes',
    description:
      'A small run of the workflow, which costs nobody anything, when no task is there and none waits that the server could run; a task that comes meanwhile goes first. One at a time: a later request takes the place of one that waits.',
    params: idParamsSchema,
    body: newWarmUpSchema,
    success: { status: 200, description: 'The GPU server', body: backendSchema },
    problems: ['not-found', 'unavailable'],
    keyScope: 'admin:pool',
  }),
  adminCancelWarmUp: adminRoute('backends/{id}/warm-up', {
    method: 'delete',
    summary: 'Call a warm-up off that has not begun',
    params: idParamsSchema,
    success: { status: 200, description: 'The GPU server', body: backendSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminRecycleBackend: adminRoute('backends/{id}/recycle', {
    method: 'post',
    summary:
      'Recycle a GPU server: drain it, drop its models, restart it if a restart hook is set, and use it again',
    description:
      'When this was answered it gets no more tasks; what it has is finished first. Tasks that only it can run wait. A request during a recycle changes nothing.',
    params: idParamsSchema,
    success: { status: 200, description: 'The GPU server', body: backendSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminCancelRecycle: adminRoute('backends/{id}/recycle', {
    method: 'delete',
    summary: 'Call a recycle off while the GPU server still finishes its tasks',
    description: 'Later it goes on: it takes seconds, or as long as the restart.',
    params: idParamsSchema,
    success: { status: 200, description: 'The GPU server', body: backendSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminDrainBackend: adminRoute('backends/draining', {
    method: 'put',
    summary: 'Drain a GPU server by its address, or take the drain back',
    description:
      'For the machine itself, before it is stopped: repeat the request until no task is left. What has not begun there goes elsewhere. A key of an administrator with the scope backends:drain opens this and nothing else.',
    body: drainRequestSchema,
    success: { status: 200, description: 'What it still has', body: drainedSchema },
    problems: ['not-found'],
    keyScope: 'backends:drain',
  }),
  adminRecallTasks: adminRoute('backends/{id}/recall', {
    method: 'post',
    summary: 'Take back the tasks that wait on a GPU server and have not begun',
    description: 'Drain it first: else it may get the same ones again.',
    params: idParamsSchema,
    success: { status: 200, description: 'What was asked back', body: recalledSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
};
