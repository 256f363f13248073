import { z } from 'zod';
import { adminRoute } from '../admin/adminRoute.ts';
import { factorChangeSchema } from '../auth/secondFactor.ts';
import { idParamsSchema } from '../fields.ts';
import { route } from '../route.ts';

const adminDeletionSchema = z.strictObject({
  reason: z.string().trim().max(200).optional().meta({ description: 'Kept in the audit log' }),
});

/** The end of accounts. */
export const erasureRoutes = {
  deleteAccount: route({
    method: 'post',
    path: '/api/v1/users/deletion',
    auth: 'user',
    tag: 'users',
    summary: 'Delete your account',
    description:
      'At once: every session, key, webhook and link to a file ends, unfinished tasks are cancelled, and the user name is free. Within minutes everything that you made and wrote is erased, and what is left of your credits is lost. The ledger keeps its movements under an id without a name. An account without a password and a second factor wants a sign-in of the last ten minutes. Nothing brings it back.',
    body: factorChangeSchema,
    success: { status: 204, description: 'The account is closed' },
    problems: ['forbidden', 'second-factor-needed'],
    needsSession: true,
  }),
  adminDeleteUser: adminRoute('users/{id}/deletion', {
    method: 'post',
    summary: 'Delete an account',
    description: 'As the person would: nothing brings it back. A second call changes nothing.',
    params: idParamsSchema,
    body: adminDeletionSchema,
    success: { status: 204, description: 'The account is closed' },
    problems: ['not-found', 'forbidden'],
    needsPresence: true,
  }),
};
