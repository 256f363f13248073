import { z } from 'zod';
import { roleSchema } from '../auth/signIn.ts';
import { timeSchema } from '../fields.ts';

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
  openTasks: z
    .int()
    .min(1)
    .max(mostTasks)
    .nullable()
    .meta({ description: 'Unfinished tasks that each person may have; null: as OPEN_TASKS_PER_USER says' }),
  simultaneousTasks: z.int().min(1).max(mostTasks).nullable().meta({
    description:
      'How many of them are on GPU servers at once, running or next there; the others wait. null: no limit',
  }),
};

/** What each person of a role may have of the pool. */
export const rolePolicySchema = z
  .object({
    role: roleSchema,
    version: z.int().meta({ description: 'Raised by each change; 0: it was never set' }),
    ...policy,
    dailyGrant,
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
  })
  .meta({ id: 'NewRolePolicy' });

export const roleParamsSchema = z.strictObject({ role: roleSchema });
