import { browser } from 'wxt/browser';
import { isLocalAddress } from '../session/serverAddress.ts';

const fetchTimeoutMs = 30_000;
const refererLock = 'star-graph-referer';
const refererRuleId = 1;

/** The bytes, and whether anybody may have them: they came without cookies, and not from inside a local network. */
export interface FetchedPicture {
  file: Blob;
  isPublic: boolean;
}

/**
 * Fetches the address with the rights of the extension: first as nobody, then with the site's cookies and the page as
 * Referer. `isWanted` judges what came; a server may answer nobody with a picture that says "log in".
 * @returns undefined when no way leads to the bytes
 */
export async function fetchPicture(
  url: string,
  pageUrl: string,
  isWanted: (file: Blob) => Promise<boolean>,
): Promise<FetchedPicture | undefined> {
  if (!/^https?:/.test(url)) {
    const file = await fetchFile(url, {});
    return file && (await isWanted(file)) ? { file, isPublic: false } : undefined;
  }
  const open = await fetchFile(url, { credentials: 'omit' });
  const isPublic = isOfPage(url, pageUrl) || !isLocalAddress(url) || isLocalAddress(pageUrl);
  if (open && (await isWanted(open))) return { file: open, isPublic };
  const own = await fetchFile(url, { credentials: 'include' });
  if (own && (await isWanted(own))) return { file: own, isPublic: isOfPage(url, pageUrl) };
  return await fetchWithReferer(url, pageUrl, async () => {
    const referred = await fetchFile(url, { credentials: 'omit' });
    if (referred && (await isWanted(referred))) return { file: referred, isPublic };
    const both = await fetchFile(url, { credentials: 'include' });
    return both && (await isWanted(both)) ? { file: both, isPublic: false } : undefined;
  });
}

const isOfPage = (url: string, pageUrl: string): boolean =>
  URL.parse(url)?.origin === URL.parse(pageUrl)?.origin;

async function fetchFile(url: string, init: RequestInit): Promise<Blob | undefined> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(fetchTimeoutMs) });
    return response.ok ? await response.blob() : undefined;
  } catch {
    // No permission for the host, no answer, a time-out: the next step of the ladder may do better.
    return undefined;
  }
}

/**
 * The header cannot be set on a request, only by a rule of the browser. The rule holds for this extension's requests to
 * this one address, one at a time, and is taken away with the answer.
 */
async function fetchWithReferer(
  url: string,
  pageUrl: string,
  work: () => Promise<FetchedPicture | undefined>,
): Promise<FetchedPicture | undefined> {
  if (!/^https?:/.test(pageUrl)) return undefined;
  return await navigator.locks.request(refererLock, async () => {
    await browser.declarativeNetRequest.updateSessionRules({
      removeRuleIds: [refererRuleId],
      addRules: [
        {
          id: refererRuleId,
          action: {
            type: 'modifyHeaders',
            requestHeaders: [{ header: 'referer', operation: 'set', value: pageUrl }],
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
