import { z } from 'zod';
import { adminRoute } from '../admin/adminRoute.ts';
import { idParamsSchema, idSchema, instantSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuerySchema } from '../pages.ts';

const inviteSchema = z
  .object({
    id: idSchema,
    note: z.string(),
    uses: z.int().meta({ description: 'How many accounts it makes' }),
    used: z.int().meta({ description: 'How many it made' }),
    expiresAt: timeSchema.optional(),
    withdrawnAt: timeSchema.optional(),
    createdAt: timeSchema,
  })
  .meta({ id: 'Invite' });
export type InviteView = z.output<typeof inviteSchema>;

const newInviteSchema = z
  .strictObject({
    note: z.string().trim().min(1).max(200).meta({ description: 'For administrators alone' }),
    uses: z.int().min(1).max(1_000_000).default(1),
    expiresAt: instantSchema.optional(),
  })
  .meta({ id: 'NewInvite' });

const createdInviteSchema = inviteSchema
  .extend({ code: z.string().meta({ description: 'It is never shown again' }) })
  .meta({ id: 'CreatedInvite' });

/** Codes that registering needs while REGISTRATION is `invited`. */
export const inviteRoutes = {
  adminCreateInvite: adminRoute('invites', {
    method: 'post',
    summary: 'Make an invite code',
    body: newInviteSchema,
    success: { status: 201, description: 'The invite with its code', body: createdInviteSchema },
    keyScope: 'admin:people',
    needsPresence: true,
  }),
  adminListInvites: adminRoute('invites', {
    method: 'get',
    summary: 'List invites',
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first, without codes', body: pageOf(inviteSchema) },
    keyScope: 'admin:people',
  }),
  adminWithdrawInvite: adminRoute('invites/{id}', {
    method: 'delete',
    summary: 'Withdraw an invite',
    params: idParamsSchema,
    success: { status: 204, description: 'Nobody can register by it any more' },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
};
