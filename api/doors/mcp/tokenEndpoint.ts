import { requireOwnResource } from '@star-graph/core/people/identity/programs/authorizationRequest';
import {
  exchangeCode,
  type ProgramDeps,
  type ProgramTokens,
} from '@star-graph/core/people/identity/programs/letIn';
import { OAuthFault } from '@star-graph/core/people/identity/programs/oauthFault';
import { refreshProgram, revokeProgram } from '@star-graph/core/people/identity/programs/refreshProgram';
import { z } from 'zod';
import type { ApiMiddleware } from '../../apiContext.ts';
import { authorizationServerOf } from '../../routes/users/authorizationServer.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { oauthEndpoint, parseBody } from './oauthEndpoint.ts';

type Deps = ProgramDeps & Pick<DoorDeps, 'publicUrl' | 'rateLimits'>;

const text = z.string().min(1).max(2_000);
const tokenSchema = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('authorization_code'),
    code: text,
    client_id: text,
    redirect_uri: text,
    resource: text.optional(),
    code_verifier: z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/),
  }),
  z.object({
    grant_type: z.literal('refresh_token'),
    refresh_token: text,
    client_id: text,
    resource: text.optional(),
  }),
]);
const revocationSchema = z.object({ token: text, client_id: text });

/** Gives a program its tokens: for a person's code, or for the last refresh token. */
export function giveTokens(deps: Deps): ApiMiddleware[] {
  const server = authorizationServerOf(deps.publicUrl);
  const { resource } = server;
  return oauthEndpoint(deps, form, async (ctx) => {
    const asked = parseBody(tokenSchema, ctx, wrongPart);
    requireOwnResource(server, asked.resource);
    const tokens =
      asked.grant_type === 'refresh_token'
        ? await refreshProgram(
            deps,
            { refreshToken: asked.refresh_token, clientId: asked.client_id },
            resource,
          )
        : await exchangeCode(deps, {
            code: asked.code,
            clientId: asked.client_id,
            redirectUri: asked.redirect_uri,
            verifier: asked.code_verifier,
            resource,
          });
    ctx.body = presentTokens(tokens);
  });
}

const presentTokens = ({ accessToken, refreshToken, expiresIn, scopes }: ProgramTokens): object => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: expiresIn,
  refresh_token: refreshToken,
  scope: scopes,
});

/** A program that goes away takes its tokens with it (RFC 7009). */
export function takeTokens(deps: Deps): ApiMiddleware[] {
  const { resource } = authorizationServerOf(deps.publicUrl);
  return oauthEndpoint(deps, form, async (ctx) => {
    const { token, client_id: clientId } = parseBody(revocationSchema, ctx, wrongPart);
    await revokeProgram(deps, { token, clientId }, resource);
    ctx.status = 200;
    ctx.body = {};
  });
}

const form = { type: 'form', fault: 'invalid_request' } as const;

const wrongPart = (name: string) =>
  name === 'grant_type'
    ? new OAuthFault('unsupported_grant_type', 'authorization_code and refresh_token are supported')
    : new OAuthFault('invalid_request', `${name || 'the form'} is missing or wrong`);
