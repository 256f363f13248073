import { type Browser, browser } from 'wxt/browser';
import { type ButtonPress, hoverButtonEnd, hoverButtonScript } from '../messaging/protocol.ts';
import { buttonSitesItem, readSettings } from '../session/settings.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { askForHosts, startAction } from './menus.ts';
import { keepRegistered } from './registeredScripts.ts';

const script = { id: 'star-graph-hover-button', file: hoverButtonScript };

/** The allowed sites where the button is wanted: a browser injects our script nowhere else. */
async function listMatches(): Promise<string[]> {
  const [{ isButtonOnPictures }, hosts, { origins = [] }] = await Promise.all([
    readSettings(),
    buttonSitesItem.getValue(),
    browser.permissions.getAll(),
  ]);
  if (isButtonOnPictures) return origins;
  return origins.length > 0 ? hosts.map((host) => `*://${host}/*`) : [];
}

/** Makes sure that pages where the button is wanted have it, open ones included, and that no others do. */
export async function watchHoverButtons(): Promise<void> {
  await navigator.locks.request(script.id, async () => {
    const matches = await listMatches();
    await keepRegistered(script, matches);
    const wanted = matches.length > 0 ? await browser.tabs.query({ url: matches }) : [];
    const ids = new Set(wanted.map(({ id }) => id));
    const others = (await browser.tabs.query({})).filter(({ id }) => !ids.has(id));
    await Promise.all([...wanted.map(enterTab), ...others.map(leaveTab)]);
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
  const matches = await listMatches();
  const tabs = matches.length > 0 ? await browser.tabs.query({ url: matches }) : [];
  if (!tabs.some(({ id }) => id === sender.tab.id)) return;
  const at = { tabId: sender.tab.id, frameId: sender.frameId, search: { by: 'button' } as const };
  await startAction(deps, press.action, at, permission, press.isSeen);
}
