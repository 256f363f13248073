import { type ApiClient, createClient } from '@star-graph/api/client/client';
import {
  createSessionCredentials,
  type TokenStore,
  toSessionTokens,
} from '@star-graph/api/client/credentials';
import type { SignInView } from '@star-graph/api/contract/auth';
import { type Account, accountItem, tokensItem } from '../storedItems.ts';

const refreshLock = 'star-graph-refresh';

/**
 * Tokens in the extension's storage. The lock belongs to the browser, not to the worker: one that was started while its
 * predecessor still refreshed waits for it, and a refresh token is used once.
 */
const tokenStore: TokenStore = {
  load: async () => (await tokensItem.getValue()) ?? undefined,
  async save(tokens) {
    if (tokens) await tokensItem.setValue(tokens);
    else await tokensItem.removeValue();
  },
  exclusively: async (work) => await navigator.locks.request(refreshLock, work),
};

export interface SignInRequest {
  baseUrl: string;
  by: { username: string; password: string } | { code: string };
}

export async function signIn(request: SignInRequest): Promise<Account> {
  const client = createClient({ baseUrl: request.baseUrl });
  const body = request.by;
  const answer = 'code' in body ? await client.link({ body }) : await client.login({ body });
  return await keepSession(request.baseUrl, answer);
}

async function keepSession(baseUrl: string, answer: SignInView): Promise<Account> {
  const account = { baseUrl, user: answer.user };
  await tokensItem.setValue(toSessionTokens(answer));
  await accountItem.setValue(account);
  return account;
}

/** Forgets the session here whatever the server says; `isRevoked` is false when it could not be told. */
export async function signOut(): Promise<{ isRevoked: boolean }> {
  const [account, tokens] = await Promise.all([accountItem.getValue(), tokensItem.getValue()]);
  await Promise.all([accountItem.removeValue(), tokensItem.removeValue()]);
  if (!account || !tokens) return { isRevoked: true };
  try {
    await createClient({ baseUrl: account.baseUrl }).logout({ body: { refreshToken: tokens.refreshToken } });
    return { isRevoked: true };
  } catch {
    // Nobody may be kept signed in by a server that does not answer; the page says that it was not told.
    return { isRevoked: false };
  }
}

let current: { baseUrl: string; client: ApiClient } | undefined;

/** Undefined when nobody is signed in. One client lives as long as the worker, so that its refreshes are shared. */
export async function findClient(): Promise<ApiClient | undefined> {
  const [account, tokens] = await Promise.all([accountItem.getValue(), tokensItem.getValue()]);
  if (!account || !tokens) return undefined;
  if (current?.baseUrl !== account.baseUrl) {
    const credentials = createSessionCredentials({ baseUrl: account.baseUrl }, tokenStore);
    current = {
      baseUrl: account.baseUrl,
      client: createClient({ baseUrl: account.baseUrl, credentials }),
    };
  }
  return current.client;
}
