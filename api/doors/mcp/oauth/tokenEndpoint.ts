import { bodyParser } from '@koa/bodyparser';
import { exchangeCode, type ProgramDeps, type ProgramTokens } from '@star-graph/core/identity/programs/letIn';
import { OAuthFault } from '@star-graph/core/identity/programs/oauthFault';
import { refreshProgram, revokeProgram } from '@star-graph/core/identity/programs/refreshProgram';
import { z } from 'zod';
import type { ApiContext, ApiMiddleware } from '../../../apiContext.ts';
import { authorizationServerOf } from '../../../routes/users/authorizationServer.ts';
import type { DoorDeps } from '../../doorDeps.ts';

type Deps = ProgramDeps & Pick<DoorDeps, 'publicUrl' | 'rateLimits'>;

const text = z.string().min(1).max(2_000);
const tokenSchema = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('authorization_code'),
    ...{ code: text, client_id: text, redirect_uri: text, resource: text },
    code_verifier: z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/),
  }),
  z.object({
    grant_type: z.literal('refresh_token'),
    ...{ refresh_token: text, client_id: text, resource: text.optional() },
  }),
]);
const revocationSchema = z.object({ token: text, client_id: text });

const readForm = bodyParser({
  enableTypes: ['form'],
  formLimit: '20kb',
  parsedMethods: ['POST'],
  onError: () => {
    throw new OAuthFault('invalid_request', 'the body is not a form');
  },
});

/** Gives a program its tokens: for a person's code, or for the last refresh token. */
export function giveTokens(deps: Deps): ApiMiddleware[] {
  const { resource } = authorizationServerOf(deps.publicUrl);
  return endpoint(deps, async (ctx) => {
    const asked = parse(tokenSchema, ctx);
    const wanted = asked.resource ?? resource;
    if (wanted !== resource) throw new OAuthFault('invalid_target', `resource has to be ${resource}`);
    const tokens =
      asked.grant_type === 'refresh_token'
        ? await refreshProgram(
            deps,
            { refreshToken: asked.refresh_token, clientId: asked.client_id },
            resource,
          )
        : await exchangeCode(deps, {
            ...{ code: asked.code, clientId: asked.client_id, redirectUri: asked.redirect_uri },
            ...{ verifier: asked.code_verifier, resource },
          });
    ctx.body = presentTokens(tokens);
  });
}

const presentTokens = ({ accessToken, refreshToken, expiresIn, scopes }: ProgramTokens): object => ({
  ...{ access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn },
  ...{ refresh_token: refreshToken, scope: scopes },
});

/** A program that goes away takes its tokens with it (RFC 7009). */
export function takeTokens(deps: Deps): ApiMiddleware[] {
  const { resource } = authorizationServerOf(deps.publicUrl);
  return endpoint(deps, async (ctx) => {
    const { token, client_id: clientId } = parse(revocationSchema, ctx);
    await revokeProgram(deps, { token, clientId }, resource);
    ctx.status = 200;
    ctx.body = {};
  });
}

function parse<Schema extends z.ZodType>(schema: Schema, ctx: ApiContext): z.output<Schema> {
  const { data, error } = schema.safeParse(ctx.request.body);
  if (!error) return data;
  const [issue] = error.issues;
  const name = issue?.path.join('.') ?? '';
  if (name === 'grant_type')
    throw new OAuthFault('unsupported_grant_type', 'authorization_code and refresh_token are supported');
  throw new OAuthFault('invalid_request', `${name || 'the form'} is missing or wrong`);
}

/** Counts by address, as a sign-in; answers in the words of OAuth. */
const endpoint = (deps: Deps, act: (ctx: ApiContext) => Promise<void>): ApiMiddleware[] => [
  async (ctx, next) => {
    await deps.rateLimits.countAddress(ctx.state.address);
    ctx.set('Cache-Control', 'no-store');
    try {
      await next();
    } catch (error) {
      if (!(error instanceof OAuthFault)) throw error;
      ctx.status = error.code === 'invalid_client' ? 401 : 400;
      ctx.body = { error: error.code, error_description: error.description };
    }
  },
  readForm as unknown as ApiMiddleware,
  act,
];
