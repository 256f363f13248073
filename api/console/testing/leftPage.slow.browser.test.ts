import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RefreshToken } from '@star-graph/core/ground/db/models/session';
import { expect, test } from 'vitest';
import { signIn } from './consoleSetup.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();
/** Stands between browser and platform, and has the answers to refreshes in its hands. */
async function standBetween() {
  const answered = Promise.withResolvers<void>();
  /**
   * `let`: answers pass; `hold`: they wait here; `lose`: they never arrive. Their sockets stay open, since a browser
   * asks again at once where one is cut.
   */
  const state: { mode: 'let' | 'hold' | 'lose'; release?: () => void } = { mode: 'let' };
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url } = incoming;
    const passed = request(setup.platform.url + url, { method, headers }, (answer) => {
      const give = () => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      };
      if (state.mode === 'let' || !url?.endsWith('/auth/refresh')) return give();
      // The platform has the new token in its database by now.
      if (state.mode === 'hold') state.release = give;
      answered.resolve();
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    answered: answered.promise,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A page at that address, with a new person signed in. */
async function openThrough(url: string) {
  const person = await setup.platform.signUp();
  const page = await setup.open();
  await page.goto(`${url}/queue`);
  await signIn(page, person);
  const window = page.context();
  const cookie = async () =>
    (await window.cookies()).find(({ name }) => name.endsWith(new URL(url).port))?.value;
  return { page, window, cookie };
}

const nineMinutesAgo = () => new Date(Date.now() - 540_000);

test('a page that was left in the middle of its renewal comes back signed in, nine minutes later too', async () => {
  await using between = await standBetween();
  const { page, window, cookie } = await openThrough(between.url);
  const before = await cookie();
  between.state.mode = 'lose';
  await page.reload({ waitUntil: 'commit' });
  await between.answered;
  await page.close();
  between.state.mode = 'let';
  await RefreshToken.query(setup.platform.database)
    .whereNotNull('usedAt')
    .patch({ usedAt: nineMinutesAgo() });
  expect(await cookie()).toBe(before);
  const next = await window.newPage();
  await next.goto(`${between.url}/queue`);
  await next.locator('nav.rail').waitFor();
  await expect.poll(cookie).not.toBe(before);
});

test('a page that is left in the middle of its renewal still takes the cookie', async () => {
  await using between = await standBetween();
  const { page, window, cookie } = await openThrough(between.url);
  const before = await cookie();
  // A window stays open, as that of a person does who closes a tab.
  await window.newPage();
  between.state.mode = 'hold';
  await page.reload({ waitUntil: 'commit' });
  await between.answered;
  await page.close();
  between.state.release?.();
  await expect.poll(cookie).not.toBe(before);
});
