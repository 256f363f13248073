import { z } from 'zod';
import { creditsSchema, localizedTextSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';
import { taskTypeSchema } from '../tasks/tasks.ts';

/** A workflow as a form needs it. */
export const workflowSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    type: taskTypeSchema,
    title: localizedTextSchema,
    description: localizedTextSchema,
    outputKind: z.enum(['image', 'video']),
    params: z.record(z.string(), z.unknown()).meta({
      description: 'JSON Schema of the parameters, with defaults, limits and the names the pool offers',
    }),
    exampleCost: creditsSchema.meta({ description: 'Credits for nothing but the required parameters' }),
    available: z.boolean().meta({ description: 'Whether requests are accepted now' }),
    waiting: z
      .boolean()
      .meta({ description: 'Requests are accepted, and wait for a GPU server that is away at the moment' }),
    reason: z.string().optional().meta({
      description: 'Why it is not available, waits, or runs with some of its choices alone, in a sentence',
    }),
  })
  .meta({ id: 'Workflow' });
export type WorkflowView = z.output<typeof workflowSchema>;
export const workflowListSchema = pageOf(workflowSchema);
