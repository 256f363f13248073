import type { SignInView } from '@star-graph/contract/auth/signIn';
import { refreshAheadMs, requestRefresh } from './requestRefresh.ts';

/** What a signature covers of a request. */
export interface SignableRequest {
  method: string;
  /** The path together with its query. */
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
   * @param refused the headers that it refused; undefined: the latest.
   * @throws Unreachable when the server did not answer.
   */
  renew(refused?: Record<string, string>): Promise<boolean>;
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

/** @param signIn the answer to a request without the header Star-Graph-Session. */
export function toSessionTokens(signIn: SignInView): SessionTokens {
  const { accessToken, refreshToken, expiresIn } = signIn;
  if (refreshToken === undefined) throw new Error('The refresh token went into a cookie.');
  return { accessToken, refreshToken, expiresAtMs: Date.now() + expiresIn * 1_000 };
}

/**
 * A person's session. A refresh token works once, and again only where its answer was lost. So one caller refreshes for
 * all, under `exclusively` if others share the store.
 */
export function createSessionCredentials(
  config: { baseUrl: string; fetch?: typeof fetch },
  store: TokenStore,
): Credentials {
  let refreshing: Promise<SessionTokens | undefined> | undefined;
  let latest: Record<string, string> = {};
  const exclusively = store.exclusively ?? ((work) => work());

  const refresh = (refused: Record<string, string>): Promise<SessionTokens | undefined> => {
    refreshing ??= exclusively(async () => {
      const known = await store.load();
      // Another caller was faster.
      if (!known || (toHeaders(known).Authorization !== refused.Authorization && !isOld(known))) return known;
      const answer = await requestRefresh(config, { body: { refreshToken: known.refreshToken } });
      const renewed = answer && toSessionTokens(answer);
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
      if (tokens && isOld(tokens)) tokens = await refresh(latest);
      latest = tokens ? toHeaders(tokens) : {};
      return latest;
    },
    async renew(refused = latest) {
      return (await refresh(refused)) !== undefined;
    },
  };
}

const toHeaders = (tokens: SessionTokens) => ({ Authorization: `Bearer ${tokens.accessToken}` });

const isOld = (tokens: SessionTokens): boolean => tokens.expiresAtMs - Date.now() < refreshAheadMs;
