import { type Browser, browser } from 'wxt/browser';
import type { RuleEnd } from '../messaging/protocol.ts';

/** A script that rules of sites bring into their pages. The last file is the script itself. */
export interface SiteScript {
  id: string;
  files: readonly [...string[], string];
}

export interface Sites {
  matches: string[];
  excludeMatches: string[];
}

export const toMatch = (host: string): string => `*://${host}/*`;

/** Injects scripts of ours into pages loaded from now on at matching addresses, and into no others. */
export async function keepRegistered(
  { id, files }: SiteScript,
  { matches, excludeMatches }: Sites,
): Promise<void> {
  const [registered] = await browser.scripting.getRegisteredContentScripts({ ids: [id] });
  if (registered) await browser.scripting.unregisterContentScripts({ ids: [id] });
  if (matches.length > 0)
    await browser.scripting.registerContentScripts([
      {
        id,
        matches,
        ...(excludeMatches.length > 0 ? { excludeMatches } : {}),
        js: [...files],
        allFrames: true,
        matchOriginAsFallback: true,
        runAt: 'document_start',
      },
    ]);
}

/** Makes sure that pages of the sites have the script, open ones included, and that no others do. */
export async function keepInPages(script: SiteScript, listSites: () => Promise<Sites>): Promise<void> {
  await navigator.locks.request(script.id, async () => {
    const sites = await listSites();
    await keepRegistered(script, sites);
    // One that runs has learned its rule when it began.
    await Promise.all((await browser.tabs.query({})).map((tab) => leaveTab(script, tab)));
    await Promise.all((await listTabsOf(sites)).map((tab) => enterTab(script, tab)));
  });
}

export async function listTabsOf({ matches, excludeMatches }: Sites): Promise<Browser.tabs.Tab[]> {
  const find = (url: string[]) => (url.length > 0 ? browser.tabs.query({ url }) : []);
  const [wanted, excluded] = await Promise.all([find(matches), find(excludeMatches)]);
  const ids = new Set(excluded.map(({ id }) => id));
  return wanted.filter(({ id }) => !ids.has(id));
}

/** Injecting it twice does nothing: the script checks for itself. */
async function enterTab({ files }: SiteScript, { id }: Browser.tabs.Tab): Promise<void> {
  if (id === undefined) return;
  const target = { tabId: id, allFrames: true };
  try {
    await browser.scripting.executeScript({ target, files: [...files] });
  } catch {
    // The tab was closed or shows a browser error page: it has no pictures.
  }
}

async function leaveTab({ files }: SiteScript, { id }: Browser.tabs.Tab): Promise<void> {
  const news: RuleEnd = { kind: 'ruleEnd', script: files.at(-1) ?? '' };
  try {
    await browser.tabs.sendMessage(id ?? -1, news);
  } catch {
    // No script listens there, as expected.
  }
}

/** The host that a frame speaks for. */
export const hostOf = ({ origin, url }: { origin?: string; url?: string }): string =>
  URL.parse(origin ?? url ?? '')?.hostname ?? '';
