import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { type Language, language } from '@star-graph/ui/texts/language';
import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { texts as requestTexts } from '../app/views/create/requestTexts.ts';
import { texts } from '../app/views/create/results/texts.ts';
import { texts as createTexts } from '../app/views/create/texts.ts';
import { texts as exploreTexts } from '../app/views/explore/texts.ts';
import { texts as detailTexts } from '../app/views/gallery/detail/texts.ts';
import { type ConsoleSetup, phone, signIn, startConsole } from './consoleSetup.ts';
import { finger, type Hand, keys, mouse } from './hands.ts';
import { goByPalette, pressOn, tabTo } from './keyboardHand.ts';
import { imagesDir } from './viewWalk.ts';

vi.setConfig({ testTimeout: imagesDir === undefined ? 300_000 : 600_000, hookTimeout: 120_000 });
let setup: ConsoleSetup;
beforeAll(async () => {
  setup = await startConsole({ enlarges: 'quickly' });
});
afterAll(async () => setup[Symbol.asyncDispose]());

const call = (path: string, token: string) => setup.platform.api.call(path, { token });
const listTasks = async (token: string): Promise<TaskView[]> =>
  (await call('/api/v1/tasks', token)).body.items;
const viewport = { width: 1200, height: 800 };
const results = (page: Page) => page.locator('.result[data-kind="result"]');
const tool = (page: Page, name: string | RegExp) => page.getByRole('toolbar').getByRole('button', { name });

/** The command of infra/docs/first-pictures.md takes the pictures of the walk anew. */
function takePictures(locale: Language, scenes: readonly string[] = []) {
  return async (page: Page, scene: string, seen?: Locator): Promise<void> => {
    await seen?.waitFor();
    const size = page.viewportSize();
    if (imagesDir === undefined || !scenes.includes(scene) || !size) return;
    await page.waitForLoadState('networkidle');
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.stage-picture img')].every(
        ({ naturalWidth }) => naturalWidth > 0,
      ),
    );
    // What was said of the step before would lie over this one.
    await page.locator('.sg-toasts').evaluateAll((all: HTMLElement[]) => {
      for (const toasts of all) toasts.style.setProperty('display', 'none');
    });
    await mkdir(imagesDir, { recursive: true });
    const browser = await page.context().newCDPSession(page);
    const isPhone = size.width < viewport.width;
    const clip = { x: 0, y: 0, ...size, scale: isPhone ? 1 : 0.8 };
    const { data } = await browser.send('Page.captureScreenshot', { format: 'webp', quality: 45, clip });
    const form = (isPhone ? '-phone' : '') + (locale === 'en' ? '' : '-zh');
    await writeFile(join(imagesDir, `first-${scene}${form}.webp`), data, 'base64');
  };
}

/** Until so many results are there, and the newest is drawn. */
async function awaitResults(page: Page, count: number): Promise<void> {
  // A picture of the documentation is drawn and enlarged by one core, which others use too.
  await expect.poll(() => results(page).count(), { timeout: 300_000 }).toBe(count);
  const drawn = () =>
    results(page)
      .first()
      .locator('img')
      .evaluate(({ naturalWidth }: HTMLImageElement) => naturalWidth);
  await expect.poll(drawn).toBeGreaterThan(0);
}

interface Walk {
  hand: Hand;
  locale: Language;
  options: BrowserContextOptions;
  /** Of what pictures are taken. */
  pictures?: readonly string[];
}
const byMouse = {
  hand: mouse,
  options: { viewport },
  pictures: ['styles', 'form', 'four', 'redraw', 'enlarged', 'animated', 'publish', 'explore'],
};
const byPhone = { hand: finger, options: phone, pictures: ['four', 'redraw', 'explore'] };
const ways: readonly [name: string, walk: Walk][] = [
  ['by mouse', { ...byMouse, locale: 'en' }],
  ['by mouse, in Chinese', { ...byMouse, locale: 'zh-CN' }],
  ['by keyboard', { hand: keys, locale: 'en', options: { viewport } }],
  ['on a phone', { ...byPhone, locale: 'en' }],
  ['on a phone, in Chinese', { ...byPhone, locale: 'zh-CN' }],
];
const redrawn = { en: 'A small boat', 'zh-CN': '一只小船' };

/** Whose account speaks the language. */
async function signUpIn(locale: Language): Promise<Person> {
  const person = await setup.platform.signUp();
  const { accessToken: token } = person;
  await setup.platform.api.call('/api/v1/users/profile', { token, method: 'PATCH', body: { locale } });
  return person;
}

