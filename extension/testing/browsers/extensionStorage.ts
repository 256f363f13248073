import type { ExtensionBrowser } from './chromium.ts';

interface WithStorage {
  chrome: {
    storage: {
      local: { get(key: string): Promise<Record<string, unknown>>; set(items: object): Promise<void> };
    };
  };
}

/** What the extension keeps under the name; undefined when there is nothing. */
export async function readStored<Value>(browser: ExtensionBrowser, name: string): Promise<Value | undefined> {
  const items = await (await browser.worker()).evaluate(
    (key) => (globalThis as unknown as WithStorage).chrome.storage.local.get(key),
    name,
  );
  return items[name] as Value | undefined;
}

/** As another context of the extension would write it: all of them hear of it. */
export async function writeStored(browser: ExtensionBrowser, name: string, value: unknown): Promise<void> {
  await (await browser.worker()).evaluate(
    (items) => (globalThis as unknown as WithStorage).chrome.storage.local.set(items),
    { [name]: value },
  );
}
