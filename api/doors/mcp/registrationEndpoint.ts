import type { ProgramClient } from '@star-graph/core/people/identity/programs/clientDocument';
import { OAuthFault } from '@star-graph/core/people/identity/programs/oauthFault';
import { registerProgram } from '@star-graph/core/people/identity/programs/registrations';
import { z } from 'zod';
import type { ApiMiddleware } from '../../apiContext.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { oauthEndpoint, parseBody } from './oauthEndpoint.ts';

type Deps = Pick<DoorDeps, 'rateLimits' | 'programThrottle' | 'database' | 'clock' | 'config'>;

/** Whatever else a program says of itself means nothing here, and it is told what holds. */
const registrationSchema = z.object({
  client_name: z.string().trim().min(1).max(200).optional(),
  redirect_uris: z.array(z.string().max(500)).min(1).max(20),
});

/** Takes in a program that has no address of its own (RFC 7591). It gets no secret, whatever it asks for. */
export function registerPrograms(deps: Deps): ApiMiddleware[] {
  return oauthEndpoint(deps, { type: 'json', fault: 'invalid_client_metadata' }, async (ctx) => {
    const asked = parseBody(registrationSchema, ctx, (name) =>
      name.startsWith('redirect_uris')
        ? new OAuthFault('invalid_redirect_uri', 'redirect_uris is missing or wrong')
        : new OAuthFault('invalid_client_metadata', `${name || 'the description'} is missing or wrong`),
    );
    await deps.programThrottle.countRegistration(ctx.state.address);
    const described = { name: asked.client_name, redirectUris: asked.redirect_uris };
    ctx.status = 201;
    ctx.body = present(await registerProgram(deps, described));
  });
}

const present = ({ id, name, redirectUris }: ProgramClient): object => ({
  client_id: id,
  client_name: name,
  redirect_uris: redirectUris,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
});
