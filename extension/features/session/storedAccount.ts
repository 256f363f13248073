import type { ResumePoint } from '@star-graph/client/connectEvents';
import type { SessionTokens } from '@star-graph/client/credentials';
import type { SignedInUser } from '@star-graph/contract/auth/signIn';
import { createStoredItem } from '../runs/storedItem.ts';

/** The server and the person; absent before a sign-in. */
export interface Account {
  baseUrl: string;
  user: SignedInUser;
}

export const accountItem = createStoredItem<Account>('local', 'account');

/** The owner of the runs, by `ownerOf`. It outlives a revoked session: the same person may come back to them. */
export const ownerItem = createStoredItem<string>('local', 'owner');

/** The last applied event of that account. */
export const resumeItem = createStoredItem<{ owner: string; point: ResumePoint }>('local', 'resume');

/** The extension asked to be let in, and waits for the person's yes in the console. */
export interface Connecting {
  baseUrl: string;
  /** The server knows its hash alone. */
  code: string;
  challenge: string;
  untilMs: number;
}

export const connectingItem = createStoredItem<Connecting>('session', 'connecting');

export const tokensItem = createStoredItem<SessionTokens>('local', 'tokens');
