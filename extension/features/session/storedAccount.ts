import type { ResumePoint } from '@star-graph/api/client/connectEvents';
import type { SessionTokens } from '@star-graph/api/client/credentials';
import type { SignedInUser } from '@star-graph/api/contract/auth/signIn';
import { storage } from 'wxt/utils/storage';

/** The server and the person; absent until somebody signs in. */
export interface Account {
  baseUrl: string;
  user: SignedInUser;
}

export const accountItem = storage.defineItem<Account>('local:account');

/** Whose the runs are, by `ownerOf`. It outlives a session that was revoked: the same person may come back to them. */
export const ownerItem = storage.defineItem<string>('local:owner');

/** How far the events of that account were taken. */
export const resumeItem = storage.defineItem<{ owner: string; point: ResumePoint }>('local:resume');

export const tokensItem = storage.defineItem<SessionTokens>('local:tokens');
