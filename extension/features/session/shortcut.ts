import { browser } from 'wxt/browser';

export const upscaleCommand = 'upscale-under-pointer';

/** The keys as the browser has them now; empty where the person took them away or another extension has them. */
export async function readShortcut(): Promise<string> {
  const commands = await browser.commands.getAll();
  return commands.find(({ name }) => name === upscaleCommand)?.shortcut ?? '';
}

/** Keys are set on a page of the browser's own. */
export async function openShortcutPage(): Promise<void> {
  const { openShortcutSettings } = browser.commands as typeof browser.commands & {
    openShortcutSettings?(): Promise<void>;
  };
  if (openShortcutSettings) await openShortcutSettings();
  else await browser.tabs.create({ url: 'chrome://extensions/shortcuts' });
}
