import type { Session } from '@star-graph/core/db/models/session';
import { Problem } from '@star-graph/core/errors';
import { type AccountDeps, registerAccount, signIn } from '@star-graph/core/identity/accounts/accounts';
import { useLinkCode } from '@star-graph/core/identity/accounts/linkCodes';
import { refreshSession } from '@star-graph/core/identity/credentials/refreshSession';
import {
  endSessionOf,
  endSessions,
  listSessions,
  type SignIn,
} from '@star-graph/core/identity/credentials/sessions';
import { isId } from '@star-graph/core/runtime/ids';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import type { SessionView } from '../../contract/auth/sessions.ts';
import type { SignInView } from '../../contract/auth/signIn.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

export const userAgentOf = (ctx: ApiContext): string => ctx.get('user-agent');

/** Tokens must not stay in a cache between here and the client. */
export function presentSignIn(ctx: ApiContext, { account, ...tokens }: SignIn): SignInView {
  ctx.set('Cache-Control', 'no-store');
  const { id, username, role, locale } = account;
  return { ...tokens, user: { id, username, role, locale } };
}

/** @param current the session that asks. */
export const presentSession = (
  { id, userAgent, createdAt, usedAt, expiresAt }: Session,
  current: string | undefined,
): SessionView => ({
  id,
  userAgent,
  createdAt: createdAt.toISOString(),
  usedAt: usedAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  current: id === current,
});

export const createAuthHandlers = (
  deps: AccountDeps & Pick<ApiDeps, 'oidcClients' | 'publicUrl' | 'inviteThrottle'>,
) =>
  defineHandlers({
    async register({ body, ctx }) {
      const typed = { ...body, userAgent: userAgentOf(ctx), address: ctx.state.address };
      return presentSignIn(ctx, await registerAccount(deps, typed));
    },
    async login({ body, ctx }) {
      const typed = { ...body, userAgent: userAgentOf(ctx), address: ctx.state.address };
      return presentSignIn(ctx, await signIn(deps, typed));
    },
    async refresh({ body, ctx }) {
      return presentSignIn(ctx, await refreshSession(deps, { ...body, userAgent: userAgentOf(ctx) }));
    },
    async logout({ body }) {
      await endSessionOf(deps, body.refreshToken);
      return undefined;
    },
    async link({ body, caller, ctx }) {
      const joining = caller && caller.kind !== 'service' ? caller : undefined;
      const use = { code: body.code, userAgent: userAgentOf(ctx), address: ctx.state.address };
      return presentSignIn(
        ctx,
        await useLinkCode(deps, { ...use, ...(joining === undefined ? {} : { joining }) }),
      );
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
        present: (sessions) => sessions.map((session) => presentSession(session, current)),
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
