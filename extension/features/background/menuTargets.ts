import { browser } from 'wxt/browser';
import { menuTargetScript } from '../page/protocol.ts';
import { readSettings } from '../storedItems.ts';

const id = 'star-graph-menu-target';
const lockName = 'star-graph-menu-target';

/**
 * Where the menu is shown everywhere, Chromium does not tell what it was opened on. A script of ours does, in the pages
 * of allowed sites that are loaded from now on; elsewhere the person is asked to choose. Firefox tells it itself.
 */
export async function watchMenuTargets(): Promise<void> {
  if (import.meta.env.FIREFOX) return;
  await navigator.locks.request(lockName, async () => {
    const [{ isMenuOnPages }, { origins = [] }, [registered]] = await Promise.all([
      readSettings(),
      browser.permissions.getAll(),
      browser.scripting.getRegisteredContentScripts({ ids: [id] }),
    ]);
    const matches = isMenuOnPages ? origins : [];
    if (registered) await browser.scripting.unregisterContentScripts({ ids: [id] });
    if (matches.length > 0)
      await browser.scripting.registerContentScripts([
        {
          id,
          matches,
          js: [menuTargetScript],
          allFrames: true,
          matchOriginAsFallback: true,
          runAt: 'document_start',
        },
      ]);
  });
}
