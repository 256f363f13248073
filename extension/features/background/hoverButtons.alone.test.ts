import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';

vi.stubGlobal('browser', fakeBrowser);
const { setSiteRule, settingsItem, siteRulesItem } = await import('../session/settings.ts');
const { findButtonLimit, watchHoverButtons } = await import('./hoverButtons.ts');

const open = [
  { id: 1, url: 'https://a.example/' },
  { id: 2, url: 'https://b.example/' },
];
const registered: unknown[] = [];
const entered: unknown[] = [];

beforeEach(() => {
  fakeBrowser.reset();
  registered.length = 0;
  entered.length = 0;
  vi.stubGlobal('navigator', {
    locks: { request: (_: string, work: () => Promise<void>) => work() },
  });
  fakeBrowser.permissions.getAll = async () => ({ origins: ['<all_urls>'] });
  fakeBrowser.tabs.query = (async ({ url }: { url?: string[] }) =>
    open.filter((tab) =>
      (url ?? ['<all_urls>']).some(
        (pattern) => pattern === '<all_urls>' || new URL(tab.url).hostname === pattern.split('/')[2],
      ),
    )) as never;
  fakeBrowser.tabs.sendMessage = (async () => undefined) as never;
  Object.assign(fakeBrowser, {
    scripting: {
      getRegisteredContentScripts: async () => [],
      registerContentScripts: async ([script]: [{ matches: string[]; excludeMatches?: string[] }]) =>
        registered.push([script.matches, script.excludeMatches]),
      executeScript: async ({ target }: { target: { tabId: number } }) => entered.push(target.tabId),
    },
  });
});

test('the button is on all sites but those that are never to have it', async () => {
  await settingsItem.setValue({ isButtonOnPictures: true });
  await setSiteRule('b.example', 'never');
  await watchHoverButtons();
  expect(registered).toEqual([[['<all_urls>'], ['*://b.example/*']]]);
  expect(entered).toEqual([1]);
});

test('the button is on chosen sites alone, on pictures below the size that is said there', async () => {
  await setSiteRule('b.example', 600);
  await watchHoverButtons();
  expect(registered).toEqual([[['*://b.example/*'], undefined]]);
  expect(entered).toEqual([2]);
  expect(await findButtonLimit({ origin: 'https://b.example' })).toBe(600);
  expect(await findButtonLimit({ url: 'https://a.example/page' })).toBeNull();
  await setSiteRule('b.example', undefined);
  expect(await findButtonLimit({ origin: 'https://b.example' })).toBeNull();
});

test('sites that were chosen before there were rules have it on all pictures', async () => {
  await siteRulesItem.setValue(['a.example']);
  await setSiteRule('b.example', 'never');
  await watchHoverButtons();
  expect(registered).toEqual([[['*://a.example/*'], ['*://b.example/*']]]);
  expect(entered).toEqual([1]);
});
