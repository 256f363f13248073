import { z } from 'zod';
import { timeSchema } from '../fields.ts';
import { adminRoute } from './adminRoute.ts';

/** An hour is one hour, a day is one of UTC. */
export const statisticsSpans = { hour: 3_600_000, day: 86_400_000 } as const;
/** A month of hours, or more than two years of days. */
export const mostStatisticsPoints = 800;

const statisticsQuerySchema = z.strictObject({
  span: z.enum(['hour', 'day']).default('hour'),
  from: timeSchema.meta({ description: 'The first hour or day, UTC; cut down to its start' }),
  to: timeSchema.meta({ description: `The end; at most ${mostStatisticsPoints} hours or days later` }),
});
export type StatisticsQuery = z.output<typeof statisticsQuerySchema>;

const totals = {
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  cached: z.int().meta({ description: 'Of the succeeded: answered with an earlier result' }),
  meanWaitSeconds: z.number().optional().meta({ description: 'Of those that began to run' }),
  meanRunSeconds: z.number().optional(),
  gpuSeconds: z.number().meta({ description: 'Of all attempts, also those that failed' }),
};

const statisticsSchema = z
  .object({
    span: z.enum(['hour', 'day']),
    addedTo: timeSchema.optional().meta({
      description:
        'Later hours are not added up yet: an hour is, ten minutes after its end. Until then the running hour and the one before it are told as they stand',
    }),
    points: z
      .array(
        z.object({
          at: timeSchema.meta({ description: 'The start of the hour or day' }),
          tasks: z.object(totals).optional(),
          credits: z
            .array(z.object({ kind: z.string(), transfers: z.int(), amount: z.int() }))
            .meta({ description: 'By kind of transfer, signed as on statements' }),
          queue: z
            .object({
              meanWaiting: z.number(),
              mostWaiting: z.int(),
              meanRunning: z.number(),
              mostRunning: z.int(),
            })
            .optional()
            .meta({ description: 'Looked at once a minute' }),
        }),
      )
      .meta({ description: 'Oldest first; without those in which nothing happened' }),
    models: z
      .array(z.object({ workflow: z.string(), model: z.string(), ...totals }))
      .meta({ description: 'Of the whole time, most GPU time first, at most 100' }),
  })
  .meta({ id: 'Statistics' });
export type StatisticsView = z.output<typeof statisticsSchema>;

export const statisticsRoutes = {
  adminGetStatistics: adminRoute('statistics', {
    method: 'get',
    summary: 'Read tasks, GPU time, queue and credits over time',
    query: statisticsQuerySchema,
    success: { status: 200, description: 'Sums by hour or day', body: statisticsSchema },
    keyScope: 'admin:pool',
  }),
};
