import { acceptSignIn, signInApi } from './session.ts';

/** Sign-ins that leave the page note here that they were begun by it. */
const stateKey = 'sign-in-state';

/**
 * A code that an address brought behind its `#`, which no server sees: of the start's own link (`#welcome=…`), or of a
 * provider of OpenID Connect (`#code=…&state=…`). It leaves the address and the history at once.
 */
export function takeArrivalCode(): string | undefined {
  const brought = new URLSearchParams(location.hash.slice(1));
  const code = brought.get('welcome') ?? brought.get('code') ?? undefined;
  if (code === undefined) return undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  if (brought.has('welcome')) return code;
  // An answer to a sign-in that this page did not begin would sign the person in to somebody else's account.
  const begun = sessionStorage.getItem(stateKey);
  sessionStorage.removeItem(stateKey);
  return begun !== null && begun === brought.get('state') ? code : undefined;
}

/** @throws what the server refused. */
export async function signInByCode(code: string): Promise<void> {
  await acceptSignIn(await signInApi.link({ body: { code } }));
}

/** Goes to the provider; it comes back with a code. */
export function leaveForProvider(url: string): void {
  const state = crypto.randomUUID();
  sessionStorage.setItem(stateKey, state);
  const target = new URL(url, location.origin);
  target.searchParams.set('return', `${location.origin}/`);
  target.searchParams.set('state', state);
  location.assign(target);
}
