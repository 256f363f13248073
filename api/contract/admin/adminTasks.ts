import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';
import { taskSchema, taskStatusSchema } from '../tasks/tasks.ts';

export const adminTaskSchema = taskSchema
  .extend({ userId: idSchema, failures: z.int(), backendId: idSchema.optional() })
  .meta({ id: 'AdminTask' });
export type AdminTaskView = z.output<typeof adminTaskSchema>;

const attemptSchema = z
  .object({
    attempt: z.int(),
    backendId: idSchema,
    state: z.enum(['assigned', 'posted', 'running', 'ended']),
    promptId: z.string().optional().meta({ description: 'Its id on the GPU server' }),
    fault: z.string().optional().meta({ description: 'Why it did not succeed' }),
    failure: z
      .object({
        nodeId: z.string().optional(),
        nodeType: z.string().optional(),
        message: z.string(),
        models: z.array(z.string()).meta({ description: 'Model files of the graph, as folder/name' }),
      })
      .optional()
      .meta({ description: 'What the node that failed said, without paths of the server' }),
    assignedAt: timeSchema,
    postedAt: timeSchema.optional(),
    startedAt: timeSchema.optional(),
    endedAt: timeSchema.optional(),
  })
  .meta({ id: 'Attempt' });
export type AttemptView = z.output<typeof attemptSchema>;

export const adminTaskDetailSchema = adminTaskSchema
  .extend({ attempts: z.array(attemptSchema).meta({ description: 'The newest, at most 50, oldest first' }) })
  .meta({ id: 'AdminTaskDetail' });
export type AdminTaskDetailView = z.output<typeof adminTaskDetailSchema>;
export const adminTaskListSchema = pageOf(adminTaskSchema);

export const adminTaskQuerySchema = z.strictObject({
  ...pageQuery,
  status: taskStatusSchema.optional(),
  userId: idSchema.optional(),
});

export const moveSchema = z.strictObject({
  to: z.enum(['front', 'line']).meta({
    description:
      'front: before all tasks that wait, behind what was moved there earlier. line: back to its place among its person’s tasks',
  }),
});

export const requeueSchema = z.strictObject({
  attempt: z.int().min(1).meta({
    description: 'The attempt to stop; if the task has gone on to a later one, nothing is done',
  }),
});
