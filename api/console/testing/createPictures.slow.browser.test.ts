import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { uploadMaxPixels } from '@star-graph/workflows/shared/uploadRules';
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

/** Every drawing in space keeps what it drew, and counts what it holds of the graphics memory. */
const watchDrawings = () => {
  const held = { buffers: 0, allBuffers: 0, texturesFreed: 0 };
  Object.assign(window, { held });
  const { createBuffer, deleteBuffer, deleteTexture } = WebGL2RenderingContext.prototype;
  const { getContext } = HTMLCanvasElement.prototype;
  Object.assign(WebGL2RenderingContext.prototype, {
    createBuffer(this: WebGL2RenderingContext) {
      held.buffers += 1;
      held.allBuffers += 1;
      return createBuffer.call(this);
    },
    deleteBuffer(this: WebGL2RenderingContext, buffer: WebGLBuffer) {
      held.buffers -= 1;
      deleteBuffer.call(this, buffer);
    },
    deleteTexture(this: WebGL2RenderingContext, texture: WebGLTexture) {
      held.texturesFreed += 1;
      deleteTexture.call(this, texture);
    },
  });
  Object.assign(HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string, options: object) {
      return Reflect.apply(getContext, this, [kind, { ...options, preserveDrawingBuffer: true }]);
    },
  });
};

test('a sound plays, a text becomes the prompt, a body turns and is freed', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img', {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { accessToken: token } = person;
  await page.addInitScript(watchDrawings);
  const file = new FormData();
  const png = await createTwoColours(64, 64).png().toBuffer();
  file.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'thing.png');
  const { id: image } = (await setup.platform.api.call('/api/v1/assets', { token, body: file })).body;
  const wishes = [
    ['expand-prompt', { prompt: 'a fox in the snow' }],
    ['ace-step', { prompt: 'quiet piano', seconds: 5 }],
    ['hunyuan3d', { image }],
  ] as const;
  for (const [name, body] of wishes)
    expect(await setup.platform.api.call(`/api/v1/generate/${name}`, { token, body })).toMatchObject({
      status: 202,
    });
  await page.reload();
  const result = (media: string) => page.locator(`.result-choose:has(.sg-kind[data-media="${media}"])`);

  await result('text').click();
  const said = await page.locator('.sg-words > p').textContent();
  expect(said).toContain('a fox in the snow');
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(said);
  await page.getByRole('link', { name: 'Use as prompt' }).click();
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await expect.poll(() => prompt.inputValue()).toBe(said);

  // It came with the news of its end.
  await result('model3d').locator('.sg-kind-poster').waitFor();
  await result('model3d').click();
  const body = page.getByRole('img', { name: /3D model/ });
  await page.locator('.sg-body[data-loaded]').waitFor();
  const draw = () => body.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const first = await draw();
  await body.press('ArrowRight');
  const byKey = await draw();
  expect(byKey).not.toBe(first);
  const { x, y } = (await body.boundingBox()) ?? { x: 0, y: 0 };
  await page.mouse.move(x + 100, y + 100);
  await page.mouse.down();
  await page.mouse.move(x + 180, y + 120, { steps: 3 });
  await page.mouse.up();
  expect(await draw()).not.toBe(byKey);
  // A picture beside a body says nothing by a slider.
  expect(await page.getByRole('button', { name: 'Compare' }).count()).toBe(0);

  await result('audio').click();
  await expect
    .poll(() => page.evaluate(() => Reflect.get(window, 'held')))
    .toEqual({ buffers: 0, allBuffers: expect.toSatisfy((all) => all > 0), texturesFreed: 1 });
  const sound = page.locator('audio');
  await sound.evaluate((player: HTMLAudioElement) => player.play());
  await expect
    .poll(() => sound.evaluate((player: HTMLAudioElement) => player.currentTime))
    .toBeGreaterThan(0);
  // What was heard stays in colour.
  await sound.evaluate((player: HTMLAudioElement) => player.pause());
  const heard = page.locator('.sg-unseen .sg-waveform path[style]');
  await expect.poll(() => heard.getAttribute('style')).not.toContain('100%');
  await page.locator('.sg-unseen .sg-waveform').click();
  await expect
    .poll(() => sound.evaluate((player: HTMLAudioElement) => player.currentTime / player.duration))
    .toBeCloseTo(0.5, 1);

  // No node of the pool writes one in text: the row says so, and its file is one.
  const { items } = (await setup.platform.api.call('/api/v1/assets?media=model3d', { token })).body;
  const rows = setup.platform.database('assets').where({ id: items[0].id });
  const { storageKey } = await rows.clone().first();
  await rows.update({ mime: 'model/obj', storageKey: storageKey.replace(/glb$/, 'obj') });
  const written = 'v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 2 3\nf 1 2 4\nf -4 -2 -1\n';
  await page.route(
    ({ pathname }) => pathname.endsWith('.obj'),
    (asked) => asked.fulfill({ contentType: 'model/obj', body: written }),
  );
  await page.reload();
  await result('model3d').click();
  await page.locator('.sg-body[data-loaded]').waitFor();

  await page.goto(`${setup.platform.url}/gallery`);
  await page.locator('.tile .sg-kind').nth(2).waitFor();
  expect(await page.locator('.tile .sg-kind-name').allInnerTexts()).toEqual(['quiet piano']);
  expect(await page.locator('.tile .sg-waveform path').getAttribute('d')).toMatch(/^M0 /);
  const poster = page.locator('.tile .sg-kind-poster');
  await expect.poll(() => poster.evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBe(512);
  expect(await poster.evaluate((picture) => picture.checkVisibility({ opacityProperty: true }))).toBe(true);
  // Its link was good for an hour.
  const fresh = page.waitForResponse((answer) => answer.url().endsWith(`/api/v1/assets/${items[0].id}`));
  await poster.evaluate((picture) => picture.dispatchEvent(new Event('error')));
  expect((await fresh).status()).toBe(200);

  // What was made of a picture stands on its page as what it is.
  await page.goto(`${setup.platform.url}/gallery/${image}`);
  await page.locator('.detail-relatives .sg-kind-poster').waitFor();

  // On the page of a link all words begin at one edge, beneath a result of any width.
  const { items: sounds } = (await setup.platform.api.call('/api/v1/assets?media=audio', { token })).body;
  const shares = `/api/v1/assets/${sounds[0].id}/shares`;
  const { url } = (await setup.platform.api.call(shares, { token, body: { showsPrompt: true } })).body;
  await page.goto(url);
  await page.getByText('quiet piano').waitFor();
  const edges = await page
    .locator('header, h1, .share-waveform, audio, figcaption, .share-foot')
    .evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().left)));
  expect(edges).toEqual(Array.from({ length: 6 }, () => edges[0]));
});

