import { z } from 'zod';
import { roleSchema } from '../auth/signIn.ts';
import { timeSchema } from '../fields.ts';

const mostTasks = 1_000_000;

const policy = {
  openTasks: z
    .int()
    .min(1)
    .max(mostTasks)
    .nullable()
    .meta({ description: 'Unfinished tasks that each person may have; null: as OPEN_TASKS_PER_USER says' }),
};

/** What each person of a role may have of the pool. */
export const rolePolicySchema = z
  .object({
    role: roleSchema,
    version: z.int().meta({ description: 'Raised by each change; 0: it was never set' }),
    ...policy,
    changedAt: timeSchema.optional(),
  })
  .meta({ id: 'RolePolicy' });
export type RolePolicyView = z.output<typeof rolePolicySchema>;

export const rolePolicyListSchema = z.object({ items: z.array(rolePolicySchema) });

export const newRolePolicySchema = z
  .strictObject({
    version: z.int().min(0).max(mostTasks).meta({ description: 'The one that you read' }),
    ...policy,
  })
  .meta({ id: 'NewRolePolicy' });

export const roleParamsSchema = z.strictObject({ role: roleSchema });
