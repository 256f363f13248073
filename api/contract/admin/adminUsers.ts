import { z } from 'zod';
import { roleSchema } from '../auth/signIn.ts';
import { creditsSchema, idSchema, localeSchema, printableFault, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';
import { debtSchema } from '../users/credits.ts';
import { groupNameSchema } from '../users/groups.ts';

export const adminUserSchema = z
  .object({
    id: idSchema,
    username: z.string().nullable(),
    role: roleSchema,
    locale: localeSchema,
    disabledAt: timeSchema.optional(),
    createdAt: timeSchema,
    secondFactor: z.boolean().meta({ description: 'Whether a sign-in by password needs a second factor' }),
    email: z.string().nullable().optional().meta({ description: 'Verified; shown to administrators alone' }),
    balance: z.object({ available: creditsSchema, held: creditsSchema, debt: debtSchema }),
    openTasks: z.int(),
    identities: z
      .array(z.object({ provider: z.string(), subject: z.string(), displayName: z.string().nullable() }))
      .meta({ description: 'At other services: discord, or the issuer of a provider' }),
  })
  .meta({ id: 'AdminUser' });
export type AdminUserView = z.output<typeof adminUserSchema>;
export const adminUserListSchema = pageOf(adminUserSchema);

export const adminUserQuerySchema = z.strictObject({
  ...pageQuery,
  username: z.string().max(32).optional().meta({ description: 'Begins with' }),
  identity: z
    .string()
    .regex(/^discord:[0-9]{15,20}$/, { error: 'Give discord: and a Discord user id.' })
    .optional()
    .meta({ description: 'Of the person with this name elsewhere: discord:<user id>' }),
  group: groupNameSchema.optional().meta({ description: 'Of the people in the group of this name' }),
  search: z.string().trim().min(1).max(255).optional().meta({
    description:
      'User name or displayed name begins with it; or it is the id, a Discord user id, or the subject at a provider; for administrators also the whole e-mail address',
  }),
});

export const adminUserPatchSchema = z.strictObject({
  role: roleSchema.optional(),
  disabled: z
    .boolean()
    .optional()
    .meta({ description: 'true ends all sessions, sockets, keys and unfinished tasks' }),
  reason: z.string().trim().max(200).optional().meta({ description: 'Kept in the audit log' }),
});

export const creditsChangeSchema = z.strictObject({
  amount: z
    .int()
    .min(-1_000_000_000)
    .max(1_000_000_000)
    .refine((amount) => amount !== 0, { error: 'Give or take at least 1 credit.' })
    .meta({ description: 'Negative takes credits away' }),
  reason: z.string().trim().min(1, { error: 'Say why.' }).max(200),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, { error: printableFault })
    .meta({ description: 'The same key moves credits once' }),
});
