import { Problem } from '@star-graph/core/ground/errors';
import { listTasks } from '@star-graph/core/work/tasks/findTasks';
import { publishTask } from '@star-graph/core/work/tasks/publishTask';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { cancelOwnTask, readTask } from './ownTask.ts';
import { presentTasks, type TaskPresenterDeps } from './presentTask.ts';

export const createTaskHandlers = (
  deps: TaskPresenterDeps & Pick<ApiDeps, 'database' | 'clock' | 'wakeSignals'>,
) =>
  defineHandlers({
    listTasks({ query, caller }) {
      const { status, type, from, to } = query;
      const filter = {
        userId: caller.account.id,
        ...(status === undefined ? {} : { status }),
        ...(type === undefined ? {} : { type }),
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
      };
      return pageById(query, {
        list: (page) => listTasks(deps.database, filter, page),
        idOf: ({ task }) => task.id,
        present: (found) => presentTasks(deps, found),
      });
    },
    getTask: ({ params, caller }) => readTask(deps, params.id, caller.account.id),
    async patchTask({ params, caller }) {
      await publishTask(deps.database, params.id, caller.account.id);
      return readTask(deps, params.id, caller.account.id);
    },
    async cancelTask({ params, query, caller }) {
      if (query.refund !== undefined && caller.kind !== 'delegate')
        throw new Problem('forbidden', 'Only a service key may waive the share that was computed.');
      await cancelOwnTask(deps, params.id, caller, query.refund === undefined);
      return readTask(deps, params.id, caller.account.id);
    },
  });
