import type { ProgramRequestView, ProgramView } from '@star-graph/contract/users/programs';
import type { ApiKey } from '@star-graph/core/ground/db/models/session';
import { invariant } from '@star-graph/core/ground/errors';
import { listApiKeys, revokeApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import {
  type AuthorizationRequest,
  answerProgram,
  type ProgramScope,
  readAuthorizationRequest,
  refuseProgram,
} from '@star-graph/core/people/identity/programs/authorizationRequest';
import { consentTo, type ProgramDeps, programExpiry } from '@star-graph/core/people/identity/programs/letIn';
import { OAuthFault } from '@star-graph/core/people/identity/programs/oauthFault';
import { siteOf } from '@star-graph/core/people/identity/programs/registrations';
import { noteChange } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { authorizationServerOf } from './authorizationServer.ts';
import { presentMade } from './presentMaker.ts';

export const createProgramHandlers = (
  deps: ProgramDeps & Pick<ApiDeps, 'isAllowedAddress' | 'resolve' | 'authority' | 'publicUrl' | 'config'>,
) => {
  const server = authorizationServerOf(deps.publicUrl);
  return defineHandlers({
    async readProgramRequest({ body, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const asked = await readAuthorizationRequest(deps, server, body.query);
      return 'redirectTo' in asked ? asked : presentRequest(asked);
    },
    async answerProgramRequest({ body, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const asked = await readAuthorizationRequest(deps, server, body.query);
      if ('redirectTo' in asked) return asked;
      if (!body.allow)
        return refuseProgram(server, asked, new OAuthFault('access_denied', 'the person said no'));
      const code = await consentTo(deps, caller, asked, body.creditsPerDay ?? null);
      noteChange(ctx, { userId: caller.account.id, change: 'program' });
      return answerProgram(server, asked, { code });
    },
    async listPrograms({ query, caller }) {
      const keys = await listApiKeys(deps.database, { kind: 'program', userId: caller.account.id });
      const now = deps.clock.now();
      const living = keys.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
      return pageByOffset(
        query,
        await presentMade(deps.database, living, (key) => presentProgram(deps, key)),
      );
    },
    async deleteProgram({ params, caller }) {
      await revokeApiKey(deps, { id: params.id, kind: 'program', userId: caller.account.id });
      return undefined;
    },
  });
};

function presentRequest({ client, redirectUri, scopes }: AuthorizationRequest): ProgramRequestView {
  const { protocol, host } = new URL(redirectUri);
  return {
    name: client.name,
    scopes: [...scopes],
    ...(client.host !== undefined && { host: client.host }),
    answersTo: protocol === 'https:' || protocol === 'http:' ? host : protocol.slice(0, -1),
  };
}

function presentProgram(deps: ProgramDeps, key: ApiKey): ProgramView {
  const { id, name, clientId, scopes, creditsPerDay, createdAt, usedAt, expiresAt } = key;
  invariant(clientId, 'a program has an id of its own');
  const host = siteOf(clientId);
  return {
    id,
    name,
    ...(host !== undefined && { host }),
    scopes: (scopes ?? '').split(' ') as ProgramScope[],
    ...(creditsPerDay === null ? {} : { creditsPerDay }),
    createdAt: createdAt.toISOString(),
    ...(usedAt === null ? {} : { usedAt: usedAt.toISOString() }),
    expiresAt: (expiresAt ?? programExpiry(deps)).toISOString(),
  };
}
