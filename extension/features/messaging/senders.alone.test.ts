import { expect, test, vi } from 'vitest';
import type { Browser } from 'wxt/browser';
import { fakeBrowser } from 'wxt/testing/fake-browser';

vi.stubGlobal('browser', fakeBrowser);
const { isOwnPage, isPageScript } = await import('./senders.ts');

const id = fakeBrowser.runtime.id;
const own = fakeBrowser.runtime.getURL('/popup.html');
const tab = { id: 7 } as Browser.tabs.Tab;

test.each<[string, Browser.runtime.MessageSender, boolean, boolean]>([
  ['the popup', { id, url: own }, true, false],
  ['the panel in a tab', { id, url: own, tab, frameId: 0 }, true, false],
  ['our script in a page', { id, url: 'https://a.example/', tab, frameId: 3 }, false, true],
  ['another extension', { id: 'other', url: 'chrome-extension://other/popup.html' }, false, false],
  ['another extension that frames a page', { id: 'other', url: own, tab, frameId: 0 }, false, false],
  [
    'a page whose address begins like ours',
    { id, url: `https://a.example/?${own}`, tab, frameId: 0 },
    false,
    true,
  ],
  ['nobody in particular', {}, false, false],
])('takes %s for what it is', (_, sender, ownPage, pageScript) => {
  expect([isOwnPage(sender), isPageScript(sender)]).toEqual([ownPage, pageScript]);
});
