import { signal } from '@preact/signals';
import { acceptSignIn, resumeSession, signInApi } from './session.ts';

/** Sign-ins that leave the page note here that they were begun by it. */
const stateKey = 'sign-in-state';
/** And here where the person was let in to, by a program or by a link: it would else be lost on the way. */
const requestKey = 'asked-for';
const kept = ['/connect', '/collections/join'];

/** Why the start's own link did not sign in; a second factor is asked for by its ticket. */
export const welcomeFault = signal<unknown>();

/** The page begins: by the link of a start, which signs in whoever was here before, or with the earlier session. */
export async function arrive(): Promise<void> {
  const code = takeFromAddress('welcome')?.get('welcome');
  if (code) {
    try {
      return await signInByCode(code);
    } catch (error) {
      welcomeFault.value = error;
    }
  }
  await resumeSession();
}

/** What an address brought behind its `#`, which no server sees. It leaves the address and the history at once. */
function takeFromAddress(name: string): URLSearchParams | undefined {
  const brought = new URLSearchParams(location.hash.slice(1));
  if (!brought.has(name)) return undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  return brought;
}

/** The code of a provider of OpenID Connect: `#code=…&state=…`. */
export function takeArrivalCode(): string | undefined {
  const brought = takeFromAddress('code');
  const code = brought?.get('code') ?? undefined;
  if (!brought || code === undefined) return undefined;
  // An answer to a sign-in that this page did not begin would sign the person in to somebody else's account.
  const begun = sessionStorage.getItem(stateKey);
  sessionStorage.removeItem(stateKey);
  if (begun === null || begun !== brought.get('state')) return undefined;
  returnToRequest();
  return code;
}

function returnToRequest(): void {
  const request = sessionStorage.getItem(requestKey);
  sessionStorage.removeItem(requestKey);
  if (request === null) return;
  history.replaceState(history.state, '', request);
  // The router hears of it as of a step in the history.
  dispatchEvent(new PopStateEvent('popstate'));
}

/** @throws what the server refused. */
export async function signInByCode(code: string): Promise<void> {
  await acceptSignIn(await signInApi.link({ body: { code } }));
}

/** Goes to the provider; it comes back with a code. */
export function leaveForProvider(url: string): void {
  const state = crypto.randomUUID();
  sessionStorage.setItem(stateKey, state);
  const { pathname, search, hash } = location;
  if (kept.includes(pathname)) sessionStorage.setItem(requestKey, pathname + search + hash);
  else sessionStorage.removeItem(requestKey);
  const target = new URL(url, location.origin);
  target.searchParams.set('return', `${location.origin}/`);
  target.searchParams.set('state', state);
  location.assign(target);
}
