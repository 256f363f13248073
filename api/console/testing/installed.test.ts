import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const patience = { timeout: 60_000 };

let setup: ConsoleSetup;
beforeAll(async () => {
  setup = await startConsole();
});
afterAll(async () => setup[Symbol.asyncDispose]());

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
    [page, /^(You’re offline|The server does not answer)$/],
    [chinese, /^(您已离线|服务器没有回应)$/],
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

test('a picture from the share sheet opens Create with it, once', async () => {
  const { page, person } = await setup.openSignedIn('/gallery', withWorker);
  await untilInstalled(page);
  await page.evaluate(share);
  const listUploads = async () => {
    const { accessToken: token } = person;
    return (await setup.platform.api.call('/api/v1/assets?kind=input', { token })).body.items;
  };
  await expect.poll(async () => (await listUploads()).length, patience).toBe(1);
  await page.locator('.sg-form img').first().waitFor();
  expect(await page.evaluate(() => location.search)).toBe('');
  expect(await page.evaluate(async () => (await caches.match('/share-target/picture')) === undefined)).toBe(
    true,
  );
});

test('Ctrl-K leads to a view by the keyboard alone', async () => {
  const { page } = await setup.openSignedIn('/create', { reducedMotion: 'reduce' });
  const path = () => page.evaluate(() => location.pathname);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Find' });
  await field.waitFor();
  await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.getByRole('option', { selected: true }).textContent()).toBe('Gallery');
  await page.keyboard.type('link codes');
  await expect.poll(() => page.getByRole('option', { selected: true }).textContent()).toBe('Link codes');
  await page.keyboard.press('Enter');
  await expect.poll(path).toBe('/account/codes');
  await expect.poll(() => field.count()).toBe(0);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
});

/** What a phone does: a form with the file is sent, and its answer is opened. */
async function share(): Promise<void> {
  const canvas = new OffscreenCanvas(64, 64);
  canvas.getContext('2d')?.fillRect(8, 8, 48, 48);
  const picture = await canvas.convertToBlob({ type: 'image/png' });
  const files = new DataTransfer();
  files.items.add(new File([picture], '海滩.png', { type: 'image/png' }));
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', action: '/share-target', enctype: 'multipart/form-data' });
  const input = Object.assign(document.createElement('input'), { type: 'file', name: 'picture' });
  input.files = files.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}
