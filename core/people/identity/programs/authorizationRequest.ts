import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { Env } from '../../../ground/config/config.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import {
  type DocumentDeps,
  isOwnRedirect,
  type ProgramClient,
  readClientDocument,
} from './clientDocument.ts';
import { OAuthFault } from './oauthFault.ts';
import { isRegistered, readRegistration } from './registrations.ts';

/** What a program may be let in for. */
export const programScopes = [
  'tasks:read',
  'tasks:write',
  'assets',
  'account:read',
] as const satisfies KeyScope[];
export type ProgramScope = (typeof programScopes)[number];

/** Who answers, and for what. */
export interface AuthorizationServer {
  issuer: string;
  resource: string;
}

/** A request of a program to be let in, whose every part was checked. */
export interface AuthorizationRequest {
  client: ProgramClient;
  redirectUri: string;
  state: string | null;
  scopes: readonly ProgramScope[];
  challenge: string;
  resource: string;
}

/** Where the browser goes on, with an answer for the program. */
interface RedirectAnswer {
  redirectTo: string;
}

/**
 * Reads what a program wrote into the address of the page. What is wrong with the program itself is told to the person
 * alone: there is no address that could be trusted with an answer. All else the program is told.
 * @throws Problem `invalid-params`.
 */
export async function readAuthorizationRequest(
  deps: DocumentDeps & { database: Database; clock: Clock; config: Pick<Env, 'PROGRAM_REDIRECTS'> },
  server: AuthorizationServer,
  query: string,
): Promise<AuthorizationRequest | RedirectAnswer> {
  const params = new URLSearchParams(query);
  const clientId = params.get('client_id') ?? '';
  const client = await (isRegistered(clientId) ? readRegistration : readClientDocument)(deps, clientId);
  const redirectUri = params.get('redirect_uri') ?? '';
  const isAsked = params.getAll('redirect_uri').length === 1;
  if (!isAsked || !isOwnRedirect(client, redirectUri, deps.config.PROGRAM_REDIRECTS))
    throw new Problem(
      'invalid-params',
      'The program wants to be answered at an address that is not its own, or that the operator has not listed in PROGRAM_REDIRECTS. Nothing was let in.',
    );
  const state = params.get('state');
  try {
    return { client, redirectUri, state, ...readParts(params, server) };
  } catch (error) {
    if (error instanceof OAuthFault) return refuseProgram(server, { redirectUri, state }, error);
    throw error;
  }
}

const challengePattern = /^[A-Za-z0-9_-]{43}$/;

function readParts(
  params: URLSearchParams,
  server: AuthorizationServer,
): Pick<AuthorizationRequest, 'scopes' | 'challenge' | 'resource'> {
  for (const name of new Set(params.keys()))
    if (params.getAll(name).length > 1) throw new OAuthFault('invalid_request', `${name} is repeated`);
  if (params.get('response_type') !== 'code')
    throw new OAuthFault('unsupported_response_type', 'response_type has to be code');
  const challenge = params.get('code_challenge') ?? '';
  if (params.get('code_challenge_method') !== 'S256' || !challengePattern.test(challenge))
    throw new OAuthFault('invalid_request', 'code_challenge is needed, with code_challenge_method S256');
  requireOwnResource(server, params.get('resource') ?? undefined);
  const asked = (params.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const scopes = programScopes.filter((scope) => asked.length === 0 || asked.includes(scope));
  // Programs ask for scopes of other platforms too, such as offline_access. What is given stands in the answer.
  if (scopes.length === 0) throw new OAuthFault('invalid_scope', `scope may be ${programScopes.join(' ')}`);
  return { scopes, challenge, resource: server.resource };
}

/**
 * Several programs leave the resource out, name the platform itself, or add a slash; there is only one to mean.
 * @throws OAuthFault `invalid_target`.
 */
export function requireOwnResource(server: AuthorizationServer, asked: string | undefined): void {
  if (asked === undefined) return;
  const named = asked.replace(/\/$/, '');
  if (named !== server.resource && named !== server.issuer)
    throw new OAuthFault('invalid_target', `resource has to be ${server.resource}`);
}

type Asker = Pick<AuthorizationRequest, 'redirectUri' | 'state'>;

export const refuseProgram = (
  server: AuthorizationServer,
  asker: Asker,
  { code, description }: OAuthFault,
): RedirectAnswer => answerProgram(server, asker, { error: code, error_description: description });

/** With the issuer, so that a program that knows several takes the answer of one for no other's (RFC 9207). */
export function answerProgram(
  { issuer }: AuthorizationServer,
  { redirectUri, state }: Asker,
  answer: Record<string, string>,
): RedirectAnswer {
  const url = new URL(redirectUri);
  const parts = { ...answer, ...(state === null ? {} : { state }), iss: issuer };
  for (const [name, value] of Object.entries(parts)) url.searchParams.set(name, value);
  return { redirectTo: url.href };
}
