import { untilCount } from '@star-graph/api/testing/calls/pageWaits';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture } from './browsers/capture.ts';
import { clickMenu } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup, type ListedTask } from './extensionSetup.ts';
import { choose, fieldOf, listOf, numberOf, readChoice } from './pages/forms.ts';
import { giveFile } from './pages/giveFile.ts';
import { readOverlay } from './pages/overlayProbe.ts';
import { jpegPicture, samplePicture } from './pages/pictures.ts';

describe.skipIf(!hasChromium)('the pages of the extension', () => {
  let setup: ExtensionSetup;
  beforeAll(async () => {
    setup = await createExtensionSetup();
  });
  afterAll(() => setup?.[Symbol.asyncDispose]());

  const call = (path: string, options: object = {}) =>
    setup.platform.api.call(`/api/v1${path}`, { token: setup.person.accessToken, ...options });
  const listTasks = async (): Promise<ListedTask[]> => (await call('/tasks?limit=100')).body.items;
  const listIds = async () => (await listTasks()).map(({ id }) => id);
  const getBalance = async () => (await call('/users/balance')).body;
  /** As wide as a panel of 360 pixels at a zoom of 200 %. */
  const expectToFit = async (page: Page) => {
    const sizeBefore = page.viewportSize();
    await page.setViewportSize({ width: 180, height: 700 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(180);
    if (sizeBefore) await page.setViewportSize(sizeBefore);
  };
  const visit = async (path: string): Promise<Page> => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl(path));
    return page;
  };
  /** The form that opens in a window of its own. */
  const openForm = async (page: Page): Promise<Page> => {
    const opened = setup.browser.context.waitForEvent('page');
    // What it shows now: its own picture, or a result.
    const srcUrl = await page
      .locator('#picture')
      .evaluate((picture) => (picture as HTMLImageElement).currentSrc);
    await clickMenu(setup.browser, { page, menuItemId: 'img2img', srcUrl });
    const form = await opened;
    await form.getByRole('button', { name: 'Run' }).waitFor();
    return form;
  };

  describe('img2img', () => {
    test('asks for the schema’s parameters, shows the price first, and remembers values', async () => {
      const page = await visit('/cross');
      const idsBefore = await listIds();
      const form = await openForm(page);
      for (const name of ['image', 'prompt', 'denoise', 'model', 'size']) await fieldOf(form, name).waitFor();
      for (const name of ['negativePrompt', 'seed', 'steps'])
        expect(await fieldOf(form, name).count()).toBe(0);

      await form.fill('[name=prompt]', 'a hill at dawn');
      // A tile puts its words behind those of the person, and takes them out again.
      const style = form.getByRole('group', { name: 'Styles' }).getByRole('button').nth(1);
      const isDrawn = (picture: Element) => (picture as HTMLImageElement).naturalWidth > 0;
      await expect.poll(() => style.locator('img').evaluate(isDrawn)).toBe(true);
      await style.click();
      await expect.poll(() => form.inputValue('[name=prompt]')).toMatch(/^a hill at dawn, \w/);
      await style.and(form.locator('[aria-pressed=true]')).click();
      await expect.poll(() => form.inputValue('[name=prompt]')).toBe('a hill at dawn');
      await numberOf(form, 'denoise').fill('0.5');
      await form.getByRole('button', { name: 'More', exact: true }).click();
      await numberOf(form, 'steps').fill('4');
      const { cost } = (await call('/generate/text2img/quote', { body: { prompt: 'x' } })).body;
      expect(cost).toBeGreaterThan(0);
      const price = form.getByTestId('quote');
      await price.filter({ hasText: /^\d+ credits?/ }).waitFor();
      const quoted = Number.parseInt((await price.textContent()) ?? '', 10);
      await form.getByRole('button', { name: new RegExp(`^Run ${quoted} credit`) }).waitFor();
      await form.getByRole('button', { name: 'Save preset' }).click();
      await form.getByLabel('Name for a preset').fill('Dawn');
      await form.getByRole('button', { name: 'Save', exact: true }).click();
      expect(await listIds()).toEqual(idsBefore);
      expect((await getBalance()).held).toBe(0);

      const closed = form.waitForEvent('close');
      await form.getByRole('button', { name: 'Run' }).click();
      await closed;
      await expect.poll(() => readOverlay(page)).toContain('Compare');
      const [task] = await listTasks();
      expect(task).toMatchObject({
        status: 'succeeded',
        cost: quoted,
        params: { prompt: 'a hill at dawn', denoise: 0.5, steps: 4 },
        meta: { sourceUrl: page.url() },
      });

      const again = await openForm(page);
      await expect.poll(() => again.inputValue('[name=prompt]')).toBe('a hill at dawn');
      await again.fill('[name=prompt]', 'a hill at noon');
      await choose(again, again.getByRole('combobox', { name: 'Preset' }), 'Dawn');
      await expect.poll(() => again.inputValue('[name=prompt]')).toBe('a hill at dawn');
      await again.close();
      await page.close();
    });

    test('says what is missing in place of the price, and goes on once credits are claimed', async () => {
      const page = await visit('/cross');
      const before = { ids: await listIds(), available: (await getBalance()).available };
      const { api } = setup.platform;
      const { body: profile } = await call('/users/profile');
      const token = await api.signInAsAdmin();
      const grant = (amount: number) =>
        api.call(`/api/admin/users/${profile.id}/credits`, {
          token,
          body: { amount, reason: 'test', key: crypto.randomUUID() },
        });
      await grant(-before.available);
      const form = await openForm(page);
      await form.fill('[name=prompt]', 'a hill at dawn');
      const missing = form.getByText(/^This costs (\d+) credits?, and you have 0: \1 (is|are) missing\.$/);
      await missing.waitFor();
      const run = form.getByRole('button', { name: 'Run' });
      expect(await run.isDisabled()).toBe(true);
      expect(await form.getByTestId('quote').textContent()).toBe('');
      await form.locator('[name=prompt]').press('Control+Enter');
      await form.getByRole('button', { name: 'Claim today’s credits' }).click();
      await expect.poll(() => run.isEnabled()).toBe(true);
      await missing.waitFor({ state: 'detached' });
      await form
        .getByTestId('quote')
        .filter({ hasText: /^\d+ credits?/ })
        .waitFor();
      expect(await listIds()).toEqual(before.ids);
      await grant(before.available);
      const closed = form.waitForEvent('close');
      await form.getByRole('button', { name: 'Cancel' }).click();
      await closed;
      await page.close();
    });

    test('runs nothing while a value is missing, and takes none that the schema forbids', async () => {
      const page = await visit('/cross');
      const form = await openForm(page);
      const countBefore = (await listTasks()).length;
      // The last values come into the form by themselves.
      await expect.poll(() => form.inputValue('[name=prompt]')).toBe('a hill at dawn');
      await numberOf(form, 'denoise').fill('7');
      await form.fill('[name=prompt]', '');
      await expect.poll(() => numberOf(form, 'denoise').inputValue()).toBe('1');
      await form.getByRole('button', { name: 'Run' }).click();
      await fieldOf(form, 'prompt').getByRole('alert').waitFor();
      await expect.poll(() => form.getByTestId('quote').textContent()).toBe('');
      const closed = form.waitForEvent('close');
      await form.getByRole('button', { name: 'Cancel' }).click();
      await closed;
      await expect.poll(() => readOverlay(page)).toContain('Cancelled');
      expect(await listTasks()).toHaveLength(countBefore);
      await page.close();
    });

    test('runs the chosen engine with its own form, at its own price', async () => {
      const page = await visit('/cross');
      const form = await openForm(page);
      await choose(form, listOf(fieldOf(form, 'model')), 'Flux.2 Klein 4B');
      await fieldOf(form, 'denoise').waitFor({ state: 'detached' });
      await form.fill('[name=prompt]', 'make it night');
      const body = { prompt: 'make it night', image: (await listTasks())[0]?.params.image };
      const { cost } = (await call('/generate/flux2-klein-edit/quote', { body })).body;
      const price = form.getByTestId('quote');
      await price.filter({ hasText: new RegExp(`^${cost} credit`) }).waitFor();
      const closed = form.waitForEvent('close');
      await form.getByRole('button', { name: 'Run' }).click();
      await closed;
      await expect.poll(() => readOverlay(page)).toContain('Compare');
      const [task] = await listTasks();
      expect(task).toMatchObject({ cost, workflow: { name: 'flux2-klein-edit' } });
      // The last values come back with their model.
      const again = await openForm(page);
      const model = listOf(fieldOf(again, 'model'));
      await expect.poll(() => readChoice(model)).toBe('Flux.2 Klein 4B');
      await choose(again, model, 'Stable Diffusion 1.5');
      await fieldOf(again, 'denoise').waitFor();
      expect(await again.inputValue('[name=prompt]')).toBe('make it night');
      await again.close();
      await page.close();
    });
  });

  describe('the popup', () => {
    test.each([
      ['dropped', 'drop'],
      ['pasted', 'paste'],
    ])('enlarges a picture that is %s', async (_, way) => {
      const popup = await setup.browser.openOwnPage('/popup.html?window');
      const [width, height] = way === 'drop' ? [120, 90] : [100, 100];
      const picture = await (way === 'drop' ? samplePicture() : jpegPicture(width, height));
      const base64 = picture.toString('base64');
      const upscale = popup.getByRole('button', { name: 'Upscale 2×' });
      await upscale.and(popup.locator(':disabled')).waitFor();
      await popup.evaluate(giveFile, { base64, way, name: `${way}.jpg` });
      await popup.getByText(`${way}.jpg`).waitFor();
      await upscale.click();
      await popup.getByRole('button', { name: 'Open full size' }).waitFor();
      await untilCount(popup.locator('.results img:not([data-loaded])'), 0);
      if (way === 'drop') await capture(popup, 'popup', { width: 360, height: 400 });
      if (way === 'drop') await expectToFit(popup);
      const [task] = await listTasks();
      expect(task).toMatchObject({
        status: 'succeeded',
        outputs: [{ width: 2 * width, height: 2 * height }],
      });
      expect(task?.meta.sourceUrl).toBeUndefined();
      await popup.close();
    });

    test('names a price above the limit, and sends nothing after a no', async () => {
      const options = await setup.browser.openOwnPage('/options.html');
      const limit = options.getByLabel('Ask before one picture costs more');
      expect(await limit.inputValue()).toBe('5');
      await limit.fill('0');
      await limit.blur();
      const popup = await setup.browser.openOwnPage('/popup.html');
      const before = { ids: await listIds(), balance: await getBalance() };
      const buffer = await jpegPicture(110, 110);
      await popup
        .locator('input[type=file]')
        .setInputFiles({ name: 'asked.jpg', mimeType: 'image/jpeg', buffer });
      const upscale = popup.getByRole('button', { name: 'Upscale 2×' });
      await upscale.click();
      await popup
        .getByText(`Credits: 1 · you have ${before.balance.available.toLocaleString('en')}`)
        .waitFor();
      await popup.getByRole('button', { name: 'Cancel' }).click();
      await popup.getByText('Cancelled').waitFor();
      expect({ ids: await listIds(), balance: await getBalance() }).toEqual(before);

      await upscale.click();
      await popup.getByRole('button', { name: 'Go ahead · 1 ★' }).click();
      await popup.getByRole('button', { name: 'Open full size' }).waitFor();
      expect((await listIds()).length).toBe(before.ids.length + 1);
      await limit.fill('5');
      await limit.blur();
      await options.close();
      await popup.close();
    });

    test('says that a text file is no picture, and sends nothing', async () => {
      const popup = await setup.browser.openOwnPage('/popup.html');
      const countBefore = (await listTasks()).length;
      const file = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('words') };
      await popup.locator('input[type=file]').setInputFiles(file);
      await popup.getByRole('button', { name: 'Upscale 2×' }).click();
      await popup.getByRole('alert').waitFor();
      expect(await listTasks()).toHaveLength(countBefore);
      await popup.close();
    });
  });

  describe('the side panel', () => {
    const prompt = (text: string) => ({ prompt: text, width: 256, height: 256, steps: 1, seed: 7 });
    const generate = async (text: string): Promise<string> =>
      (await call('/generate/text2img', { body: prompt(text) })).body.id;

    test('shows other clients’ tasks live, repeats and deletes them, with a way back', async () => {
      const panel = await setup.browser.openOwnPage('/sidepanel.html');
      await panel.locator('[data-connection=connected]').waitFor();
      const id = await generate('a pier');
      const row = panel.locator(`[data-task="${id}"]`);
      await panel.locator(`[data-task="${id}"][data-status=succeeded]`).waitFor();
      await row.locator('img').waitFor();

      const children = async () => (await listTasks()).filter((task) => task.parentId === id);
      await row.getByRole('button', { name: 'Run again' }).click();
      await expect.poll(async () => (await children()).length).toBe(1);
      await row.getByRole('button', { name: 'Variation' }).click();
      await expect.poll(async () => (await children()).length).toBe(2);
      const seeds = (await children()).map((task) => task.params.seed);
      expect(seeds.filter((seed) => seed === 7)).toHaveLength(1);
      for (const child of await children())
        await panel.locator(`[data-task="${child.id}"][data-status=succeeded]`).waitFor();

      await capture(panel, 'panel', { width: 420, height: 640 });
      await expectToFit(panel);
      const [output] = (await call(`/tasks/${id}`)).body.outputs;
      await row.getByRole('button', { name: 'Delete' }).click();
      await row.getByRole('button', { name: 'Delete' }).waitFor({ state: 'detached' });
      const status = async () => (await call(`/assets/${output.id}`)).status;
      await expect.poll(status).toBe(404);
      await untilCount(row.locator('img'), 0);
      await panel.getByRole('button', { name: 'Undo' }).click();
      await row.locator('img').waitFor();
      expect(await status()).toBe(200);
      expect((await listTasks()).find((task) => task.id === id)?.outputs).toHaveLength(1);

      await panel.getByText('Library').click();
      const found = panel.locator('.library [role=group]');
      await found.nth(2).waitFor();
      const dragged = await found.first().evaluate((card) => {
        const dataTransfer = new DataTransfer();
        card.dispatchEvent(new DragEvent('dragstart', { bubbles: true, dataTransfer }));
        return dataTransfer.getData('DownloadURL');
      });
      expect(dragged).toMatch(/^image\/png:star-graph\.png:http/);
      await expectToFit(panel);
      await panel.getByLabel('Search by prompt').fill('no such words');
      await panel.getByText('No results yet').waitFor();
      await panel.getByLabel('Search by prompt').fill('pier');
      await found.nth(2).waitFor();
      await panel.close();
    });

    test('shows two lines of a long prompt, all on a press', async () => {
      const panel = await setup.browser.openOwnPage('/sidepanel.html');
      await panel.setViewportSize({ width: 420, height: 640 });
      const long = 'a very long wish with many words '.repeat(40).trim();
      const row = panel.locator(`[data-task="${await generate(long)}"]`);
      // Its picture moves what stands below.
      await row.locator('img').waitFor();
      const shown = row.locator('summary');
      const height = async () => (await shown.boundingBox())?.height ?? 0;
      const lineHeight = await shown.evaluate((line) => Number.parseFloat(getComputedStyle(line).lineHeight));
      await expect.poll(height).toBeLessThanOrEqual(2 * lineHeight + 1);
      await shown.click();
      await expect.poll(height).toBeGreaterThan(10 * lineHeight);
      await expect.poll(() => shown.textContent()).toBe(long);
      await panel.close();
    });

    test('shows the tasks that a filter matches, also new matches', async () => {
      const panel = await setup.browser.openOwnPage('/sidepanel.html');
      await panel.locator('[data-task]').first().waitFor();
      await choose(panel, panel.getByRole('combobox', { name: 'kinds' }), 'Text to picture');
      await choose(panel, panel.getByRole('combobox', { name: 'states' }), 'Cancelled');
      await panel.getByText('No tasks').waitFor();
      // Held at its first step, it waits to be cancelled.
      await setup.platform.backend.control({ arm: [{ kind: 'hang' }] });
      const { id } = (await call('/generate/text2img', { body: { ...prompt('a lake'), seed: 8 } })).body;
      await expect.poll(async () => (await call(`/tasks/${id}`)).body.status).toBe('running');
      await call(`/tasks/${id}`, { method: 'DELETE' });
      await panel.locator(`[data-task="${id}"][data-status=cancelled]`).waitFor();
      await untilCount(panel.locator('[data-task]'), 1);
      await panel.close();
    });

    test("loads older tasks and credit movements at the list's end", async () => {
      for (let number = 0; number < 25; number++) await generate('a pier');
      const all = await listIds();
      expect(all.length).toBeGreaterThan(20);
      const panel = await setup.browser.openOwnPage('/sidepanel.html');
      const rows = panel.locator('[data-task]');
      await untilCount(rows, 20);
      await rows.last().scrollIntoViewIfNeeded();
      await panel.mouse.wheel(0, 10_000);
      await untilCount(rows, all.length);
      expect(await rows.evaluateAll((items) => items.map((item) => item.getAttribute('data-task')))).toEqual(
        all,
      );
      await panel.getByText('Statement').click();
      const grant = panel.getByText('+100,000');
      const scroll = async () => {
        await panel.mouse.wheel(0, 10_000);
        return await grant.count();
      };
      await expect.poll(scroll).toBe(1);
      await panel.close();
    });
  });
});
