import { signal } from '@preact/signals';
import { createClient } from '@star-graph/client/client';
import { ClientProblem } from '@star-graph/client/clientProblem';
import {
  type CookieCredentials,
  cookieSessionHeaders,
  createCookieCredentials,
} from '@star-graph/client/cookieCredentials';
import type { Credentials } from '@star-graph/client/credentials';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import type { ProfileView } from '@star-graph/contract/users/profile';
import { answers } from '../activity/inDiscord.ts';
import { showLanguage } from './languageChoice.ts';
import { askForPresence, dropPresence } from './presence.ts';

/**
 * - `starting`: whether this browser is signed in is being asked;
 * - `unreachable`: nobody answered that question;
 * - `signedOut`: the sign-in is shown in place of every view, and says so if a session ended without its person;
 * - `signedIn`.
 */
type Session =
  | { state: 'starting' }
  | { state: 'signedOut'; hasEnded?: boolean }
  | { state: 'unreachable'; error: unknown }
  | { state: 'signedIn'; profile: ProfileView };

const baseUrl = location.origin;
let credentials = createCookieCredentials({
  baseUrl,
  // Nothing of the one is shown to the other: the page begins anew.
  onOtherPerson: () => location.reload(),
});

/** For a page that has no cookie. */
export function holdSession(own: CookieCredentials): void {
  credentials = own;
}

export const session = signal<Session>({ state: 'starting' });
/** A request that is refused since the session is over ends it here too. */
const watched: Credentials = {
  headers: (request) => credentials.headers(request),
  async renew(refused) {
    const isRenewed = await credentials.renew(refused);
    if (!isRenewed && session.value.state === 'signedIn') endSession({ hasEnded: true });
    return isRenewed;
  },
};
/** For the proof itself, which cannot ask for another one. */
export const proofApi = createClient({ baseUrl, credentials: watched });
/** The one way from the console to the platform. What needs the person asks for them, and goes on. */
export const api = createClient({
  baseUrl,
  credentials: watched,
  readText: (text) => answers.read(text),
  provePresence: () => askForPresence(proofApi),
});
/** For requests that give a session: the answer sets the cookie. */
export const signInApi = createClient({ baseUrl, headers: () => cookieSessionHeaders });

/** That this browser was signed in here. The cookie itself is for no script to see. */
const signedInKey = 'signed-in';
export const wasSignedIn = (): boolean => localStorage.getItem(signedInKey) !== null;

const renewal = Promise.withResolvers<void>();
/** Settles once requests are sent as whoever is here: what is theirs can be asked for, beside the profile. */
export const whenRenewed = renewal.promise;

/** Looks whether the cookie of an earlier visit is still good. Without such a visit nobody has to be asked. */
export async function resumeSession(): Promise<void> {
  if (!wasSignedIn()) {
    session.value = { state: 'signedOut' };
    return;
  }
  session.value = { state: 'starting' };
  try {
    if (await credentials.renew()) await openSession();
    else endSession({ hasEnded: true });
  } catch (error) {
    session.value = { state: 'unreachable', error };
  }
}

/** After any way of signing in. */
export async function acceptSignIn(signIn: SignInView): Promise<void> {
  credentials.accept(signIn);
  await openSession(leadAdministrator);
}

const ledKey = 'first-steps-led';
const newMs = 86_400_000;

/** The first time, whoever has just installed the platform comes to the desk, where its first steps are. */
function leadAdministrator({ role, createdAt }: ProfileView): void {
  const isNew = Date.now() - Date.parse(createdAt) < newMs;
  if (role !== 'admin' || !isNew || location.pathname !== '/' || localStorage.getItem(ledKey) !== null)
    return;
  localStorage.setItem(ledKey, 'true');
  history.replaceState(history.state, '', '/admin/overview');
  // The router hears of it as of a step in the history.
  dispatchEvent(new PopStateEvent('popstate'));
}

/** Merges the account that made the code into this one; the answer is a new session. @throws what the server refused */
export async function mergeByCode(code: string): Promise<void> {
  const { credentials: own } = api.deps;
  const client = createClient({
    baseUrl,
    credentials: own,
    headers: () => cookieSessionHeaders,
    provePresence: () => askForPresence(proofApi),
  });
  await acceptSignIn(await client.link({ body: { code } }));
}

async function openSession(lead?: (profile: ProfileView) => void): Promise<void> {
  renewal.resolve();
  const profile = await api.getProfile();
  showLanguage(profile.locale);
  localStorage.setItem(signedInKey, 'true');
  lead?.(profile);
  session.value = { state: 'signedIn', profile };
}

export async function signOut(): Promise<void> {
  // The session on the server ends too; if it is gone already, so much the better.
  await credentials.logOut().catch((error: unknown) => {
    if (!(error instanceof ClientProblem)) throw error;
  });
  dropPresence();
  localStorage.removeItem(signedInKey);
  session.value = { state: 'signedOut' };
}

/** The session is over: the sign-in is shown. @param how whether its person did not end it themselves */
export function endSession(how: { hasEnded?: boolean } = {}): void {
  credentials.forget();
  dropPresence();
  localStorage.removeItem(signedInKey);
  session.value = { state: 'signedOut', ...how };
}

export const isAdmin = (): boolean =>
  session.value.state === 'signedIn' && session.value.profile.role === 'admin';
export const isModerator = (): boolean =>
  session.value.state === 'signedIn' && session.value.profile.role !== 'user';