test.each(ways.filter(([, { pictures }]) => imagesDir === undefined || pictures !== undefined))(
  'a newcomer goes from the first sight to a film, and somebody else remixes what they publish: %s',
  async (_, { hand, locale, options, pictures }) => {
    language.value = locale;
    const isPhone = options === phone;
    const person = await signUpIn(locale);
    const { body } = await setup.platform.api.call('/api/v1/users/link-codes', {
      method: 'POST',
      token: person.accessToken,
    });
    const shared = { reducedMotion: 'reduce', colorScheme: 'dark', locale, ...options } as const;
    const page = await setup.open(`/#welcome=${body.code}`, shared);
    const picture = takePictures(locale, pictures);
    const createOn = (one: Page) => one.getByRole('button', { name: new RegExp(`^${requestTexts.create}`) });
    const createButton = createOn(page);
    const create = () => (hand === keys ? page.keyboard.press('Control+Enter') : hand.press(createButton));
    const prompt = page.getByRole('textbox', { name: createTexts.prompt, exact: true });

    await picture(page, 'styles', page.locator('.style-sample img').first());
    await hand.press(page.locator('.style-sample').nth(1));
    await expect.poll(() => prompt.first().inputValue()).not.toBe('');
    const styled = await prompt.first().inputValue();
    if (isPhone) await hand.press(page.getByRole('button', { name: createTexts.settings }));
    await hand.takeFourth(page.locator('[data-field="count"]'));
    await expect.poll(() => createButton.last().textContent()).toContain('16');
    await picture(page, 'form');
    if (isPhone) await hand.press(page.getByRole('button', { name: createTexts.close }));
    if (hand === keys) await tabTo(prompt, 'Shift+Tab');
    await create();
    await awaitResults(page, 4);
    await picture(page, 'four');

    await hand.press(tool(page, texts.varySubtle));
    await awaitResults(page, 5);

    await hand.press(tool(page, texts.redraw));
    await hand.paint(page);
    await hand.write(prompt, redrawn[locale]);
    await picture(page, 'redraw');
    await create();
    await awaitResults(page, 6);

    await hand.press(tool(page, texts.upscale));
    await awaitResults(page, 7);
    await picture(page, 'enlarged');
    if (hand === keys) await compareAndSave(page);

    await hand.press(tool(page, texts.animate));
    await expect.poll(() => new URL(page.url()).pathname).toBe('/create/img2video');
    await (hand === keys ? pressOn(createButton, 'Shift+Tab') : hand.press(createButton));
    await expect.poll(() => results(page).count()).toBe(8);
    await picture(page, 'animated', page.locator('.stage-place video'));

    const made = await listTasks(person.accessToken);
    expect(made.map(({ workflow }) => workflow.name)).toEqual([
      'img2video',
      'upscale',
      'inpaint',
      'img2img',
      'text2img',
    ]);
    expect(made.at(-1)).toMatchObject({ params: { prompt: styled, count: 4 } });
    expect(made[2]).toMatchObject({ params: { prompt: redrawn[locale], mask: expect.any(String) } });

    await hand.press(results(page).last().locator('.result-choose'));
    await hand.choose(tool(page, texts.more), new RegExp(texts.open));
    if (isPhone) await hand.press(page.getByRole('button', { name: detailTexts.facts }));
    await hand.press(page.getByRole('button', { name: exploreTexts.publish, exact: true }));
    const question = page.getByRole('alertdialog');
    await picture(page, 'publish', question);
    await hand.press(question.getByRole('button', { name: exploreTexts.publish, exact: true }));
    await page.getByRole('link', { name: exploreTexts.inExplore(0) }).waitFor();

    const other = await signUpIn(locale);
    const theirs = await setup.open('/explore', shared);
    await signIn(theirs, other);
    await hand.press(theirs.locator('.explore-list a'));
    await picture(theirs, 'explore', theirs.locator('.publication-media img'));
    await hand.press(theirs.getByRole('link', { name: exploreTexts.remix }));
    const theirPrompt = theirs.getByRole('textbox', { name: createTexts.prompt, exact: true }).first();
    await expect.poll(() => theirPrompt.inputValue()).toBe(styled);
    await (hand === keys ? theirPrompt.press('Control+Enter') : hand.press(createOn(theirs)));
    await awaitResults(theirs, 4);
    const [remixed] = await listTasks(other.accessToken);
    expect(remixed?.parentId).toBe(made.at(-1)?.id);
    for (const one of [page, theirs])
      expect(await one.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    if (hand === keys) await shareAndFind(page, made.at(-1)?.outputs[0]?.width);
  },
);

/** What only a page that is used by keys shows: the slider, the download and the list of commands. */
async function compareAndSave(page: Page): Promise<void> {
  await pressOn(tool(page, texts.compare));
  const slider = page.getByRole('slider', { name: /Compare/ });
  await tabTo(slider, 'Shift+Tab');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow'))).toBeLessThan(50);
  await pressOn(tool(page, texts.compare));
  await slider.waitFor({ state: 'detached' });
  await tabTo(tool(page, texts.save));
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(await download.failure()).toBeNull();
  // The way back to the tools before it.
  await tabTo(tool(page, texts.redraw), 'Shift+Tab');
}

/** @param width of the picture that is open */
async function shareAndFind(page: Page, width: number | undefined): Promise<void> {
  await pressOn(page.getByRole('button', { name: 'Share' }));
  await pressOn(page.getByRole('button', { name: 'Create link' }));
  const link = page.locator('.share input[readonly]');
  await link.waitFor();
  const stranger = await setup.open(new URL(await link.inputValue()).pathname);
  const seen = () =>
    stranger
      .locator('img')
      .first()
      .evaluate((img: HTMLImageElement) => img.naturalWidth);
  await expect.poll(seen).toBe(width);
  await pressOn(page.getByRole('dialog').getByRole('button', { name: 'Close' }));
  await link.waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 390, height: 844 });
  await goByPalette(page, 'small boat', /A small boat/);
  await page.locator('.detail-stage img').first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}

