import { createHmac } from 'node:crypto';
import * as library from 'openid-client';
import type { OidcProvider } from '../../../ground/config/oidcEnv.ts';
import { isSameHash } from '../../../ground/encryption/secrets.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { createFreshView } from '../../../ground/runtime/freshView.ts';
import { cleanName } from '../shownName.ts';
import { createProviderFetch, type ProviderBounds } from './providerFetch.ts';

/** The person as the provider describes them. */
export interface OidcPerson {
  /** One subject of one issuer is one person, for ever. */
  issuer: string;
  subject: string;
  displayName: string | null;
  groups: readonly string[];
}

/** The provider and this platform did not come to an agreement. The message is for the log, and has no secret. */
export class ProviderFault extends Error {
  override name = 'ProviderFault';
  /** The provider sent the person back without a code: they said no, for example. */
  readonly isDeclined: boolean;

  constructor(message: string, { isDeclined = false } = {}) {
    super(message);
    this.isDeclined = isDeclined;
  }
}

export interface OidcClient {
  provider: OidcProvider;
  /**
   * The address at the provider that the browser goes to.
   * @param secret of this browser and this sign-in: state, nonce and PKCE verifier are derived from it.
   * @throws ProviderFault
   */
  begin(secret: string): Promise<URL>;
  /** Whether the browser comes back from the sign-in of this secret. */
  isReturnOf(secret: string, query: string): boolean;
  /**
   * The person who came back.
   * @param query of the address that the provider sent the browser to.
   * @throws ProviderFault
   */
  finish(secret: string, query: string): Promise<OidcPerson>;
}

/** Providers change their addresses rarely, and their keys at any time: keys are read anew for each sign-in. */
const metadataLifeMs = 5 * 60_000;
const clockToleranceSeconds = 30;

export function createOidcClient(
  deps: { clock: Pick<Clock, 'monotonicMs'> },
  provider: OidcProvider,
  { publicUrl, bounds }: { publicUrl: string; bounds?: ProviderBounds },
): OidcClient {
  const redirectUri = `${publicUrl}/sign-in/${provider.name}/callback`;
  const fetch = createProviderFetch(
    new Set([new URL(provider.issuer).origin, ...provider.origins]),
    bounds,
  ) as library.CustomFetch;
  const metadata = createFreshView(deps, metadataLifeMs, async () => {
    const config = await library.discovery(
      new URL(provider.issuer),
      provider.clientId,
      undefined,
      undefined,
      {
        [library.customFetch]: fetch,
        execute: isPlain(provider) ? [library.allowInsecureRequests] : [],
      },
    );
    return config.serverMetadata();
  });
  const configure = async () => createConfiguration(provider, fetch, await metadata.read());

  return {
    provider,
    begin: (secret) =>
      explained(async () => {
        const address = library.buildAuthorizationUrl(await configure(), {
          redirect_uri: redirectUri,
          scope: provider.scopes.join(' '),
          state: derive(secret, 'state'),
          nonce: derive(secret, 'nonce'),
          code_challenge: await library.calculatePKCECodeChallenge(derive(secret, 'verifier')),
          code_challenge_method: 'S256',
        });
        const isSafe = address.protocol === 'https:' || (isPlain(provider) && address.protocol === 'http:');
        if (!isSafe) throw new ProviderFault('the provider’s authorization endpoint is not an https address');
        return address;
      }),
    isReturnOf: (secret, query) =>
      isSameHash(new URLSearchParams(query).get('state') ?? '', derive(secret, 'state')),
    finish: (secret, query) =>
      explained(async () => {
        const config = await configure();
        const tokens = await library.authorizationCodeGrant(config, new URL(`${redirectUri}?${query}`), {
          expectedState: derive(secret, 'state'),
          expectedNonce: derive(secret, 'nonce'),
          pkceCodeVerifier: derive(secret, 'verifier'),
          idTokenExpected: true,
        });
        const proven = tokens.claims();
        if (!proven) throw new ProviderFault('the provider gave no ID token');
        // Many providers tell groups only here.
        const more = config.serverMetadata().userinfo_endpoint
          ? await library.fetchUserInfo(config, tokens.access_token, proven.sub)
          : {};
        return describePerson(provider, { ...more, ...proven });
      }),
  };
}

const isPlain = ({ issuer }: OidcProvider): boolean => issuer.startsWith('http:');

/** 43 letters of base64url, as PKCE wants; none of the three tells another. */
const derive = (secret: string, what: 'state' | 'nonce' | 'verifier'): string =>
  createHmac('sha256', secret).update(`oidc ${what}`).digest('base64url');

/** A new one for each sign-in, since the library keeps the provider's keys with it. */
function createConfiguration(
  provider: OidcProvider,
  fetch: library.CustomFetch,
  metadata: library.ServerMetadata,
): library.Configuration {
  const { clientId, clientSecret, clientAuthentication } = provider;
  const secretly = { basic: library.ClientSecretBasic, post: library.ClientSecretPost }[clientAuthentication];
  const config = new library.Configuration(
    metadata,
    clientId,
    { [library.clockTolerance]: clockToleranceSeconds },
    clientSecret === undefined ? library.None() : secretly(clientSecret),
  );
  config[library.customFetch] = fetch;
  // Signatures too: otherwise whoever answers for the token endpoint could claim to be anybody.
  library.enableNonRepudiationChecks(config);
  if (isPlain(provider)) library.allowInsecureRequests(config);
  return config;
}

/** The library's errors hold answers and parameters, some of them secret: only their kind goes on. */
async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderFault) throw error;
    if (error instanceof library.AuthorizationResponseError)
      throw new ProviderFault('the provider sent the person back without a code', { isDeclined: true });
    if (error instanceof library.ResponseBodyError)
      throw new ProviderFault(
        `the provider refused: ${/^[a-z_]{1,40}$/.exec(error.error)?.[0] ?? 'in other words'}`,
      );
    if (error instanceof library.ClientError) throw new ProviderFault(reasonOf(error));
    // What the provider's document says, before anything is sent.
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      throw new ProviderFault(`the provider's document cannot be used: ${error.code}`);
    throw error;
  }
}

/** The library's own sentences are constants; those of causes may quote an answer, except our own and Node's codes. */
function reasonOf(error: library.ClientError): string {
  const { cause } = error;
  const isOurs = cause instanceof Error && cause.message.startsWith('the provider');
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return [isOurs ? cause.message : error.message, error.code ?? code]
    .filter((part) => part !== '')
    .join(': ');
}

const mostGroups = 1_000;

function describePerson(provider: OidcProvider, claims: Record<string, unknown>): OidcPerson {
  const { sub } = claims;
  // Without spaces, which the database does not tell apart at an end.
  if (typeof sub !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(sub))
    throw new ProviderFault('the provider’s subject is not 1 to 255 printable ASCII characters');
  const name = [claims.name, claims.preferred_username].find((one) => typeof one === 'string');
  return {
    issuer: provider.issuer,
    subject: sub,
    displayName: (typeof name === 'string' && cleanName(name, 100)) || null,
    groups: readGroups(claims, provider.groupClaim),
  };
}

/** @param claim a name, or a path such as `realm_access.roles`, as Keycloak has it. */
function readGroups(claims: Record<string, unknown>, claim: string | undefined): string[] {
  if (claim === undefined) return [];
  const inside = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? (value as Record<string, unknown>)[key]
      : undefined;
  const value = inside(claims, claim) ?? claim.split('.').reduce<unknown>(inside, claims);
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === 'string').slice(0, mostGroups);
}
