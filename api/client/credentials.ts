import type { SignInView } from '../contract/auth/signIn.ts';
import { ClientProblem, requireProblem, Unreachable } from './clientProblem.ts';

/** What a signature covers of a request. */
export interface SignableRequest {
  method: string;
  /** With its query. */
  path: string;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** The person or key that the client speaks for. */
export interface Credentials {
  /** Headers of REST, SSE and STOMP's CONNECT; empty without a credential. @param request undefined for a CONNECT. */
  headers(request?: SignableRequest): Promise<Record<string, string>>;
  /** The body of a request has to be known before it is sent: no form and no stream. */
  readonly signs?: true;
  /**
   * The server refused the credential: true when there is a newer one to try. Simultaneous calls share one refresh.
   * @throws Unreachable when the server did not answer.
   */
  renew(): Promise<boolean>;
}

export const anonymous: Credentials = {
  headers: async () => ({}),
  renew: async () => false,
};

/**
 * @param key.actFor `discord:<snowflake>`, with a service key only.
 * @param key.place the place in a Discord server, as `formatPlace` writes it, with a service key only.
 */
export function createKeyCredentials(key: { apiKey: string; actFor?: string; place?: string }): Credentials {
  const headers = {
    Authorization: `Bearer ${key.apiKey}`,
    ...(key.actFor === undefined ? {} : { 'Star-Graph-Act-For': key.actFor }),
    ...(key.place === undefined ? {} : { 'Star-Graph-Place': key.place }),
  };
  return { headers: async () => headers, renew: async () => false };
}

export interface SessionTokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since 1970, by this machine's clock. */
  expiresAtMs: number;
}

/** Where a session's tokens live between runs: the storage of a browser, a file. */
export interface TokenStore {
  load(): Promise<SessionTokens | undefined>;
  /** Undefined: the session is over. */
  save(tokens: SessionTokens | undefined): Promise<void>;
  /** If several processes or tabs share the store: lets one of them refresh at a time. */
  exclusively?<T>(work: () => Promise<T>): Promise<T>;
}

export const toSessionTokens = (signIn: SignInView): SessionTokens => ({
  accessToken: signIn.accessToken,
  refreshToken: signIn.refreshToken,
  expiresAtMs: Date.now() + signIn.expiresIn * 1_000,
});

/** Refreshed this long before the end, so that a request does not arrive with a token that has just expired. */
const refreshAheadMs = 30_000;
const refreshTimeoutMs = 15_000;

/**
 * A person's session. A refresh token works once; only its answer may be requested again, for a short time. So one
 * caller refreshes for all, under `exclusively` if others share the store.
 */
export function createSessionCredentials(
  config: { baseUrl: string; fetch?: typeof fetch },
  store: TokenStore,
): Credentials {
  let refreshing: Promise<SessionTokens | undefined> | undefined;
  let usedToken: string | undefined;
  const exclusively = store.exclusively ?? ((work) => work());

  const refresh = (): Promise<SessionTokens | undefined> => {
    refreshing ??= exclusively(async () => {
      const known = await store.load();
      // Another caller was faster.
      if (!known || (known.accessToken !== usedToken && !isOld(known))) return known;
      const renewed = await requestTokens(config, known.refreshToken);
      await store.save(renewed);
      return renewed;
    }).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  return {
    async headers(): Promise<Record<string, string>> {
      let tokens = await store.load();
      if (tokens && isOld(tokens)) tokens = await refresh();
      usedToken = tokens?.accessToken;
      return tokens ? { Authorization: `Bearer ${tokens.accessToken}` } : {};
    },
    async renew() {
      return (await refresh()) !== undefined;
    },
  };
}

const isOld = (tokens: SessionTokens): boolean => tokens.expiresAtMs - Date.now() < refreshAheadMs;

/** @returns undefined when the session is over. */
async function requestTokens(
  config: { baseUrl: string; fetch?: typeof fetch },
  refreshToken: string,
): Promise<SessionTokens | undefined> {
  const send = config.fetch ?? fetch;
  const response = await send(`${config.baseUrl}/api/v1/auth/refresh`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
    signal: AbortSignal.timeout(refreshTimeoutMs),
  }).catch((error: unknown) => {
    throw new Unreachable('The session could not be refreshed: the server does not answer.', {
      cause: error,
    });
  });
  if (response.ok) return toSessionTokens(await readSignIn(response));
  const problem = await requireProblem(response);
  if (problem.code === 'unauthenticated' || problem.code === 'refresh-reused') return undefined;
  throw new ClientProblem(problem.problem, problem.retryAfterSeconds);
}

/** @throws Unreachable when something else answered: a page with status 200 must not end a session. */
async function readSignIn(response: Response): Promise<SignInView> {
  const body: unknown = await response.json().catch(() => undefined);
  const { accessToken, refreshToken, expiresIn } = (body ?? {}) as Partial<Record<keyof SignInView, unknown>>;
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string' || typeof expiresIn !== 'number')
    throw new Unreachable('The session could not be refreshed: something else answers in place of the API.');
  return body as SignInView;
}
