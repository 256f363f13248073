import { liveSettingSchemas, maintenanceSchema } from '@star-graph/workflows/shared/liveSettings';
import { z } from 'zod';
import { creditsSchema } from '../fields.ts';

export const poolStateSchema = z
  .object({
    backends: z.int().meta({ description: 'GPU servers that take work' }),
    backendsUp: z.int(),
    queuedTasks: z.int(),
    runningTasks: z.int(),
    paused: z.boolean().optional().meta({
      description: 'Whether the operator paused the queue: tasks are accepted, and wait until it goes on',
    }),
  })
  .meta({ id: 'PoolState' });

export const statusSchema = z
  .object({
    version: z.string(),
    apiVersion: z.string(),
    minClient: z.string().meta({ description: 'Clients older than this are told to update' }),
    registration: z.enum(liveSettingSchemas.REGISTRATION.options),
    maintenance: maintenanceSchema
      .optional()
      .meta({ description: 'Present while nothing new is accepted, and why' }),
    explore: z.boolean().meta({ description: 'Whether people see what others here have published' }),
    doors: z
      .object({
        sdapi: z.boolean(),
        graph: z
          .enum(liveSettingSchemas.GRAPH_DOOR.options)
          .meta({ description: 'The least role that may come in' }),
      })
      .meta({ description: 'Which doors for other programs are open, of those with ports of their own' }),
    textModel: z
      .object({ cost: creditsSchema.meta({ description: 'Credits for one text' }) })
      .optional()
      .meta({ description: 'Present where a text model expands prompts and describes pictures' }),
    activity: z
      .object({
        applicationId: z.string(),
        url: z.url().meta({ description: 'Where the console is outside Discord' }),
        filesFrom: z.url().meta({ description: 'Where links to files lead' }),
      })
      .optional()
      .meta({ description: 'The Discord application in which the console opens; absent: it does in none' }),
    guide: z
      .url()
      .optional()
      .meta({ description: 'Where the documentation is; absent: it was not built here' }),
    pool: poolStateSchema,
  })
  .meta({ id: 'Status' });
export type StatusView = z.output<typeof statusSchema>;

export const readinessSchema = z
  .object({
    ready: z.boolean(),
    dependencies: z.array(
      z.object({
        name: z.enum(['database', 'schema', 'keys', 'redis']),
        ok: z.boolean(),
        needed: z.boolean().meta({ description: 'Without it the process takes no requests' }),
        reason: z.string().optional().meta({ description: 'What is wrong, in a sentence' }),
      }),
    ),
  })
  .meta({ id: 'Readiness' });
export type ReadinessView = z.output<typeof readinessSchema>;
