import { browser } from 'wxt/browser';
import { menuTargetScript } from '../messaging/protocol.ts';
import { readSettings } from '../session/settings.ts';
import { keepRegistered } from './siteScripts.ts';

const script = { id: 'star-graph-menu-target', files: [menuTargetScript] } as const;

/**
 * When the menu is shown everywhere, Chromium does not tell which element it was opened on. Our script tells it in
 * pages of allowed sites loaded from now on; elsewhere the person is asked to choose. Firefox tells it itself.
 */
export async function watchMenuTargets(): Promise<void> {
  if (import.meta.env.FIREFOX) return;
  await navigator.locks.request(script.id, async () => {
    const [{ isMenuOnPages }, { origins = [] }] = await Promise.all([
      readSettings(),
      browser.permissions.getAll(),
    ]);
    await keepRegistered(script, { matches: isMenuOnPages ? origins : [], excludeMatches: [] });
  });
}
