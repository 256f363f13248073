import { z } from 'zod';
import { roleSchema } from '../auth/signIn.ts';
import { timeSchema } from '../fields.ts';
import { countedQuotas, dailyQuotas } from './quotas.ts';

const mostTasks = 1_000_000;

const mostCredits = 1_000_000_000;

const dailyGrant = z
  .int()
  .min(0)
  .max(mostCredits)
  .nullable()
  .meta({ description: 'Credits that each person may fetch once a day; null: as DAILY_GRANT says' });

const policy = {
  weight: z
    .number()
    .min(0.01, { error: 'Give a weight from 0.01 to 100.' })
    .max(100, { error: 'Give a weight from 0.01 to 100.' })
    .meta({
      description:
        'The share of GPU-seconds of each person while others wait too; 2 is twice an ordinary one',
    }),
  ...countedQuotas,
};

/** What each person of a role may have of the pool. */
export const rolePolicySchema = z
  .object({
    role: roleSchema,
    version: z.int().meta({ description: 'Raised by each change; 0: it was never set' }),
    ...policy,
    dailyGrant,
    ...dailyQuotas,
    changedAt: timeSchema.optional(),
  })
  .meta({ id: 'RolePolicy' });
export type RolePolicyView = z.output<typeof rolePolicySchema>;

export const rolePolicyListSchema = z.object({ items: z.array(rolePolicySchema) });

export const newRolePolicySchema = z
  .strictObject({
    version: z.int().min(0).max(mostTasks).meta({ description: 'The one that you read' }),
    ...policy,
    dailyGrant: dailyGrant.default(null),
    // Clients of the previous release leave these out.
    tasksPerDay: dailyQuotas.tasksPerDay.default(null),
    gpuSecondsPerDay: dailyQuotas.gpuSecondsPerDay.default(null),
    workflows: dailyQuotas.workflows.default(null),
    models: dailyQuotas.models.default(null),
  })
  .meta({ id: 'NewRolePolicy' });

export const roleParamsSchema = z.strictObject({ role: roleSchema });
