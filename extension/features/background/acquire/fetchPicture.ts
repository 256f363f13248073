import { browser } from 'wxt/browser';
import { isLocalAddress } from '../../session/serverAddress.ts';

const fetchTimeoutMs = 30_000;
const refererLock = 'star-graph-referer';
const refererRuleId = 1;

/** The bytes, and whether anybody may have them: they came without cookies, and not from inside a local network. */
export interface FetchedPicture {
  file: Blob;
  isPublic: boolean;
}

/** Why there are no bytes: the site says that it has none there, it sent something else, or anything else. */
export type Refusal = 'missing' | 'not-an-image' | 'refused';

/** What is said of several tries: only what all of them came to is sure. */
export function joinRefusals(refusals: readonly Refusal[]): Refusal {
  const [first = 'refused', ...others] = refusals;
  return others.every((other) => other === first) ? first : 'refused';
}

/**
 * Fetches the address with the rights of the extension: first as nobody, then with the site's cookies and the page as
 * Referer. `isWanted` judges what came; a server may answer nobody with a picture that says "log in".
 * @param frameUrl of the document that shows the picture
 * @returns why not, when no way leads to the bytes
 */
export async function fetchPicture(
  url: string,
  frameUrl: string,
  isWanted: (file: Blob) => Promise<boolean>,
): Promise<FetchedPicture | Refusal> {
  if (!/^https?:/.test(url)) {
    const fetched = await fetchFile(url, {});
    if (typeof fetched === 'string') return fetched;
    return (await isWanted(fetched.file)) ? { file: fetched.file, isPublic: false } : 'not-an-image';
  }
  const refusals: Refusal[] = [];
  const refuse = (refusal: Refusal): undefined => void refusals.push(refusal);
  // Where the bytes came from in the end decides: a page could name an address that leads on to another's.
  const isOpenFrom = (from: string) =>
    isSameOrigin(from, frameUrl) || !isLocalAddress(from) || isLocalAddress(frameUrl);
  const fetchWanted = async (credentials: 'omit' | 'include'): Promise<FetchedPicture | undefined> => {
    const fetched = await fetchFile(url, { credentials });
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
    joinRefusals(refusals)
  );
}

const isSameOrigin = (url: string, other: string): boolean =>
  URL.parse(url)?.origin === URL.parse(other)?.origin;

/** @returns the bytes and the address that they came from, after redirects */
async function fetchFile(url: string, init: RequestInit): Promise<{ file: Blob; url: string } | Refusal> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(fetchTimeoutMs) });
    if (response.ok) return { file: await response.blob(), url: response.url };
    return response.status === 404 || response.status === 410 ? 'missing' : 'refused';
  } catch {
    // No permission for the host, no answer, a time-out: the next step of the ladder may do better.
    return 'refused';
  }
}

/** As much as browsers tell by default: other origins learn the site, not which page of it. */
const refererOf = (url: string, frameUrl: string): string | undefined => {
  const frame = URL.parse(frameUrl);
  if (frame?.protocol !== 'http:' && frame?.protocol !== 'https:') return undefined;
  return isSameOrigin(url, frameUrl) ? `${frame.origin}${frame.pathname}${frame.search}` : `${frame.origin}/`;
};

/**
 * The header cannot be set on a request, only by a rule of the browser. The rule holds for this extension's requests to
 * this one address, one at a time, and is taken away with the answer.
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
            // Firefox names its extension pages by another host and knows no tab of a background request.
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
