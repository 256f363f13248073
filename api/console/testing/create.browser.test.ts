import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { consoleFolder } from '@star-graph/api/pages/serveConsole';
import { untilCount } from '@star-graph/api/testing/calls/pageWaits';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Page, Request } from 'playwright-core';
import { expect, test } from 'vitest';
import { cardsOf, createButton, promptField } from './createHand.ts';
import { findFaults } from './findFaults.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

const listTasks = async ({ accessToken: token }: Person): Promise<TaskView[]> =>
  (await setup.platform.api.call('/api/v1/tasks', { token })).body.items;

/** Pixels of the result on the stage; 0 until there is one. */
const shownWidth = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLImageElement>('img.stage-result')?.naturalWidth ?? 0);

test('the mouse alone makes a picture, from an example to its result', async () => {
  const { page, person } = await setup.openSignedIn('/');
  await page.getByRole('button', { name: /lighthouse/ }).click();
  await page
    .locator('.create-forecast')
    .filter({ hasText: /Starts at once|Place/ })
    .waitFor();
  await createButton(page).click();
  await expect.poll(() => shownWidth(page)).toBeGreaterThan(0);
  expect(await listTasks(person)).toMatchObject([
    { status: 'succeeded', params: { prompt: expect.stringMatching(/lighthouse/) } },
  ]);
  expect(await findFaults(page)).toEqual([]);
});

test('Create can be pressed after at most 110 kB of scripts', async () => {
  const { page } = await setup.openSignedIn('/create');
  await createButton(page).waitFor();
  await page.addInitScript(() => {
    const note = new MutationObserver(() => {
      if (!document.querySelector('.create-button:enabled')) return;
      note.disconnect();
      Object.assign(window, { readyMs: performance.now() });
    });
    note.observe(document, { subtree: true, childList: true, attributes: true });
  });
  await page.reload();
  await createButton(page).waitFor();
  const asked = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name, startTime }) => name.endsWith('.js') && startTime <= Reflect.get(window, 'readyMs'))
      .map(({ name }) => new URL(name).pathname),
  );
  const sizes = await Promise.all(
    asked.map(async (path) => (await stat(join(consoleFolder, `${path}.gz`))).size),
  );
  expect(
    sizes.reduce((sum, size) => sum + size, 0),
    asked.join('\n'),
  ).toBeLessThanOrEqual(110_000);
  expect(asked.some((path) => path.includes('CreateView'))).toBe(true);
  // What speaks to Discord is loaded within Discord alone.
  expect(asked.filter((path) => /enter|Activity|Wall/.test(path))).toEqual([]);
});

test('each press makes one task, also where a key is held or an answer is lost; a slip of the hand is asked about', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  // As from another tab, by a person who wants to hear of it.
  await page.evaluate(() => localStorage.setItem('end-notices', 'notification'));
  await page.addInitScript(() => {
    const told: string[] = [];
    class Notice {
      static permission = 'granted';
      constructor(title: string) {
        told.push(title);
      }
    }
    Object.defineProperty(document, 'hidden', { get: () => true });
    Object.assign(window, { Notification: Notice, told });
  });
  await page.reload();
  await promptField(page).waitFor();
  const keys: (string | undefined)[] = [];
  await page.route('**/api/v1/generate/text2img', async (route) => {
    keys.push(keyOf(route.request()));
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  setup.platform.hold();
  await promptField(page).fill('A pier in the mist');
  await page.keyboard.down('Control');
  for (let at = 0; at < 20; at += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await page.keyboard.up('Control');
  await untilCount(cardsOf(page, 'open'), 1);
  await promptField(page).fill('A pier at noon');
  await createButton(page).click();
  await untilCount(cardsOf(page, 'open'), 2);
  await untilCount(cardsOf(page, 'press'), 0);
  await expect.poll(() => [keys.length, new Set(keys).size]).toEqual([3, 2]);
  // The arrow keys lead from one to the other.
  const choices = page.locator('.result-choose');
  const chosen = page.locator('[aria-current=true]');
  await page.keyboard.press('ArrowDown');
  await choices.nth(1).and(chosen).waitFor();
  await untilCount(choices.and(chosen), 1);
  await page.keyboard.press('ArrowLeft');
  await choices.nth(0).and(chosen).waitFor();
  await untilCount(choices.and(chosen), 1);
  await expect.poll(() => page.title()).toBe('0% · Create · Star-Graph');
  setup.platform.letGo();
  await expect.poll(() => page.title()).toBe('✓ · Create · Star-Graph');
  await expect
    .poll(() => page.evaluate(() => Reflect.get(window, 'told')))
    .toEqual(['Your picture is ready', 'Your picture is ready']);
  expect(await listTasks(person)).toHaveLength(2);
  setup.platform.hold();
  await promptField(page).fill('A pier at night');
  await createButton(page).dblclick();
  const asked = page.getByRole('alertdialog', { name: 'Make it again?' });
  await asked.getByRole('button', { name: /^Make it again 4 credits/ }).waitFor();
  await untilCount(cardsOf(page, 'open'), 1);
  expect(await listTasks(person)).toHaveLength(3);
  await asked.getByRole('button', { name: /^Make it again/ }).click();
  await untilCount(cardsOf(page, 'open'), 2);
  const told = page.getByRole('status').filter({ hasText: '2 of the same' });
  await told.getByRole('button', { name: 'Undo' }).click();
  await untilCount(cardsOf(page, 'open'), 1);
  expect((await listTasks(person)).map(({ status }) => status)).toEqual([
    'cancelled',
    expect.stringMatching(/queued|assigned|running/),
    'succeeded',
    'succeeded',
  ]);
  setup.platform.letGo();
});

const keyOf = (request: Request): string | undefined => request.headers()['idempotency-key'];
