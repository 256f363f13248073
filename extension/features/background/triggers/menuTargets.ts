import { browser } from 'wxt/browser';
import { menuTargetScript } from '../../messaging/protocol.ts';
import { readSettings } from '../../settings/settings.ts';
import { keepRegistered } from './registeredScripts.ts';

const script = { id: 'star-graph-menu-target', file: menuTargetScript };

/**
 * Where the menu is shown everywhere, Chromium does not tell what it was opened on. A script of ours does, in the pages
 * of allowed sites that are loaded from now on; elsewhere the person is asked to choose. Firefox tells it itself.
 */
export async function watchMenuTargets(): Promise<void> {
  if (import.meta.env.FIREFOX) return;
  await navigator.locks.request(script.id, async () => {
    const [{ isMenuOnPages }, { origins = [] }] = await Promise.all([
      readSettings(),
      browser.permissions.getAll(),
    ]);
    await keepRegistered(script, isMenuOnPages ? origins : []);
  });
}
