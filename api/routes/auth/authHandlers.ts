import type { SessionView, SignInTryView } from '@star-graph/contract/auth/sessions';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import type { Session, SignInTry } from '@star-graph/core/ground/db/models/session';
import { Problem } from '@star-graph/core/ground/errors';
import { isId } from '@star-graph/core/ground/runtime/ids';
import {
  type AccountDeps,
  registerAccount,
  signIn,
} from '@star-graph/core/people/identity/accounts/accounts';
import { useLinkCode } from '@star-graph/core/people/identity/accounts/linkCodes';
import { findLinkTarget } from '@star-graph/core/people/identity/accounts/links';
import { refreshSession } from '@star-graph/core/people/identity/credentials/refreshSession';
import {
  endSessionOf,
  endSessions,
  listSessions,
  type SessionDeps,
  type SignIn,
} from '@star-graph/core/people/identity/credentials/sessions';
import { listSignIns, type Visitor } from '@star-graph/core/people/identity/credentials/signInTries';
import { type ApiContext, noteChange } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { isFromThisMachine } from '../../middleware/clientAddress.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { presentIdentity } from '../users/presentIdentity.ts';
import { presentMade } from '../users/presentMaker.ts';
import { findRefreshToken, forgetRefreshToken, handOverRefreshToken } from './sessionCookie.ts';

const userAgentOf = (ctx: ApiContext): string => ctx.get('user-agent');

export const visitorOf = (ctx: ApiContext): Visitor => ({
  userAgent: userAgentOf(ctx),
  address: ctx.state.address,
});

/** Tokens must not stay in a cache between here and the client. */
export function presentSignIn(
  { sessionHours }: Pick<SessionDeps, 'sessionHours'>,
  ctx: ApiContext,
  { account, accessToken, refreshToken, expiresIn, newDevice }: SignIn,
): SignInView {
  ctx.set('Cache-Control', 'no-store');
  const { id, username, role, locale } = account;
  if (typeof newDevice === 'string') noteChange(ctx, { userId: id, change: 'newDevice', device: newDevice });
  return {
    accessToken,
    ...handOverRefreshToken(ctx, { refreshToken, sessionHours }),
    expiresIn,
    user: { id, username, role, locale },
  };
}

/** @param current the session that asks. */
export const presentSessions = (
  { database }: Pick<ApiDeps, 'database'>,
  sessions: readonly Session[],
  current: string | undefined,
): Promise<SessionView[]> =>
  presentMade(database, sessions, ({ id, userAgent, createdAt, usedAt, expiresAt, provenAt }) => ({
    id,
    userAgent,
    createdAt: createdAt.toISOString(),
    usedAt: usedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(provenAt === null ? { fromCode: true as const } : {}),
    current: id === current,
  }));

const presentSignInTry = ({ id, at, address, userAgent, succeeded }: SignInTry): SignInTryView => ({
  id,
  at: at.toISOString(),
  address,
  userAgent,
  succeeded: Boolean(succeeded),
});

export const createAuthHandlers = (
  deps: AccountDeps & Pick<ApiDeps, 'oidcClients' | 'publicUrl' | 'inviteThrottle'>,
) =>
  defineHandlers({
    async register({ body, ctx }) {
      const typed = { ...body, ...visitorOf(ctx) };
      return presentSignIn(deps, ctx, await registerAccount(deps, typed));
    },
    async login({ body, ctx }) {
      const typed = { ...body, ...visitorOf(ctx) };
      return presentSignIn(deps, ctx, await signIn(deps, typed));
    },
    async refresh({ body, ctx }) {
      const refreshToken = findRefreshToken(ctx, body);
      if (refreshToken === undefined)
        throw new Problem('unauthenticated', 'This browser has no session. Sign in.');
      return presentSignIn(
        deps,
        ctx,
        await refreshSession(deps, { refreshToken, userAgent: userAgentOf(ctx) }),
      );
    },
    async logout({ body, ctx }) {
      const refreshToken = findRefreshToken(ctx, body);
      if (refreshToken !== undefined) await endSessionOf(deps, refreshToken);
      forgetRefreshToken(ctx);
      return undefined;
    },
    async link({ body, caller, ctx }) {
      const joining = caller && caller.kind !== 'service' ? caller : undefined;
      const use = {
        code: body.code,
        ...visitorOf(ctx),
        isFromThisMachine: isFromThisMachine(ctx.req),
      };
      const used = await useLinkCode(deps, { ...use, ...(joining === undefined ? {} : { joining }) });
      if (used.isLinked) noteChange(ctx, { userId: used.account.id, change: 'linked' });
      return presentSignIn(deps, ctx, used);
    },
    async previewLink({ body, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const use = { code: body.code, address: ctx.state.address };
      const { account, identities } = await findLinkTarget(deps, use);
      return {
        account: account && { username: account.username, createdAt: account.createdAt.toISOString() },
        identities: identities.map(presentIdentity),
      };
    },
    async listSignInProviders() {
      const items = [...deps.oidcClients.values()].map(({ provider: { name, title } }) => ({
        name,
        title,
        url: `${deps.publicUrl}/sign-in/${name}`,
      }));
      return { items };
    },
    listSessions({ query, caller }) {
      const current = caller.kind === 'session' ? caller.sessionId : undefined;
      return pageById(query, {
        list: (page) => listSessions(deps, caller.account.id, page),
        idOf: ({ id }) => id,
        present: (sessions) => presentSessions(deps, sessions, current),
      });
    },
    listSignIns({ query, caller }) {
      return pageById(query, {
        list: (page) => listSignIns(deps, caller.account.id, page),
        idOf: ({ id }) => id,
        present: (tries) => tries.map(presentSignInTry),
      });
    },
    async deleteSessions({ caller }) {
      await endSessions(deps, { userId: caller.account.id });
      return undefined;
    },
    async deleteSession({ params, caller }) {
      const ended = isId(params.id)
        ? await endSessions(deps, { id: params.id, userId: caller.account.id })
        : 0;
      if (ended === 0) throw new Problem('not-found', 'There is no such session.');
      return undefined;
    },
  });
