import { createClient } from '@star-graph/client/client';
import { createSessionCredentials, type TokenStore, toSessionTokens } from '@star-graph/client/credentials';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { type Account, accountItem, ownerItem, tokensItem } from './storedAccount.ts';
import type { Client } from './usedOperations.ts';

const refreshLock = 'star-graph-refresh';

/**
 * Tokens in the extension's storage. The lock belongs to the browser, not to the worker: one that was started while its
 * predecessor still refreshed waits for it, and a refresh token is used once.
 */
const tokenStore: TokenStore = {
  load: async () => (await tokensItem.getValue()) ?? undefined,
  async save(tokens) {
    if (tokens) return await tokensItem.setValue(tokens);
    // The server ended the session: no account is shown as signed in.
    await Promise.all([tokensItem.removeValue(), accountItem.removeValue()]);
  },
  exclusively: async (work) => await navigator.locks.request(refreshLock, work),
};

export interface SignInRequest {
  baseUrl: string;
  /** `isNew` makes the account first. */
  by: { username: string; password: string; isNew?: boolean } | { code: string };
}

/**
 * Replaces the account, whose session ends. `leave` runs for another person's account before the new tokens are
 * stored: work in progress must not be sent with them.
 */
export async function signIn(request: SignInRequest, leave: () => Promise<void>): Promise<Account> {
  const client = createClient({ baseUrl: request.baseUrl });
  const answer = await openSession(client, request.by);
  const account = { baseUrl: request.baseUrl, user: answer.user };
  await signOut();
  if ((await ownerItem.getValue()) !== ownerOf(account)) await leave();
  return await keepSession(account, answer);
}

async function openSession(client: Client, by: SignInRequest['by']): Promise<SignInView> {
  if ('code' in by) return await client.link({ body: by });
  const { isNew, ...body } = by;
  return isNew ? await client.register({ body }) : await client.login({ body });
}

async function keepSession(account: Account, answer: SignInView): Promise<Account> {
  await ownerItem.setValue(ownerOf(account));
  await tokensItem.setValue(toSessionTokens(answer));
  await accountItem.setValue(account);
  return account;
}

/** One person on one server, under any name. */
export const ownerOf = ({ baseUrl, user }: Account): string => `${user.id} ${baseUrl}`;

/** Forgets the session here even if the server fails; `isRevoked` is false if the server could not be told. */
export async function signOut(): Promise<{ isRevoked: boolean }> {
  const [account, tokens] = await Promise.all([accountItem.getValue(), tokensItem.getValue()]);
  await Promise.all([accountItem.removeValue(), tokensItem.removeValue()]);
  if (!account || !tokens) return { isRevoked: true };
  try {
    await createClient({ baseUrl: account.baseUrl }).logout({ body: { refreshToken: tokens.refreshToken } });
    return { isRevoked: true };
  } catch {
    // A server that does not answer must not block a sign-out; the page says that it was not told.
    return { isRevoked: false };
  }
}

let current: { baseUrl: string; client: Client } | undefined;

/** Undefined when signed out. One client lives as long as the worker, so that its refreshes are shared. */
export async function findClient(): Promise<Client | undefined> {
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
