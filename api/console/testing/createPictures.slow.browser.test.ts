import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { uploadMaxPixels } from '@star-graph/workflows/params/sizes';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();
let site: Awaited<ReturnType<typeof startSite>>;
beforeAll(async () => {
  site = await startSite(await createTwoColours(64, 48).png().toBuffer());
});
afterAll(() => site[Symbol.asyncDispose]());

/** Another site, which lets no page of ours read it: a picture, and a page. */
async function startSite(picture: Buffer) {
  const server = createServer(({ url }, response) => {
    if (url?.startsWith('/picture')) response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sea</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const slot = (page: Page) => page.locator('[data-field="image"] .sg-slot');
const picture = (page: Page) => slot(page).locator('img.sg-slot-picture');
const listUploads = async ({ accessToken: token }: Person) =>
  (await setup.platform.api.call('/api/v1/assets?kind=input', { token })).body.items;

/** What a browser does when text is pasted, or dropped, where the selector points. */
const bring = (page: Page, kind: 'paste' | 'drop', selector: string, data: Record<string, string>) =>
  page.evaluate(
    ([name, target, given]) => {
      const transfer = new DataTransfer();
      for (const [type, value] of Object.entries(given)) transfer.setData(type, value);
      const options = { bubbles: true, cancelable: true };
      const event =
        name === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: transfer })
          : new DragEvent('drop', { ...options, dataTransfer: transfer });
      document.querySelector(target)?.dispatchEvent(event);
    },
    [kind, selector, data] as const,
  );

test('a link that is pasted, dropped or typed brings its picture', async () => {
  const { page, person } = await setup.openSignedIn('/create/upscale');
  await slot(page).waitFor();
  await bring(page, 'paste', 'body', { 'text/plain': `${site.url}/picture?1` });
  await picture(page).waitFor();
  await page.getByRole('button', { name: 'Remove' }).click();
  // What is dragged from a page is often a link to another page, around the picture.
  const html = `<a href="${site.url}/page"><img src="${site.url}/picture?2"></a>`;
  await bring(page, 'drop', '[data-field="image"] .sg-slot', {
    'text/uri-list': `${site.url}/page`,
    'text/html': html,
  });
  await picture(page).waitFor();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'From a link' }).click();
  await page.getByRole('textbox', { name: 'From a link' }).fill(`${site.url}/picture?3`);
  await page.keyboard.press('Enter');
  await picture(page).waitFor();
  expect(await listUploads(person)).toHaveLength(3);
});

test('a link stays words in a field of words, and opens a form that takes its picture elsewhere', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await prompt.waitFor();
  const link = { 'text/plain': `${site.url}/picture` };
  await bring(page, 'paste', 'textarea[name="prompt"]', link);
  await bring(page, 'paste', 'body', link);
  await picture(page).waitFor();
  expect(new URL(page.url()).pathname).not.toBe('/create/text2img');
  expect(await listUploads(person)).toHaveLength(1);
});

test('a link without a picture says so at its place, and another one can be given', async () => {
  const { page, person } = await setup.openSignedIn('/create/upscale');
  await slot(page).waitFor();
  await bring(page, 'paste', 'body', { 'text/plain': `${site.url}/page` });
  await slot(page).getByText('There is a page behind this link').waitFor();
  await slot(page).getByRole('button', { name: 'Try again' }).waitFor();
  await slot(page).getByRole('button', { name: 'Cancel' }).click();
  await bring(page, 'paste', 'body', { 'text/plain': `${site.url}/picture` });
  await picture(page).waitFor();
  expect(await listUploads(person)).toHaveLength(1);
});

test('a picture larger than the server takes is made smaller, and its form says so', async () => {
  const { page, person } = await setup.openSignedIn('/create/upscale');
  const buffer = await createTwoColours(90, 80).resize(9_000, 8_000, { kernel: 'nearest' }).png().toBuffer();
  const file = { name: 'sea.png', mimeType: 'image/png', buffer };
  await page.locator('[data-field="image"] input[type=file]').first().setInputFiles(file);
  await page.getByText(/^Made smaller for the server: now/).waitFor();
  const [upload] = await listUploads(person);
  const { width, height } = upload;
  expect(width * height).toBeLessThanOrEqual(uploadMaxPixels);
  expect(width * height).toBeGreaterThan(uploadMaxPixels * 0.99);
  expect(width / height).toBeCloseTo(9 / 8, 3);
});
