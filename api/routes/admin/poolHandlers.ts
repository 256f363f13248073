import type { AdminTaskView, AttemptView } from '@star-graph/contract/admin/adminTasks';
import type { BackendView } from '@star-graph/contract/admin/backends';
import { moveTask } from '@star-graph/core/desk/moveTask';
import {
  type BackendWithSlots,
  changeBackend,
  clearUnfitModels,
  createBackend,
  listBackends,
  removeBackend,
} from '@star-graph/core/desk/pool/backends';
import { cancelRecycle, requestRecycle } from '@star-graph/core/desk/pool/recycle';
import { cancelWarmUp, requestWarmUp } from '@star-graph/core/desk/pool/warmUp';
import { recallPrefetched, requeueTask } from '@star-graph/core/desk/takeBack';
import { recordAct } from '@star-graph/core/ground/audit';
import type { Database } from '@star-graph/core/ground/db/connect';
import type { Attempt } from '@star-graph/core/ground/db/models/backend';
import { nextByBackend } from '@star-graph/core/work/dispatch/leader/plannedQueue';
import { cancelTask } from '@star-graph/core/work/tasks/cancelTask';
import {
  findCurrentBackends,
  listAttempts,
  listTasks,
  requireTaskWithOutputs,
  type TaskWithOutputs,
} from '@star-graph/core/work/tasks/findTasks';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { presentTasks, type TaskPresenterDeps } from '../tasks/presentTask.ts';
import { actorOf } from './actorOf.ts';
import { presentBackend } from './presentBackend.ts';

type PoolDeps = TaskPresenterDeps &
  Pick<ApiDeps, 'database' | 'clock' | 'wakeSignals' | 'keyRing' | 'catalogue' | 'plans'>;

export function createPoolHandlers(deps: PoolDeps) {
  async function present(backend: BackendWithSlots): Promise<BackendView> {
    const [view] = await presentBackends(deps, [backend]);
    if (!view) throw new Error('one backend in, one backend out');
    return view;
  }
  return defineHandlers({
    adminListBackends({ query }) {
      return pageById(query, {
        list: (page) => listBackends(deps.database, page),
        idOf: ({ backend }) => backend.id,
        present: (found) => presentBackends(deps, found),
      });
    },
    async adminCreateBackend({ body, caller }) {
      const { name, ...values } = body;
      const backend = { ...values, ...(name === undefined ? {} : { name }) };
      return present(await createBackend(deps, actorOf(caller), backend));
    },
    async adminPatchBackend({ params, body, caller }) {
      const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const changed = await changeBackend(deps, actorOf(caller), params.id, change);
      await deps.catalogue.refresh();
      return present(changed);
    },
    async adminDeleteBackend({ params, caller }) {
      await removeBackend(deps, actorOf(caller), params.id);
      await deps.catalogue.refresh();
      return undefined;
    },
    async adminClearUnfitModels({ params, caller }) {
      await clearUnfitModels(deps, actorOf(caller), params.id);
      await deps.catalogue.refresh();
      return undefined;
    },
    adminListTasks({ query }) {
      const { status, userId } = query;
      const filter = {
        ...(status === undefined ? {} : { status }),
        ...(userId === undefined ? {} : { userId }),
      };
      return pageById(query, {
        list: (page) => listTasks(deps.database, filter, page),
        idOf: ({ task }) => task.id,
        present: (found) => presentAdminTasks(deps, found),
      });
    },
    async adminGetTask({ params }) {
      const [task, attempts] = await Promise.all([
        readAdminTask(deps, params.id),
        listAttempts(deps.database, params.id),
      ]);
      return { ...task, attempts: attempts.map(presentAttempt) };
    },
    async adminCancelTask({ params, caller }) {
      await cancelTask(deps, params.id, undefined, undefined, (trx, status) =>
        recordAct(deps, trx, {
          actor: actorOf(caller),
          action: 'task.cancel',
          target: `task:${params.id}`,
          data: { before: { status }, after: { status: 'cancelled' } },
        }),
      );
      return readAdminTask(deps, params.id);
    },
    async adminMoveTask({ params, body, caller }) {
      await moveTask(deps, actorOf(caller), params.id, body.to);
      return readAdminTask(deps, params.id);
    },
    async adminRequeueTask({ params, body, caller }) {
      await requeueTask(deps, actorOf(caller), params.id, body.attempt);
      return readAdminTask(deps, params.id);
    },
    async adminWarmUpBackend({ params, body, caller }) {
      return present(await requestWarmUp(deps, actorOf(caller), params.id, body));
    },
    async adminCancelWarmUp({ params, caller }) {
      return present(await cancelWarmUp(deps, actorOf(caller), params.id));
    },
    async adminRecycleBackend({ params, caller }) {
      return present(await requestRecycle(deps, actorOf(caller), params.id));
    },
    async adminCancelRecycle({ params, caller }) {
      return present(await cancelRecycle(deps, actorOf(caller), params.id));
    },
    async adminRecallTasks({ params, caller }) {
      return { recalled: await recallPrefetched(deps, actorOf(caller), params.id) };
    },
  });
}

async function presentBackends(
  { plans, clock, catalogue }: Pick<PoolDeps, 'plans' | 'clock' | 'catalogue'>,
  found: readonly BackendWithSlots[],
): Promise<BackendView[]> {
  const plan = await plans.read();
  const next = plan && nextByBackend(plan);
  return Promise.all(
    found.map(async (item) => {
      const { id, residency } = item.backend;
      // The planner's names are those of workflows: this server may have the files under others.
      const locate = (models: readonly string[]) => catalogue.locateModels(id, models);
      const files = {
        residency: await locate(residency ?? []),
        warmUp: await locate(item.warmUp?.models ?? []),
      };
      return presentBackend(item, next?.get(id), clock.now(), files);
    }),
  );
}

async function readAdminTask(deps: PoolDeps, taskId: string): Promise<AdminTaskView> {
  const found = await requireTaskWithOutputs(deps.database, taskId, undefined);
  const [view] = await presentAdminTasks(deps, [found]);
  if (!view) throw new Error('one task in, one task out');
  return view;
}

/** A task's details for administrators: where each attempt ran, and why it failed. */
function presentAttempt(row: Attempt): AttemptView {
  const { attempt, backendId, state, promptId, fault, failure, assignedAt } = row;
  const times = { postedAt: row.postedAt, startedAt: row.startedAt, endedAt: row.endedAt };
  return {
    attempt,
    backendId,
    state,
    ...(promptId === null ? {} : { promptId }),
    ...(fault === null ? {} : { fault }),
    ...(failure === null ? {} : { failure }),
    assignedAt: assignedAt.toISOString(),
    ...Object.fromEntries(
      Object.entries(times).flatMap(([name, time]) => (time ? [[name, time.toISOString()]] : [])),
    ),
  };
}

/** A task for administrators, with its owner and backend. */
async function presentAdminTasks(
  deps: TaskPresenterDeps & { database: Database },
  found: readonly TaskWithOutputs[],
): Promise<AdminTaskView[]> {
  const tasks = found.map(({ task }) => task);
  const [views, backends] = await Promise.all([
    presentTasks(deps, found),
    findCurrentBackends(deps.database, tasks),
  ]);
  return views.flatMap((view, at) => {
    const task = tasks[at];
    if (!task) return [];
    const backendId = backends.get(task.id);
    return [{ ...view, userId: task.userId, failures: task.failures, ...(backendId ? { backendId } : {}) }];
  });
}
