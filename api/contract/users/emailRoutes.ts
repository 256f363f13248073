import { route } from '../route.ts';
import { emailChangeSchema, emailTokenSchema, mailedResetSchema, ownEmailSchema } from './email.ts';

const email = '/api/v1/users/email';

/** A person's e-mail address, and what is done by it. */
export const emailRoutes = {
  getEmail: route({
    method: 'get',
    path: email,
    auth: 'user',
    tag: 'users',
    summary: 'Read your e-mail address',
    success: { status: 200, description: 'Yours, and one that waits for its link', body: ownEmailSchema },
  }),
  changeEmail: route({
    method: 'put',
    path: email,
    auth: 'user',
    tag: 'users',
    summary: 'Have a link sent to a new e-mail address of yours, which counts once the link is used',
    body: emailChangeSchema,
    success: { status: 200, description: 'The same for every address', body: ownEmailSchema },
    problems: ['second-factor-needed', 'forbidden'],
    needsSession: true,
  }),
  deleteEmail: route({
    method: 'delete',
    path: email,
    auth: 'user',
    tag: 'users',
    summary: 'Remove your e-mail address',
    success: { status: 204, description: 'Removed, with unused links' },
    problems: ['not-found'],
    needsPresence: true,
  }),
  verifyEmail: route({
    method: 'post',
    path: '/api/v1/auth/email-verification',
    auth: 'none',
    tag: 'auth',
    summary: 'Verify an e-mail address by the link that was sent to it',
    body: emailTokenSchema,
    success: { status: 204, description: 'Verified; the link is used up' },
    problems: ['unauthenticated', 'forbidden'],
  }),
  mailPasswordReset: route({
    method: 'post',
    path: '/api/v1/auth/password-resets/by-mail',
    auth: 'none',
    tag: 'auth',
    summary: 'Have a link for a new password sent to a verified e-mail address',
    body: mailedResetSchema,
    success: { status: 204, description: 'If the address is known, a message is sent' },
    problems: ['forbidden'],
  }),
};
