import { z } from 'zod';
import { idParamsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { linkPreviewSchema } from '../users/links.ts';
import { passwordChangeSchema, passwordResetSchema } from './passwords.ts';
import { sessionListSchema, signInListSchema } from './sessions.ts';
import { linkSchema, loginSchema, refreshSchema, registerSchema, signInSchema } from './signIn.ts';

const signInProvidersSchema = z
  .object({
    items: z.array(
      z.object({
        name: z.string(),
        title: z.string().meta({ description: 'For the button' }),
        url: z.string().meta({
          description:
            'Open it in a browser: it ends with a link code. `?return=` with an allowed address, and `&state=` with up to 200 of `A-Z a-z 0-9 . _ ~ -`, has the browser go there with `#code=…&state=…`',
        }),
      }),
    ),
  })
  .meta({ id: 'SignInProviders' });

const auth = '/api/v1/auth';

/** Signing in and out. */
export const authRoutes = {
  register: route({
    method: 'post',
    path: `${auth}/register`,
    auth: 'none',
    tag: 'auth',
    summary: 'Make an account and sign in',
    body: registerSchema,
    success: { status: 201, description: 'The new account, signed in', body: signInSchema },
    problems: ['forbidden'],
    sessionCookie: true,
  }),
  login: route({
    method: 'post',
    path: `${auth}/login`,
    auth: 'none',
    tag: 'auth',
    summary: 'Sign in',
    body: loginSchema,
    success: { status: 200, description: 'A new session', body: signInSchema },
    problems: ['unauthenticated', 'account-disabled', 'second-factor-needed'],
    sessionCookie: true,
  }),
  refresh: route({
    method: 'post',
    path: `${auth}/refresh`,
    auth: 'none',
    tag: 'auth',
    summary: 'Exchange a refresh token for new tokens',
    body: refreshSchema,
    success: { status: 200, description: 'The same session with new tokens', body: signInSchema },
    problems: ['unauthenticated', 'refresh-reused'],
    sessionCookie: true,
  }),
  logout: route({
    method: 'post',
    path: `${auth}/logout`,
    auth: 'none',
    tag: 'auth',
    summary: 'End the session of a refresh token',
    body: refreshSchema,
    success: { status: 204, description: 'The session, its access token and its sockets have ended' },
    sessionCookie: true,
  }),
  link: route({
    method: 'post',
    path: `${auth}/link`,
    auth: 'optional',
    tag: 'auth',
    summary: 'Use a link code: sign in to its account, or, when signed in, merge that account into yours',
    body: linkSchema,
    success: { status: 200, description: 'A new session', body: signInSchema },
    problems: ['unauthenticated', 'forbidden', 'second-factor-needed'],
    sessionCookie: true,
    needsPresence: true,
  }),
  previewLink: route({
    method: 'post',
    path: `${auth}/link/preview`,
    auth: 'user',
    tag: 'auth',
    summary: 'Read whose a link code is, before you use it',
    description:
      'The code stays as it is. Whoever is on the other side has a way into your account once you merge.',
    body: linkSchema,
    success: { status: 200, description: 'Who is on the other side', body: linkPreviewSchema },
    problems: ['unauthenticated'],
  }),
  changePassword: route({
    method: 'post',
    path: `${auth}/password`,
    auth: 'user',
    tag: 'auth',
    summary: 'Change your password',
    body: passwordChangeSchema,
    success: { status: 204, description: 'Changed; your other sessions have ended' },
    problems: ['second-factor-needed'],
    needsSession: true,
  }),
  resetPassword: route({
    method: 'post',
    path: `${auth}/password-reset`,
    auth: 'none',
    tag: 'auth',
    summary: 'Set a new password by the link of an administrator',
    body: passwordResetSchema,
    success: { status: 204, description: 'Set; all your sessions have ended' },
    problems: ['unauthenticated'],
  }),
  listSignInProviders: route({
    method: 'get',
    path: '/api/public/sign-in-providers',
    auth: 'none',
    tag: 'public',
    summary: 'List the providers of OpenID Connect that people may sign in by',
    success: { status: 200, description: 'In the operator’s order', body: signInProvidersSchema },
  }),
  listSessions: route({
    method: 'get',
    path: `${auth}/sessions`,
    auth: 'user',
    tag: 'auth',
    summary: 'List your sessions',
    query: pageQuerySchema,
    success: { status: 200, description: 'Sessions that live, newest first', body: sessionListSchema },
    beforeSecondFactor: true,
  }),
  listSignIns: route({
    method: 'get',
    path: `${auth}/sign-ins`,
    auth: 'user',
    tag: 'auth',
    summary: 'List sign-ins to your account, and tries that failed',
    query: pageQuerySchema,
    success: { status: 200, description: 'Of the last 90 days, newest first', body: signInListSchema },
    needsSession: true,
    beforeSecondFactor: true,
  }),
  deleteSessions: route({
    method: 'delete',
    path: `${auth}/sessions`,
    auth: 'user',
    tag: 'auth',
    summary: 'End all your sessions, this one too',
    success: { status: 204, description: 'Ended' },
    beforeSecondFactor: true,
  }),
  deleteSession: route({
    method: 'delete',
    path: `${auth}/sessions/{id}`,
    auth: 'user',
    tag: 'auth',
    summary: 'End one of your sessions',
    params: idParamsSchema,
    success: { status: 204, description: 'Ended' },
    problems: ['not-found'],
    beforeSecondFactor: true,
  }),
};
