import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import { z } from 'zod';
import { creditsSchema, localizedTextSchema, pageOf } from './shared.ts';
import { taskTypeSchema } from './tasks.ts';

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

export const modelSchema = z
  .object({
    folder: z.string().meta({ examples: ['checkpoints'] }),
    name: z.string(),
    backends: z.int().meta({ description: 'GPU servers that have it' }),
    family: z.enum(modelFamilies).optional().meta({
      description:
        'What a checkpoint or a LoRA was trained for: as administrators say, as the file says, else as its name does; absent where nothing tells',
    }),
  })
  .meta({ id: 'Model' });
export type ModelView = z.output<typeof modelSchema>;
export const modelListSchema = pageOf(modelSchema);
