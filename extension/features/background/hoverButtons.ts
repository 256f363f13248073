import { type Browser, browser } from 'wxt/browser';
import { type ButtonPress, hoverButtonEnd, hoverButtonScript } from '../messaging/protocol.ts';
import { readSettings, readSiteRules, type SiteRule } from '../session/settings.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { askForHosts, startAction } from './menus.ts';
import { keepRegistered } from './registeredScripts.ts';

const script = { id: 'star-graph-hover-button', file: hoverButtonScript };

interface Sites {
  matches: string[];
  excludeMatches: string[];
}

/** The allowed sites where the button is wanted: a browser injects our script nowhere else. */
async function listSites(): Promise<Sites> {
  const [{ isButtonOnPictures }, rules, { origins = [] }] = await Promise.all([
    readSettings(),
    readSiteRules(),
    browser.permissions.getAll(),
  ]);
  const list = (isMeant: (rule: SiteRule) => boolean) =>
    Object.entries(rules).flatMap(([host, rule]) => (isMeant(rule) ? [`*://${host}/*`] : []));
  const chosen = origins.length > 0 ? list((rule) => rule !== 'never') : [];
  return {
    matches: isButtonOnPictures ? origins : chosen,
    excludeMatches: list((rule) => rule === 'never'),
  };
}

async function listWantedTabs({ matches, excludeMatches }: Sites): Promise<Browser.tabs.Tab[]> {
  const find = (url: string[]) => (url.length > 0 ? browser.tabs.query({ url }) : []);
  const [wanted, excluded] = await Promise.all([find(matches), find(excludeMatches)]);
  const ids = new Set(excluded.map(({ id }) => id));
  return wanted.filter(({ id }) => !ids.has(id));
}

/** Below how many pixels the pictures of the sender's site have the button; null: all of them. */
export async function findButtonLimit({
  origin,
  url,
}: {
  origin?: string;
  url?: string;
}): Promise<number | null> {
  const rule = (await readSiteRules())[URL.parse(origin ?? url ?? '')?.hostname ?? ''];
  return typeof rule === 'number' ? rule : null;
}

/** Makes sure that pages where the button is wanted have it, open ones included, and that no others do. */
export async function watchHoverButtons(): Promise<void> {
  await navigator.locks.request(script.id, async () => {
    const sites = await listSites();
    await keepRegistered(script, sites.matches, sites.excludeMatches);
    // One that runs has learned its rule when it began.
    await Promise.all((await browser.tabs.query({})).map(leaveTab));
    await Promise.all((await listWantedTabs(sites)).map(enterTab));
  });
}

/** Injecting it twice does nothing: the script checks for itself. */
async function enterTab({ id }: Browser.tabs.Tab): Promise<void> {
  if (id === undefined) return;
  const target = { tabId: id, allFrames: true };
  try {
    await browser.scripting.executeScript({ target, files: [script.file] });
  } catch {
    // The tab was closed or shows a browser error page: it has no pictures.
  }
}

async function leaveTab({ id }: Browser.tabs.Tab): Promise<void> {
  if (id === undefined) return;
  try {
    await browser.tabs.sendMessage(id, { kind: hoverButtonEnd });
  } catch {
    // No script listens there, as expected.
  }
}

/** Must be called first in the message listener: after an await the browser no longer counts it as a user gesture. */
export async function onButtonPress(
  deps: RunDeps,
  press: ButtonPress,
  sender: { tab: Browser.tabs.Tab & { id: number }; frameId: number },
): Promise<void> {
  const permission = askForHosts([press.srcUrl]);
  // A page that took over our script on another site starts nothing by it.
  const tabs = await listWantedTabs(await listSites());
  if (!tabs.some(({ id }) => id === sender.tab.id)) return;
  const at = { tabId: sender.tab.id, frameId: sender.frameId, search: { by: 'button' } as const };
  await startAction(deps, press.action, at, permission, press.isSeen);
}