test('the keyboard alone does what an administrator does, and reads it in the audit', async () => {
  await using server = await startPreviewBackend();
  const person = await setup.platform.signUp();
  const page = await setup.open('/admin', { reducedMotion: 'reduce' });
  await tabTo(page.locator('input[autocomplete^=username]'));
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await page.keyboard.type(adminPassword);
  await page.keyboard.press('Enter');
  await page.locator('nav.rail').waitFor();

  await goByPalette(page, 'admin/servers', /GPU servers/);
  await pressOn(page.getByRole('button', { name: 'Add a server' }));
  await tabTo(page.getByRole('dialog').getByLabel('Address'));
  await page.keyboard.type(server.url);
  await tabTo(page.getByRole('dialog').getByLabel('Name'));
  await page.keyboard.type('Attic');
  await page.keyboard.press('Enter');
  // The list may know of it before the dialog does, and no key of the palette counts beneath a dialog.
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const row = page.getByRole('row').filter({ hasText: 'Attic' });
  await expect.poll(async () => (await row.count()) === 1 && (await row.textContent())).toMatch(/Ready/);

  // Heard of from here on: a chooser that opens before the browser is told would be lost.
  const choosing = page.waitForEvent('filechooser');
  await goByPalette(page, 'admin/workflows', /Workflows/);
  await pressOn(page.getByRole('button', { name: /^Choose/ }));
  const chooser = await choosing;
  const { graph } = sampleTextManifest('poster', 1);
  const buffer = Buffer.from(JSON.stringify(graph));
  await chooser.setFiles({ name: 'poster.json', mimeType: 'application/json', buffer });
  const proposed = page.getByRole('dialog', { name: 'Proposed workflow' });
  await pressOn(proposed.getByRole('button', { name: 'Add' }));
  await proposed.waitFor({ state: 'detached' });
  const imported = page.getByRole('dialog');
  await pressOn(imported.getByRole('button', { name: 'Publish' }));
  await imported.getByText('Published', { exact: true }).waitFor();
  await pressOn(imported.getByRole('button', { name: 'Close' }));
  await imported.waitFor({ state: 'detached' });

  await goByPalette(page, person.username, new RegExp(person.username));
  await pressOn(page.getByRole('row').filter({ hasText: person.username }).getByRole('button'));
  const drawer = page.getByRole('dialog');
  await tabTo(drawer.getByLabel('Credits'));
  await page.keyboard.type('250');
  await tabTo(drawer.getByLabel('Reason'));
  await page.keyboard.type('For the poster');
  await page.keyboard.press('Enter');
  const balance = async () => (await call('/api/v1/users/balance', person.accessToken)).body.available;
  await expect.poll(balance).toBe(100_250);
  await pressOn(drawer.getByRole('button', { name: 'Block' }));
  const asked = page.getByRole('dialog', { name: /^Block / });
  await tabTo(asked.getByLabel('Reason'));
  await page.keyboard.type('Sold an account');
  await pressOn(asked.getByRole('button', { name: 'Block' }));
  const status = async () => (await call('/api/v1/users/balance', person.accessToken)).status;
  await expect.poll(status).toBe(401);
  await asked.waitFor({ state: 'detached' });
  await pressOn(drawer.getByRole('button', { name: 'Close' }));
  await drawer.waitFor({ state: 'detached' });

  await goByPalette(page, 'admin/audit', /Audit/);
  const read = async () => (await page.getByRole('row').allTextContents()).join('\n');
  for (const act of [/backend|server/i, /workflow/i, /credits/i, /user|person/i])
    await expect.poll(read).toMatch(act);
});
