import { type Browser, browser } from 'wxt/browser';
import { type MessageKey, translate } from '../../i18n/translate.ts';
import type { Search } from '../messaging/protocol.ts';
import {
  isSpentAtOnce,
  type PictureAction,
  pictureActions,
  soundAction,
  videoAction,
} from '../runs/pictureActions.ts';
import { askUnless, type PlayedWork, soundWork, upscaleBy, videoWork } from '../runs/work.ts';
import { readSettings } from '../session/settings.ts';
import { upscaleCommand } from '../session/shortcut.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { startOnPage } from './start/startOnPage.ts';

type Contexts = NonNullable<Browser.contextMenus.CreateProperties['contexts']>;

/** What can be made of the frame that a video shows; its other entry is for the film. */
const ofFrames = ['film', 'canvas', 'create'];

/**
 * No pattern names the documents: one for the frames that a page writes itself (`about:srcdoc`) would name every address
 * anyway. Menus outlive the worker, so they are made at installation and when the setting changes, not at each start:
 * one after the other, or two changes in a moment would both empty the menus before either fills them.
 */
export async function createMenus(): Promise<void> {
  await navigator.locks.request('menus', async () => {
    const { isMenuOnPages } = await readSettings();
    await browser.contextMenus.removeAll();
    const create = (id: string, title: MessageKey, contexts: Contexts) =>
      browser.contextMenus.create({ id, title: translate(title), contexts });
    // Chromium shows a canvas to `all` alone, Firefox to `page`.
    const wide: Contexts = import.meta.env.FIREFOX ? ['image', 'page'] : ['all'];
    for (const [id, { title }] of Object.entries(pictureActions)) {
      const narrow: Contexts = ofFrames.includes(id) ? ['image', 'video'] : ['image'];
      create(id, title, isMenuOnPages && !id.startsWith('batch') ? wide : narrow);
    }
    create(videoAction, 'videoMenu', ['video']);
    create(soundAction, 'soundMenu', ['audio']);
  });
}

/**
 * Must be called first in a click listener: after an await the browser no longer counts it as a user gesture.
 * Resolves to false when the person declines or was not asked; the picture is then read with the rights of the click
 * alone.
 */
export function askForHosts(addresses: readonly (string | undefined)[]): Promise<boolean> {
  const origins = addresses.flatMap((address) => {
    const url = URL.parse(address ?? '');
    return url?.protocol === 'http:' || url?.protocol === 'https:'
      ? [`${url.protocol}//${url.hostname}/*`]
      : [];
  });
  if (origins.length === 0) return Promise.resolve(true);
  return browser.permissions.request({ origins: [...new Set(origins)] }).catch(() => false);
}

export async function onMenuClick(
  deps: RunDeps,
  info: Browser.contextMenus.OnClickData,
  tab: Browser.tabs.Tab | undefined,
): Promise<void> {
  // A frame that the page writes itself has no host of its own.
  const documentUrl = info.frameUrl?.startsWith('about:') ? info.pageUrl : (info.frameUrl ?? info.pageUrl);
  const permission = askForHosts([info.srcUrl, documentUrl]);
  if (tab?.id === undefined) return;
  const at = { tabId: tab.id, ...(info.frameId === undefined ? {} : { frameId: info.frameId }) };
  const played = { [videoAction]: videoWork, [soundAction]: soundWork }[info.menuItemId];
  if (played) return await startOnPlayed(deps, at, info, played, permission);
  const search = toSearch(info);
  await startAction(
    deps,
    info.menuItemId as PictureAction,
    { ...at, ...(search ? { search } : {}) },
    permission,
  );
}

/** @param isSeen whether the person surely saw what they pressed; always true for a browser menu */
export async function startAction(
  deps: RunDeps,
  action: PictureAction,
  at: { tabId: number; frameId?: number; search?: Search },
  permission: Promise<unknown>,
  isSeen = true,
): Promise<void> {
  // A form of ours, a bar or the console asks about the others.
  const { work } = pictureActions[action];
  const search = action === 'batchAll' ? ({ by: 'size' } as const) : at.search;
  if (work) await startOnPage(deps, at, isSpentAtOnce(work) ? askUnless(isSeen, work) : work, permission);
  else if (search) await startOnPage(deps, { ...at, search }, undefined, permission);
}

async function startOnPlayed(
  deps: RunDeps,
  at: { tabId: number; frameId?: number },
  info: Browser.contextMenus.OnClickData,
  work: PlayedWork,
  permission: Promise<unknown>,
): Promise<void> {
  const search: Search = { by: work.inputKind, srcUrl: info.srcUrl ?? '', menu: toMenu(info) };
  await startOnPage(deps, { ...at, search }, work, permission);
}

const toMenu = (info: Browser.contextMenus.OnClickData): { targetElementId?: number } => {
  const { targetElementId } = info as { targetElementId?: number };
  return targetElementId === undefined ? {} : { targetElementId };
};

/** Undefined for the menu of the extension's toolbar button, which is on no picture. */
function toSearch(info: Browser.contextMenus.OnClickData): Search | undefined {
  // A video has an address too, but it is not a picture.
  const srcUrl = info.mediaType === 'video' || info.mediaType === 'audio' ? undefined : info.srcUrl;
  const menu = toMenu(info);
  if (srcUrl) return { by: 'address', srcUrl, menu };
  if (info.mediaType === 'video') return { by: 'video', srcUrl: info.srcUrl ?? '', menu, isStill: true };
  return info.frameId === undefined ? undefined : { by: 'menu', menu };
}

/** The shortcut works where a page suppresses the menu. */
export async function onCommand(
  deps: RunDeps,
  command: string,
  tab: Browser.tabs.Tab | undefined,
): Promise<void> {
  if (command !== upscaleCommand || tab?.id === undefined) return;
  const permission = askForHosts([tab.url]);
  const { scale } = await readSettings();
  await startOnPage(deps, { tabId: tab.id, search: { by: 'pointer' } }, upscaleBy(scale), permission);
}
