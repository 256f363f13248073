import { browser } from 'wxt/browser';
import { isLocalAddress } from '../../session/serverAddress.ts';

const fetchTimeoutMs = 30_000;
const refererLock = 'star-graph-referer';
const refererRuleId = 1;

/** The bytes, and whether they are public: fetched without cookies, and not from a local network. */
interface FetchedPicture {
  file: Blob;
  isPublic: boolean;
}

/** Why there are no bytes: the site has none there, it sent something else, too many, or another failure. */
export type Refusal = 'missing' | 'not-an-image' | 'too-large' | 'refused';

/** The failure of several tries: specific only where all of them agree. */
export function joinRefusals(refusals: readonly Refusal[]): Refusal {
  const [first = 'refused', ...others] = refusals;
  return others.every((other) => other === first) ? first : 'refused';
}

/**
 * Fetches the address with the rights of the extension: first without credentials, then with the site's cookies and
 * the page as Referer. `isWanted` checks the answer: a server may answer an anonymous request with a picture that
 * says "log in".
 * @param frameUrl of the document that shows the picture
 * @param maxBytes of an answer that is read to its end
 * @returns the reason when no request gets the bytes
 */
export async function fetchPicture(
  url: string,
  frameUrl: string,
  isWanted: (file: Blob) => Promise<boolean>,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<FetchedPicture | Refusal> {
  if (!/^https?:/.test(url)) {
    const fetched = await fetchFile(url, {}, maxBytes);
    if (typeof fetched === 'string') return fetched;
    return (await isWanted(fetched.file)) ? { file: fetched.file, isPublic: false } : 'not-an-image';
  }
  const refusals: Refusal[] = [];
  const refuse = (refusal: Refusal): undefined => void refusals.push(refusal);
  // The final address decides: a page could name an address that redirects to another site's.
  const isOpenFrom = (from: string) =>
    isSameOrigin(from, frameUrl) || !isLocalAddress(from) || isLocalAddress(frameUrl);
  const fetchWanted = async (credentials: 'omit' | 'include'): Promise<FetchedPicture | undefined> => {
    // Another way would read as many again.
    if (refusals.includes('too-large')) return undefined;
    const fetched = await fetchFile(url, { credentials }, maxBytes);
    if (typeof fetched === 'string') return refuse(fetched);
    if (!(await isWanted(fetched.file))) return refuse('not-an-image');
    const isPublic = credentials === 'omit' ? isOpenFrom(fetched.url) : isSameOrigin(fetched.url, frameUrl);
    return { file: fetched.file, isPublic };
  };
  return (
    (await fetchWanted('omit')) ??
    (await fetchWanted('include')) ??
    (await withReferer(
      url,
      frameUrl,
      async () => (await fetchWanted('omit')) ?? (await fetchWanted('include')),
    )) ??
    (refusals.includes('too-large') ? 'too-large' : joinRefusals(refusals))
  );
}

const isSameOrigin = (url: string, other: string): boolean =>
  URL.parse(url)?.origin === URL.parse(other)?.origin;

/** @returns the bytes and their address after redirects */
async function fetchFile(
  url: string,
  init: RequestInit,
  maxBytes: number,
): Promise<{ file: Blob; url: string } | Refusal> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(fetchTimeoutMs) });
    if (!response.ok) return response.status === 404 || response.status === 410 ? 'missing' : 'refused';
    const file = await readUpTo(response, maxBytes);
    return file ? { file, url: response.url } : 'too-large';
  } catch {
    // No permission for the host, no answer, or a time-out: the next method may succeed.
    return 'refused';
  }
}

/** Undefined as soon as it is known to be larger. */
async function readUpTo(response: Response, maxBytes: number): Promise<Blob | undefined> {
  if (maxBytes === Number.POSITIVE_INFINITY) return await response.blob();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  // An early end of the loop cancels the transfer.
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > maxBytes) return undefined;
    parts.push(part);
  }
  return new Blob(parts, { type: response.headers.get('content-type') ?? '' });
}

/** The browsers' default: other origins see the site, not the page. */
const refererOf = (url: string, frameUrl: string): string | undefined => {
  const frame = URL.parse(frameUrl);
  if (frame?.protocol !== 'http:' && frame?.protocol !== 'https:') return undefined;
  return isSameOrigin(url, frameUrl) ? `${frame.origin}${frame.pathname}${frame.search}` : `${frame.origin}/`;
};

/**
 * A request cannot set this header; only a browser rule can. The rule applies to this extension's requests to this
 * one address, one at a time, and is removed with the answer.
 */
async function withReferer(
  url: string,
  frameUrl: string,
  work: () => Promise<FetchedPicture | undefined>,
): Promise<FetchedPicture | undefined> {
  const referer = refererOf(url, frameUrl);
  if (referer === undefined) return undefined;
  return await navigator.locks.request(refererLock, async () => {
    await browser.declarativeNetRequest.updateSessionRules({
      removeRuleIds: [refererRuleId],
      addRules: [
        {
          id: refererRuleId,
          action: {
            type: 'modifyHeaders',
            requestHeaders: [{ header: 'referer', operation: 'set', value: referer }],
          },
          condition: {
            urlFilter: `|${url.split('#')[0]}`.slice(0, 2_000),
            resourceTypes: ['xmlhttprequest'],
            // Firefox uses another host for extension pages and gives background requests no tab.
            ...(import.meta.env.FIREFOX ? { tabIds: [-1] } : { initiatorDomains: [browser.runtime.id] }),
          },
        },
      ],
    });
    try {
      return await work();
    } finally {
      await browser.declarativeNetRequest.updateSessionRules({ removeRuleIds: [refererRuleId] });
    }
  });
}
