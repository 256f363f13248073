import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createButton, drawPng, promptField } from './createHand.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

const listTasks = async ({ accessToken: token }: Person): Promise<TaskView[]> =>
  (await setup.platform.api.call('/api/v1/tasks', { token })).body.items;

/** Pixels of the result on the stage; 0 until there is one. */
const shownWidth = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLImageElement>('img.stage-result')?.naturalWidth ?? 0);

/** Goes on by Tab until it stands on such an element. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`no way by Tab to ${selector}`);
}

test('Expand puts fuller words in the place of a prompt, and Undo brings it back', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  await promptField(page).fill('A pier in the mist');
  await page.getByRole('button', { name: /^Expand/ }).click();
  await page.getByText('The prompt is fuller now.').waitFor();
  const [task] = await listTasks(person);
  expect(task).toMatchObject({
    workflow: { name: 'expand-prompt' },
    params: { prompt: 'A pier in the mist' },
  });
  expect(await promptField(page).inputValue()).toBe(task?.outputs[0]?.text);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => promptField(page).inputValue()).toBe('A pier in the mist');
});

test('a component keeps its look, whichever style sheet comes first', async () => {
  const { page } = await setup.openSignedIn('/create');
  await createButton(page).waitFor();
  const backgrounds = await page.evaluate(() => {
    const button = document.querySelector('.create-button');
    const accent = document.body.appendChild(document.createElement('i'));
    accent.style.background = 'var(--accent)';
    return [button, accent].map((one) => one && getComputedStyle(one).backgroundColor);
  });
  expect(backgrounds[0]).toBe(backgrounds[1]);
});

test('what Create shows is asked for beside the question who is here, and once', async () => {
  const { page } = await setup.openSignedIn('/create');
  await createButton(page).waitFor();
  const { promise: isHeld, resolve: letGo } = Promise.withResolvers<void>();
  await page.route('**/api/v1/users/profile', async (route) => {
    await isHeld;
    await route.continue();
  });
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/v1/')) asked.push(pathname.slice('/api/v1/'.length));
  });
  await page.reload();
  const ahead = ['workflows', 'models', 'drafts', 'tasks', 'styles'];
  await expect.poll(() => asked).toEqual(expect.arrayContaining([...ahead, 'users/profile']));
  letGo();
  await createButton(page).waitFor();
  expect(asked.filter((path) => path !== 'tasks' && ahead.includes(path)).toSorted()).toEqual([
    'drafts',
    'models',
    'styles',
    'workflows',
  ]);
});

test('a picture’s own bytes are asked for once its thumbnail has come', async () => {
  const { page } = await setup.openSignedIn('/create/text2img');
  await promptField(page).fill('A pier in the mist');
  await createButton(page).click();
  await expect.poll(() => shownWidth(page)).toBeGreaterThan(0);
  const { promise: isHeld, resolve: letGo } = Promise.withResolvers<void>();
  const asked: string[] = [];
  await page.route('**/files/**', async (route) => {
    const kind = new URL(route.request().url()).pathname.split('/')[2] ?? '';
    asked.push(kind);
    if (kind === 'thumbnails') await isHeld;
    await route.continue();
  });
  await page.reload();
  await expect.poll(() => asked).toContain('thumbnails');
  // The tools are drawn with the picture.
  await page.locator('.stage-tool').first().waitFor();
  expect(asked).not.toContain('outputs');
  letGo();
  await expect.poll(() => shownWidth(page)).toBeGreaterThan(0);
  expect(asked).toContain('outputs');
});

test('the keyboard alone makes a picture and saves it', async () => {
  const { page } = await setup.openSignedIn('/create/text2img');
  await promptField(page).waitFor();
  await tabTo(page, 'textarea[name="prompt"]');
  await page.keyboard.type('A night train over a bridge');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => shownWidth(page)).toBeGreaterThan(0);
  await tabTo(page, '.stage-tool:nth-last-child(2)');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toMatch(/^a-night-train-over-a-bridge-\w+\.\w+$/);
  expect(await download.failure()).toBeNull();
});

test('a link brings the settings of a task, another a picture', async () => {
  const { page, person } = await setup.openSignedIn('/create/upscale');
  const { accessToken: token } = person;
  setup.platform.hold();
  const body = { prompt: 'A harbour in the rain', seed: 77, width: 832, height: 1248 };
  const task = (await setup.platform.api.call('/api/v1/generate/text2img', { token, body })).body;
  await page.goto(`${setup.platform.url}/create?from=${task.id}`);
  await page.waitForURL('**/create/text2img');
  await expect.poll(() => promptField(page).inputValue()).toBe(body.prompt);
  expect(await page.getByRole('radio', { name: '2:3' }).isChecked()).toBe(true);
  const file = new FormData();
  const png = new Uint8Array(await drawPng(page, { width: 96, height: 64 }));
  file.append('file', new Blob([png], { type: 'image/png' }), 'sea.png');
  const asset = (await setup.platform.api.call('/api/v1/assets', { token, body: file })).body;
  await page.goto(`${setup.platform.url}/create/upscale?input=${asset.id}`);
  await page.locator('[data-field="image"] img.sg-slot-picture').waitFor();
  expect(page.url()).toBe(`${setup.platform.url}/create/upscale`);
  setup.platform.letGo();
});
