import { Problem } from '@star-graph/core/ground/errors';
import { listTasks, requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { z } from 'zod';
import { taskOutput } from '../outputs.ts';
import { presentTask } from '../presentTask.ts';
import { defineTool } from '../tool.ts';
import { taskIdInput } from './waitFor.ts';

export const getResult = defineTool({
  name: 'get_result',
  title: 'Get a result',
  description:
    'A task as it is now: its state, or its results as small pictures and fresh links to the whole ones. Without taskId, the newest task of the person. Costs nothing.',
  input: z.strictObject({ taskId: taskIdInput.optional() }),
  output: taskOutput,
  scope: 'tasks:read',
  annotations: { readOnlyHint: true, openWorldHint: false },
  async run(deps, { taskId }, { visit: { caller }, signal }) {
    const userId = caller.account.id;
    if (taskId !== undefined)
      return presentTask(deps, await requireTaskWithOutputs(deps.database, taskId, userId), signal);
    const [newest] = await listTasks(deps.database, { userId }, { limit: 1 });
    if (!newest) throw new Problem('not-found', 'There is no task yet. Call generate to make one.');
    return presentTask(deps, newest, signal);
  },
});
