import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { consoleFolder } from '@star-graph/api/pages/serveConsole';
import { untilCount } from '@star-graph/api/testing/calls/pageWaits';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Page, Request } from 'playwright-core';
import { expect, test } from 'vitest';
import { cardsOf, createButton, paintMask, promptField } from './createHand.ts';
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

test('each press makes one task, also where an answer is lost', async () => {
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
  await createButton(page).dblclick();
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
});

test('a reload loses neither the form nor presses without an answer', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  // No event tells of the task either: only the key of the press can keep it one.
  await page.routeWebSocket(/./, () => undefined);
  await page.reload();
  let tries = 0;
  const arrived = Promise.withResolvers<void>();
  await page.route('**/api/v1/generate/text2img', async (route) => {
    tries += 1;
    // The first press arrives and its answer does not; for the second one there is no server.
    if (tries > 1) return route.fulfill(noBackend);
    await route.fetch();
    arrived.resolve();
    await route.abort('connectionreset');
  });
  setup.platform.hold();
  // Right-to-left words and a script are words and nothing else.
  const prompt = 'שלום <script>alert(1)</script> pier';
  await promptField(page).fill('A pier at night');
  await createButton(page).click();
  await arrived.promise;
  expect(await listTasks(person)).toHaveLength(1);
  await promptField(page).fill(prompt);
  await page.getByText('3:2', { exact: true }).click();
  const before = tries;
  await createButton(page).click();
  await page.getByText('It’s saved and will be sent as soon as a server is ready.').waitFor();
  expect(tries).toBeGreaterThan(before);
  await page.reload();
  await page.unroute('**/api/v1/generate/text2img');
  await untilCount(cardsOf(page, 'open'), 2);
  await untilCount(cardsOf(page, 'press'), 0);
  setup.platform.letGo();
  expect(await promptField(page).inputValue()).toBe(prompt);
  expect(await page.getByRole('radio', { name: '3:2' }).isChecked()).toBe(true);
  expect((await listTasks(person)).map(({ params }) => params.prompt)).toEqual([prompt, 'A pier at night']);
});

/** What the API says where no GPU server is left. */
const noBackend = {
  status: 503,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    type: 'urn:star-graph:problem:no-backend',
    title: 'No GPU server is available',
    status: 503,
    detail: 'No GPU server is ready at the moment.',
    instance: '/',
  }),
};

test('what is painted on a picture is what the repaint changes, and no picture of its own', async () => {
  const { page, person } = await setup.openSignedIn('/create/inpaint');
  const side = await paintMask(page);
  await promptField(page).fill('A small boat');
  await createButton(page).click();
  await expect.poll(() => shownWidth(page)).toBeGreaterThan(0);
  // The mask is still there to be changed, for another try.
  await page.getByRole('toolbar').getByRole('button', { name: 'Edit mask' }).click();
  await page.getByText(/of the picture$/).waitFor();
  const [task] = await listTasks(person);
  const mask = await readPicture(page, person, String(task?.params.mask));
  expect([mask.width, mask.height]).toEqual([side.width, side.height]);
  const at = (x: number, y: number) => mask.data[(y * side.width + x) * 4];
  expect([at(160, 128), at(4, 4), at(315, 250)]).toEqual([255, 0, 0]);
  const { body } = await setup.platform.api.call('/api/v1/assets', { token: person.accessToken });
  const listed = (body.items as { id: string }[]).map(({ id }) => id);
  expect(listed).toContain(task?.params.image);
  expect(listed).not.toContain(task?.params.mask);
});

/** The pixels of an asset. */
async function readPicture(page: Page, { accessToken: token }: Person, id: string) {
  const { body } = await setup.platform.api.call(`/api/v1/assets/${id}`, { token });
  return await page.evaluate(async (url) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    return { width, height, data: [...(context?.getImageData(0, 0, width, height).data ?? [])] };
  }, String(body.url));
}

const keyOf = (request: Request): string | undefined => request.headers()['idempotency-key'];
