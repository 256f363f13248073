import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { signIn } from './consoleSetup.ts';
import { findFaults } from './findFaults.ts';
import { pressWhenSeen } from './keyboardHand.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

const withWorker: BrowserContextOptions = { serviceWorkers: 'allow' };
/** The service worker has what it keeps, and answers for this page. */
const untilInstalled = (page: Page) =>
  page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');

test('a browser may install the console as an app', async () => {
  const page = await setup.open('/', withWorker);
  await untilInstalled(page);
  const devTools = await page.context().newCDPSession(page);
  const { errors, data = '{}' } = await devTools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devTools.send('Page.getInstallabilityErrors');
  // The windows of tests are private ones.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  const { icons, ...rest } = JSON.parse(data);
  expect(rest).toMatchObject({ start_url: '/create', display: 'standalone', id: '/' });
  const sizes = (sources: string[]) =>
    Promise.all(
      sources.map(async (source) => {
        const { width, height } = await createImageBitmap(await (await fetch(source)).blob());
        return `${width}x${height}`;
      }),
    );
  const listed = icons as { src: string; sizes: string }[];
  expect(
    await page.evaluate(
      sizes,
      listed.map(({ src }) => src),
    ),
  ).toEqual(listed.map((icon) => icon.sizes));
});

test('without a connection the page says so, and comes back with it', async () => {
  const { page } = await setup.openSignedIn('/gallery', withWorker);
  const { page: chinese } = await setup.openSignedIn('/create', { ...withWorker, locale: 'zh-CN' });
  await Promise.all([page, chinese].map(untilInstalled));
  // Which of the two it is, the browser says, and it is not always right.
  for (const [window, words] of [
    [page, /^(You’re offline|The server isn’t responding)$/],
    [chinese, /^(您已离线|服务器无响应)$/],
  ] as const) {
    await window.context().setOffline(true);
    await window.reload();
    await window.getByText(words).waitFor();
  }
  // Neither answers of the API nor pictures are kept.
  const kept = await page.evaluate(async () => {
    const open = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = (await Promise.all(open.map((cache) => cache.keys()))).flat();
    return requests.map(({ url }) => new URL(url).pathname);
  });
  expect(kept.filter((path) => !/^\/console\/[^/]+\.(js|css)$/.test(path))).toEqual(['/create']);
  await page.context().setOffline(false);
  await page.locator('nav.rail').waitFor();
});

test('pictures from the share sheet are used when their person says so, and none is lost', async () => {
  const { page, person } = await setup.openSignedIn('/gallery', withWorker);
  await untilInstalled(page);
  await page.evaluate(share, { action: '/share-target', names: ['海滩.png', 'b.png', 'c.png'] });
  const question = page.getByRole('dialog', { name: 'Use these 3 pictures?' });
  await question.getByRole('img', { name: '海滩.png' }).waitFor();
  expect(await page.evaluate(() => location.search)).toBe('');
  // A reload, as well as closing it, only puts it off.
  await page.reload();
  await question.getByRole('img', { name: 'c.png' }).waitFor();
  expect(await listUploads(person)).toEqual([]);
  await question.getByRole('button', { name: 'Use', exact: true }).click();
  await page.locator('.sg-form img.sg-slot-picture').first().waitFor();
  await expect.poll(async () => (await listUploads(person)).length).toBe(3);
  await expect.poll(() => page.evaluate(countKept)).toBe(0);
  // Those without a place in the form are where a picture is chosen.
  await page.getByRole('button', { name: 'Remove' }).first().click();
  await page.getByRole('button', { name: 'From the gallery' }).first().click();
  await expect.poll(() => page.locator('.picker-choice').count()).toBe(3);
});

test('no other site hands over a picture unnoticed', async () => {
  await using site = await startSite();
  const { page, person } = await setup.openSignedIn('/create', withWorker);
  await untilInstalled(page);
  const target = { action: `${setup.platform.url}/share-target`, names: ['a.png'] };
  // A site that says who it is.
  await page.goto(site.url);
  await page.evaluate(share, target);
  await page.locator('.create-button').waitFor();
  expect(await page.evaluate(countKept)).toBe(0);
  // One that hides it looks like the share sheet, so the person is asked.
  await page.goto(`${site.url}/hidden`);
  await page.evaluate(share, target);
  const question = page.getByRole('dialog', { name: 'Use this picture?' });
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect.poll(() => page.evaluate(countKept)).toBe(0);
  expect(await listUploads(person)).toEqual([]);
});

const listUploads = async ({ accessToken: token }: Person) =>
  (await setup.platform.api.call('/api/v1/assets?kind=input', { token })).body.items;

const countKept = async () => (await (await caches.open('shared-picture')).keys()).length;

/** A page of somebody else; that at `/hidden` does not tell other sites where people come from. */
async function startSite() {
  const server = createServer(({ url }, response) =>
    response
      .writeHead(200, {
        'content-type': 'text/html',
        'referrer-policy': url === '/hidden' ? 'no-referrer' : 'strict-origin-when-cross-origin',
      })
      .end('<!doctype html><title>Another site</title>'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

test('Ctrl-K counts from the moment in which the page is seen', async () => {
  const page = await setup.open('/queue');
  const pressed = page.evaluate(pressWhenSeen, { selector: 'nav.rail', key: { key: 'k', ctrlKey: true } });
  await signIn(page, await setup.platform.signUp());
  await pressed;
  await page.getByRole('combobox', { name: 'Find' }).waitFor();
});

test('Ctrl-K leads to a view by the keyboard alone', async () => {
  const { page } = await setup.openSignedIn('/create', { reducedMotion: 'reduce' });
  const path = () => page.evaluate(() => location.pathname);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Find' });
  await field.waitFor();
  await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
  expect(await findFaults(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.getByRole('option', { selected: true }).textContent()).toBe('Canvas');
  await page.keyboard.type('link codes');
  await expect.poll(() => page.getByRole('option', { selected: true }).textContent()).toBe('Link codes');
  await page.keyboard.press('Enter');
  await expect.poll(path).toBe('/account/codes');
  await expect.poll(() => field.count()).toBe(0);
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  // It hears keys once it has the focus.
  await expect.poll(() => keys.evaluate((one) => one.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
});

/** What a phone does: a form with the files is sent, and its answer is opened. */
async function share({ action, names }: { action: string; names: string[] }): Promise<void> {
  const canvas = new OffscreenCanvas(64, 64);
  canvas.getContext('2d')?.fillRect(8, 8, 48, 48);
  const picture = await canvas.convertToBlob({ type: 'image/png' });
  const files = new DataTransfer();
  for (const name of names) files.items.add(new File([picture], name, { type: 'image/png' }));
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', action, enctype: 'multipart/form-data' });
  const input = Object.assign(document.createElement('input'), { type: 'file', name: 'picture' });
  input.multiple = true;
  input.files = files.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}
