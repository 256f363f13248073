import { z } from 'zod';
import { creditsSchema, idSchema, localizedTextSchema, pageOf, timeSchema } from './shared.ts';

export const poolStateSchema = z
  .object({
    backends: z.int().meta({ description: 'GPU servers that take work' }),
    backendsUp: z.int(),
    queuedTasks: z.int(),
    runningTasks: z.int(),
  })
  .meta({ id: 'PoolState' });
export type PoolStateView = z.output<typeof poolStateSchema>;

export const statusSchema = z
  .object({
    version: z.string(),
    apiVersion: z.string(),
    minClient: z.string().meta({ description: 'Clients older than this are told to update' }),
    registration: z.enum(['open', 'closed']),
    pool: poolStateSchema,
  })
  .meta({ id: 'Status' });
export type StatusView = z.output<typeof statusSchema>;

export const pricingSchema = z
  .object({
    signUpGrant: creditsSchema,
    dailyGrant: creditsSchema,
    workflows: z.array(
      z.object({
        name: z.string(),
        version: z.int(),
        exampleCost: creditsSchema.meta({
          description: 'Credits for the defaults, and a megapixel where a picture is given',
        }),
      }),
    ),
  })
  .meta({ id: 'Pricing' });
export type PricingView = z.output<typeof pricingSchema>;

export const announcementSchema = z
  .object({
    id: idSchema,
    message: localizedTextSchema,
    createdAt: timeSchema,
    expiresAt: timeSchema.optional(),
  })
  .meta({ id: 'Announcement' });
export type AnnouncementView = z.output<typeof announcementSchema>;
export const announcementListSchema = pageOf(announcementSchema);
