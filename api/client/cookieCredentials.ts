import type { SignInView } from '@star-graph/contract/auth/signIn';
import { createClient } from './client.ts';
import type { Credentials } from './credentials.ts';
import { type RefreshConfig, refreshAheadMs, requestRefresh } from './requestRefresh.ts';

/** Of every request that gives a session: the refresh token becomes a cookie, which no script can read. */
export const cookieSessionHeaders = { 'Star-Graph-Session': 'cookie' } as const;

/** As `navigator.locks`, which pages over plain HTTP do not have. */
export interface Locks {
  request<Result>(
    name: string,
    options: { signal: AbortSignal },
    work: () => Promise<Result>,
  ): Promise<Result>;
}

export interface CookieConfig extends RefreshConfig {
  locks?: Locks;
  /** Somebody else has signed in, in another tab. No request is sent until the page begins anew, or signs in. */
  onOtherPerson?: () => void;
}

export interface CookieCredentials extends Credentials {
  /** After a sign-in that was sent with `cookieSessionHeaders`. */
  accept(signIn: SignInView): void;
  /** The session is over. */
  forget(): void;
  /** Ends the session for all tabs. @throws ClientProblem, Unreachable: it has not ended. */
  logOut(): Promise<void>;
}

interface AccessToken {
  value: string;
  /** Milliseconds since 1970, by this machine's clock. */
  expiresAtMs: number;
}

/** Where nobody is signed in, the server was asked once; somebody else's session is not gone on with. */
type Standing = 'unasked' | 'signed-in' | 'signed-out' | 'other-person';

/**
 * A person's session in a page of the API's origin. The access token is in memory alone, so a page begins without one
 * and asks for it. Tabs share the cookie and with it the session: one of them refreshes at a time where the browser has
 * locks, and elsewhere the server gives simultaneous refreshes of one browser the same answer.
 */
export function createCookieCredentials(config: CookieConfig): CookieCredentials {
  let standing: Standing = 'unasked';
  let token: AccessToken | undefined;
  let person: string | undefined;
  let refreshing: Promise<AccessToken | undefined> | undefined;
  /** Counts sign-ins and sign-outs here: a refresh that began before one of them decides nothing. */
  let changes = 0;

  const keep = ({ accessToken, expiresIn, user }: SignInView): void => {
    standing = 'signed-in';
    person = user.id;
    token = { value: accessToken, expiresAtMs: Date.now() + expiresIn * 1_000 };
  };
  const end = (reason: Standing): void => {
    standing = reason;
    token = undefined;
  };

  async function refresh(): Promise<AccessToken | undefined> {
    const begun = changes;
    const answer = await exclusively(config, () =>
      requestRefresh(config, { body: {}, headers: cookieSessionHeaders }),
    );
    if (begun !== changes) return token;
    if (!answer) end('signed-out');
    else if (person === undefined || person === answer.user.id) keep(answer);
    else {
      end('other-person');
      config.onOtherPerson?.();
    }
    return token;
  }
  const refreshOnce = (): Promise<AccessToken | undefined> => {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  const credentials: CookieCredentials = {
    async headers(): Promise<Record<string, string>> {
      const isAsking = standing === 'unasked' || (token && token.expiresAtMs - Date.now() < refreshAheadMs);
      const current = isAsking ? await refreshOnce() : token;
      return current ? { Authorization: `Bearer ${current.value}` } : {};
    },
    async renew() {
      return standing !== 'other-person' && (await refreshOnce()) !== undefined;
    },
    accept(signIn) {
      changes++;
      keep(signIn);
    },
    forget() {
      changes++;
      person = undefined;
      end('signed-out');
    },
    async logOut() {
      const { baseUrl, fetch } = config;
      const client = createClient({ baseUrl, headers: () => cookieSessionHeaders, ...(fetch && { fetch }) });
      await client.logout({ body: {} });
      credentials.forget();
    },
  };
  return credentials;
}

/** A tab that the browser froze in the middle of a refresh does not hold up the others for longer. */
const lockPatienceMs = 20_000;

async function exclusively<Result>(config: CookieConfig, work: () => Promise<Result>): Promise<Result> {
  const locks: Locks | undefined = config.locks ?? globalThis.navigator?.locks;
  if (!locks) return work();
  let isGranted = false;
  const options = { signal: AbortSignal.timeout(lockPatienceMs) };
  try {
    return await locks.request(`star-graph-session ${config.baseUrl}`, options, () => {
      isGranted = true;
      return work();
    });
  } catch (error) {
    if (isGranted) throw error;
    return work();
  }
}