test('a grid makes a picture at each place, shows them by their settings, and is saved as one picture', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  await page.locator('[data-field="prompt"] textarea').fill('a {red|blue} boat');
  await page.getByRole('button', { name: 'Grid' }).click();
  const dialog = page.getByRole('dialog');
  const choose = async (side: string, axis: string) => {
    await dialog.getByRole('combobox', { name: side }).click();
    await page.getByRole('option', { name: axis, exact: true }).click();
  };
  await choose('Columns', 'Words in braces');
  await choose('Rows', 'Seed');
  await dialog.getByLabel('Values').fill('11, 12');
  await dialog.getByText('4 pictures').waitFor();
  await dialog.getByRole('button', { name: /Create the grid/ }).click();
  await page.getByRole('button', { name: 'Show the grid' }).click();
  await expect.poll(() => dialog.locator('.grid-cell img').count()).toBe(4);
  expect(await dialog.getByRole('columnheader').allTextContents()).toEqual(['red', 'blue']);
  expect(await dialog.getByRole('rowheader').allTextContents()).toEqual(['11', '12']);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save as a picture' }).click(),
  ]);
  const { width = 0, height = 0 } = await openPicture(await readFile(await file.path())).metadata();
  expect([width > 1_000, height > 1_000]).toEqual([true, true]);
  const { accessToken: token } = person;
  const { items } = (await setup.platform.api.call('/api/v1/tasks', { token })).body;
  const made = items.map((task: { params: { prompt: string; seed: number } }) => [
    task.params.prompt,
    task.params.seed,
  ]);
  expect(made.toSorted()).toEqual([
    ['a blue boat', 11],
    ['a blue boat', 12],
    ['a red boat', 11],
    ['a red boat', 12],
  ]);
});

test('an extended picture is compared where it lies in its result', async () => {
  const { page, person } = await setup.openSignedIn('/create/outpaint');
  const { accessToken: token } = person;
  const form = new FormData();
  const bytes = new Uint8Array(await createTwoColours(256, 192).png().toBuffer());
  form.append('file', new Blob([bytes], { type: 'image/png' }), 'shore.png');
  const { id: image } = (await setup.platform.api.call('/api/v1/assets', { token, body: form })).body;
  const values = { image, prompt: 'a shore', left: 256, bottom: 192 };
  await setup.platform.api.call('/api/v1/generate/outpaint', { token, body: values });
  const result = page.locator('.result[data-kind="result"]');
  await result.click();
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.locator('.sg-compare-before img').waitFor();
  // Both at once: the stage still finds its size.
  const place = await page.locator('.sg-compare').evaluate((compared) => {
    const frame = compared.getBoundingClientRect();
    const before = compared.querySelector('.sg-compare-before img')?.getBoundingClientRect();
    if (!before) throw new Error('the earlier picture is not shown');
    const shares = [before.x - frame.x, before.width, before.y - frame.y, before.height];
    return shares.map((length, at) => length / (at < 2 ? frame.width : frame.height));
  });
  expect(place).toEqual([0.5, 0.5, 0, 0.5].map((share) => expect.closeTo(share, 2)));
});
