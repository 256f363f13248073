import { chargedOf } from '@star-graph/core/work/tasks/charge';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { z } from 'zod';
import { cancelOwnTask } from '../../../routes/tasks/ownTask.ts';
import { taskOutput } from '../outputs.ts';
import { defineTool } from '../tool.ts';
import { taskIdInput } from './waitFor.ts';

export const cancel = defineTool({
  name: 'cancel',
  title: 'Cancel a task',
  description:
    'Ends a task that waits or runs, and gives its credits back. Of one that runs, the share that was computed may be charged, as the operator chose. This cannot be undone.',
  input: z.strictObject({ taskId: taskIdInput }),
  output: taskOutput,
  scope: 'tasks:write',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  async run(deps, { taskId }, { visit: { caller } }) {
    await cancelOwnTask(deps, taskId, caller, true);
    const { task } = await requireTaskWithOutputs(deps.database, taskId, caller.account.id);
    const charged = chargedOf(task) ?? 0;
    return {
      content: [{ type: 'text', text: `Task ${taskId} is cancelled and cost ${inCredits(charged)}.` }],
      structuredContent: { taskId, status: task.status, credits: { price: task.cost, charged } },
    };
  },
});
