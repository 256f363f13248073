import { type Browser, browser } from 'wxt/browser';
import { type ButtonPress, hoverButtonScript } from '../messaging/protocol.ts';
import { readSettings, readSiteRules, type SiteRule } from '../session/settings.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { askForHosts, startAction } from './menus.ts';
import { hostOf, keepInPages, listTabsOf, type Sites, toMatch } from './siteScripts.ts';

const script = { id: 'star-graph-hover-button', files: [hoverButtonScript] } as const;

/** The allowed sites where the button is wanted: a browser injects our script nowhere else. */
async function listSites(): Promise<Sites> {
  const [{ isButtonOnPictures }, rules, { origins = [] }] = await Promise.all([
    readSettings(),
    readSiteRules(),
    browser.permissions.getAll(),
  ]);
  const list = (isMeant: (rule: SiteRule) => boolean) =>
    Object.entries(rules).flatMap(([host, rule]) => (isMeant(rule) ? [toMatch(host)] : []));
  const chosen = origins.length > 0 ? list((rule) => rule !== 'never') : [];
  return {
    matches: isButtonOnPictures ? origins : chosen,
    excludeMatches: list((rule) => rule === 'never'),
  };
}

/** Below how many pixels the pictures of the sender's site have the button; null: all of them. */
export async function findButtonLimit(sender: { origin?: string; url?: string }): Promise<number | null> {
  const rule = (await readSiteRules())[hostOf(sender)];
  return typeof rule === 'number' ? rule : null;
}

/** Makes sure that pages where the button is wanted have it, open ones included, and that no others do. */
export const watchHoverButtons = (): Promise<void> => keepInPages(script, listSites);

/** Must be called first in the message listener: after an await the browser no longer counts it as a user gesture. */
export async function onButtonPress(
  deps: RunDeps,
  press: ButtonPress,
  sender: { tab: Browser.tabs.Tab & { id: number }; frameId: number },
): Promise<void> {
  const permission = askForHosts([press.srcUrl]);
  // A page that took over our script on another site starts nothing by it.
  const tabs = await listTabsOf(await listSites());
  if (!tabs.some(({ id }) => id === sender.tab.id)) return;
  const at = { tabId: sender.tab.id, frameId: sender.frameId, search: { by: 'button' } as const };
  await startAction(deps, press.action, at, permission, press.isSeen);
}
