import { idParamsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { passwordChangeSchema, passwordResetSchema } from './passwords.ts';
import { signInProvidersSchema } from './providers.ts';
import { sessionListSchema } from './sessions.ts';
import { linkSchema, loginSchema, refreshSchema, registerSchema, signInSchema } from './signIn.ts';

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
  }),
  logout: route({
    method: 'post',
    path: `${auth}/logout`,
    auth: 'none',
    tag: 'auth',
    summary: 'End the session of a refresh token',
    body: refreshSchema,
    success: { status: 204, description: 'The session, its access token and its sockets have ended' },
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
    makesCredential: true,
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
    makesCredential: true,
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
