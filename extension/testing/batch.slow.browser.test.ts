import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture } from './browsers/capture.ts';
import { clickMenu, type WithChrome } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { isPressedInOverlay, isReadyInOverlay, pressInOverlay, readOverlay } from './pages/overlayProbe.ts';
import { shownPixelWidth } from './pages/shownPixels.ts';

interface ListedTask {
  id: string;
  status: string;
  params: { scale?: number };
  cost: number;
  outputs: { id: string; mime: string }[];
}

describe.skipIf(!hasChromium)('in Chromium', () => {
  let setup: ExtensionSetup;

  beforeAll(async () => {
    setup = await createExtensionSetup();
  });
  afterAll(() => setup?.[Symbol.asyncDispose]());

  const listTasks = async (): Promise<ListedTask[]> =>
    (await setup.platform.api.call('/api/v1/tasks?limit=100', { token: setup.person.accessToken })).body
      .items;
  const listIds = async () => (await listTasks()).map(({ id }) => id);
  const getBalance = async () =>
    (await setup.platform.api.call('/api/v1/users/balance', { token: setup.person.accessToken })).body;

  test('asks for all pictures of a page once, each once, and leaves small ones out', async () => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl('/sizes'));
    const before = await listIds();
    await clickMenu(setup.browser, {
      page,
      menuItemId: 'batchAll',
      srcUrl: `${setup.pages.imageOrigin}/plain.jpg`,
    });
    await expect.poll(() => readOverlay(page)).toMatch(/2 pictures .*Upscale all · \d+ ★/);
    await pressInOverlay(page, 'from 150 px');
    await expect.poll(() => readOverlay(page)).toMatch(/1 picture .*Upscale all · \d+ ★/);
    await pressInOverlay(page, 'All sizes');
    await expect.poll(() => readOverlay(page)).toContain('2 pictures');

    // Beside each other, in a window of ours.
    const opened = setup.browser.context.waitForEvent('page');
    await pressInOverlay(page, 'See them as a grid');
    const grid = await opened;
    const small = grid.getByRole('button').filter({ hasText: '160 × 120' });
    await small.waitFor();
    await grid.getByText('200 × 150').waitFor();
    await grid.getByText('from 150 px').click();
    await grid.getByRole('status').getByText('1 picture').waitFor();
    expect(await small.getAttribute('aria-pressed')).toBe('false');
    await capture(grid, 'grid', { width: 760, height: 360 });
    await small.click();
    await grid.getByRole('status').getByText('2 pictures').waitFor();
    const closed = grid.waitForEvent('close');
    await grid.getByRole('button', { name: 'Cancel' }).click();
    await closed;
    await expect.poll(() => readOverlay(page)).not.toContain('Upscale all');
    expect(await listIds()).toEqual(before);
    await page.close();
  });

  test('says what is missing for all, asks for no yes to it, and counts claimed credits at once', async () => {
    const { api } = setup.platform;
    const before = { ids: await listIds(), balance: await getBalance() };
    const { body: profile } = await api.call('/api/v1/users/profile', { token: setup.person.accessToken });
    const token = await api.signInAsAdmin();
    const grant = (amount: number) =>
      api.call(`/api/admin/users/${profile.id}/credits`, {
        token,
        body: { amount, reason: 'test', key: crypto.randomUUID() },
      });
    await grant(1 - before.balance.available);
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl('/several'));
    const srcUrl = `${setup.pages.imageOrigin}/many-11.jpg`;
    await clickMenu(setup.browser, { page, menuItemId: 'batch', srcUrl });
    const missing = 'This costs 3 credits, and you have 1: 2 are missing.';
    await expect.poll(() => readOverlay(page)).toContain(missing);
    expect(await readOverlay(page)).not.toContain('Upscale all');
    // Fewer may do.
    for (const place of [1, 2]) await page.locator('.one').nth(place).click({ force: true });
    await expect.poll(() => readOverlay(page)).toMatch(/1 picture .*Upscale all · 1 ★/);
    expect(await readOverlay(page)).not.toContain('missing');

    const opened = setup.browser.context.waitForEvent('page');
    await pressInOverlay(page, 'See them as a grid');
    const grid = await opened;
    await grid.getByText(missing).waitFor();
    const yes = grid.getByRole('button', { name: 'Upscale all' });
    expect(await yes.isDisabled()).toBe(true);
    expect(await listIds()).toEqual(before.ids);
    await grid.getByRole('button', { name: 'Claim today’s credits' }).click();
    await expect.poll(() => yes.isEnabled()).toBe(true);
    await grid.getByText(missing).waitFor({ state: 'detached' });
    const closed = grid.waitForEvent('close');
    await grid.getByRole('button', { name: 'Cancel' }).click();
    await closed;
    expect(await listIds()).toEqual(before.ids);
    await grant(before.balance.available);
    await page.close();
  });

  test('shows a batch’s price, takes changes, charges only after a yes', async () => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl('/several'));
    // What the tests before left under way still pays and gives back.
    await expect.poll(getBalance).toMatchObject({ held: 0 });
    const before = { ids: await listIds(), balance: await getBalance() };
    const srcUrl = `${setup.pages.imageOrigin}/many-11.jpg`;
    const ask = () => clickMenu(setup.browser, { page, menuItemId: 'batch', srcUrl });
    await ask();
    await expect.poll(() => readOverlay(page)).toMatch(/3 pictures .*Upscale all · \d+ ★/);
    const price = Number(/· (\d+) ★/.exec(await readOverlay(page))?.[1]);
    expect(price).toBeGreaterThan(0);
    // Fully opaque once it takes presses.
    await expect.poll(() => isReadyInOverlay(page, `Upscale all · ${price} ★`)).toBe(true);
    await capture(page, 'batch', { width: 1000, height: 620 });
    await page.keyboard.press('Escape');
    await expect.poll(() => readOverlay(page)).not.toContain('Upscale all');
    expect(await listIds()).toEqual(before.ids);
    expect(await getBalance()).toEqual(before.balance);

    await ask();
    await expect.poll(() => readOverlay(page)).toContain('Upscale all');
    // Another factor has another price, and a pressed picture is left out.
    await pressInOverlay(page, '4×');
    await expect.poll(() => isPressedInOverlay(page, '4×')).toBe(true);
    await page.locator('.one').nth(1).click({ force: true });
    await expect.poll(() => readOverlay(page)).toMatch(/2 pictures .*Upscale all · \d+ ★/);
    expect(await listIds()).toEqual(before.ids);
    const agreed = Number(/· (\d+) ★/.exec(await readOverlay(page))?.[1]);
    await pressInOverlay(page, `Upscale all · ${agreed} ★`);
    const made = async () => (await listTasks()).filter((task) => !before.ids.includes(task.id));
    await expect
      .poll(async () => (await made()).map(({ status, params }) => [status, params.scale]))
      .toEqual(Array(2).fill(['succeeded', 4]));
    expect((await made()).reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(agreed);
    const widths = async () => Promise.all((await page.locator('.one').all()).map(shownPixelWidth));
    await expect.poll(widths).toEqual([4 * 35, 36, 4 * 37]);

    await pressInOverlay(page, 'Save all');
    const listSaved = async () =>
      (await setup.browser.worker()).evaluate(async () => {
        const { downloads } = (globalThis as unknown as WithChrome).chrome;
        return (await downloads.search({ state: 'complete' })).length;
      });
    await expect.poll(listSaved).toBe(2);
    await page.close();
  });
});
