import { type Browser, browser } from 'wxt/browser';

/** Undefined when the tab has been closed. */
export async function tabOf(tabId: number): Promise<Browser.tabs.Tab | undefined> {
  try {
    return await browser.tabs.get(tabId);
  } catch {
    return undefined;
  }
}
