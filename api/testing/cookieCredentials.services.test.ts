import { createClient } from '@star-graph/client/client';
import { cookieSessionHeaders, createCookieCredentials } from '@star-graph/client/cookieCredentials';
import { expect, test } from 'vitest';
import { apiFixture, platformFixture } from './servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

const password = 'long enough for all';
let names = 0;

/** The cookies of one browser, and its requests. */
function openBrowser() {
  const jar = new Map<string, string>();
  const requests: string[] = [];
  let refreshing = 0;
  let mostRefreshing = 0;
  const send: typeof fetch = async (input, init) => {
    const path = new URL(String(input)).pathname;
    requests.push(path);
    const isRefresh = path.endsWith('/refresh');
    if (isRefresh) mostRefreshing = Math.max(mostRefreshing, ++refreshing);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init?.headers as Record<string, string>), cookie, origin: api.url };
    const response = await fetch(input, { ...init, headers });
    if (isRefresh) refreshing--;
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  const openTab = (options: Partial<Parameters<typeof createCookieCredentials>[0]> = {}) => {
    const credentials = createCookieCredentials({ baseUrl: api.url, fetch: send, ...options });
    return { credentials, client: createClient({ baseUrl: api.url, fetch: send, credentials }) };
  };
  const signIns = createClient({ baseUrl: api.url, fetch: send, headers: () => cookieSessionHeaders });
  return {
    requests,
    openTab,
    mostRefreshing: () => mostRefreshing,
    signUp: () => signIns.register({ body: { username: `tab-${++names}`, password } }),
  };
}

test('a page that is opened again goes on as the same person', async () => {
  const browser = openBrowser();
  const first = browser.openTab();
  const signIn = await browser.signUp();
  expect(signIn.refreshToken).toBeUndefined();
  first.credentials.accept(signIn);
  expect((await first.client.getProfile()).id).toBe(signIn.user.id);
  expect(browser.requests.filter((path) => path.endsWith('/refresh'))).toEqual([]);
  expect((await browser.openTab().client.getProfile()).id).toBe(signIn.user.id);
});

test('tabs that are opened at once refresh in turn, and all survive', async () => {
  const browser = openBrowser();
  const { user } = await browser.signUp();
  const tabs = Array.from({ length: 6 }, () => browser.openTab());
  for (let round = 0; round < 3; round++) {
    expect(await Promise.all(tabs.map(({ credentials }) => credentials.renew()))).toEqual(
      tabs.map(() => true),
    );
    const people = await Promise.all(tabs.map(({ client }) => client.getProfile()));
    expect(new Set(people.map(({ id }) => id))).toEqual(new Set([user.id]));
  }
  expect(browser.mostRefreshing()).toBe(1);
});

test('a tab whose lock is never granted refreshes without it', async () => {
  const browser = openBrowser();
  await browser.signUp();
  const locks = { request: () => Promise.reject(new DOMException('too long', 'TimeoutError')) };
  expect(await browser.openTab({ locks }).credentials.renew()).toBe(true);
});

test('a page without a session asks once and is nobody', async () => {
  const browser = openBrowser();
  const { client, credentials } = browser.openTab();
  await client.getStatus();
  await client.getStatus();
  expect(browser.requests.filter((path) => path.endsWith('/refresh'))).toHaveLength(1);
  expect(await credentials.headers()).toEqual({});
});

test('a sign-out ends the session in every tab', async () => {
  const browser = openBrowser();
  const signIn = await browser.signUp();
  const [one, other] = [browser.openTab(), browser.openTab()];
  for (const { credentials } of [one, other]) credentials.accept(signIn);
  await one.credentials.logOut();
  expect(await one.credentials.headers()).toEqual({});
  await expect(other.client.getProfile()).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(await browser.openTab().credentials.renew()).toBe(false);
});

test('a refresh under way does not undo a sign-out', async () => {
  const browser = openBrowser();
  await browser.signUp();
  const { credentials } = browser.openTab();
  const renewing = credentials.renew();
  credentials.forget();
  expect(await renewing).toBe(false);
  expect(await credentials.headers()).toEqual({});
});

test('a request of one person is never repeated as another', async () => {
  const browser = openBrowser();
  let others = 0;
  const { client, credentials } = browser.openTab({ onOtherPerson: () => others++ });
  const ended = await browser.signUp();
  credentials.accept(ended);
  await api.call('/api/v1/auth/sessions', { method: 'DELETE', token: ended.accessToken });
  await browser.signUp();
  await expect(client.getProfile()).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(client.getProfile()).rejects.toMatchObject({ code: 'unauthenticated' });
  expect([others, await credentials.headers()]).toEqual([1, {}]);
});
