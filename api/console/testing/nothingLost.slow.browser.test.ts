import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, signIn, startConsole } from './consoleSetup.ts';

let setup: ConsoleSetup;
beforeAll(async () => {
  setup = await startConsole({ isDrawing: true });
});
afterAll(async () => setup[Symbol.asyncDispose]());

const createButton = (page: Page) => page.getByRole('button', { name: /^Create/ });
const promptField = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true });
const promptOf = (page: Page) => promptField(page).inputValue();
const untilPriced = (page: Page) =>
  expect.poll(() => page.locator('.create-forecast').textContent()).toMatch(/Starts at once|Place/);
const listPrompts = async ({ accessToken: token }: Person): Promise<unknown[]> => {
  const { items } = (await setup.platform.api.call('/api/v1/tasks', { token })).body;
  return (items as TaskView[]).map(({ params }) => params.prompt);
};

test('the way back and forth in the middle of a form keeps it', async () => {
  const { page } = await setup.openSignedIn('/create/text2img');
  await promptField(page).fill('A pier at low tide');
  await page.getByText('3:2', { exact: true }).click();
  await page.locator('nav.rail a[href="/gallery"]').click();
  await page.locator('.create-button').waitFor({ state: 'detached' });
  await page.goBack();
  await promptField(page).waitFor();
  expect(await promptOf(page)).toBe('A pier at low tide');
  expect(await page.getByRole('radio', { name: '3:2' }).isChecked()).toBe(true);
  // Two forms of one tab are two.
  await page.goto(`${setup.platform.url}/create/img2img`);
  await expect.poll(() => promptOf(page)).toBe('');
  await page.goBack();
  await expect.poll(() => promptOf(page)).toBe('A pier at low tide');
});

test('two tabs have a form each, and neither takes anything from the other', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  const other = await page.context().newPage();
  await other.goto(`${setup.platform.url}/create/text2img`);
  setup.platform.hold();
  await promptField(page).fill('A pier in the morning');
  await promptField(other).fill('A pier in the evening');
  await untilPriced(page);
  await createButton(page).click();
  await expect.poll(() => listPrompts(person)).toEqual(['A pier in the morning']);
  // What one tab has asked for stands in the other too.
  await expect.poll(() => other.locator('.result[data-kind="open"]').count()).toBe(1);
  await Promise.all([page.reload(), other.reload()]);
  await expect.poll(() => promptOf(page)).toBe('A pier in the morning');
  await expect.poll(() => promptOf(other)).toBe('A pier in the evening');
  setup.platform.letGo();
  expect(await listPrompts(person)).toHaveLength(1);
});

test('another browser goes on with the form that was left, and neither loses its words to the other', async () => {
  const { page, person } = await setup.openSignedIn('/create/img2img');
  const drafts = async () =>
    (await setup.platform.api.call('/api/v1/drafts', { token: person.accessToken })).body.items;
  const kept = (prompt: string) => [{ workflow: 'img2img', draft: { values: { prompt } } }];
  await promptField(page).pressSequentially('A pier in the fog');
  await expect.poll(drafts).toMatchObject(kept('A pier in the fog'));
  const elsewhere = await setup.open('/create');
  await signIn(elsewhere, person);
  await expect.poll(() => promptOf(elsewhere)).toBe('A pier in the fog');
  await promptField(elsewhere).fill('A pier in the sun');
  await expect.poll(drafts).toMatchObject(kept('A pier in the sun'));
  // The first one keeps its words, also over a reload, and writes no more than what is changed there.
  await page.reload();
  await expect.poll(() => promptOf(page)).toBe('A pier in the fog');
  await page.locator('.sg-form').getByRole('slider').first().press('ArrowRight');
  await expect.poll(async () => Object.keys((await drafts())[0].draft.values)).toHaveLength(2);
  expect(await drafts()).toMatchObject(kept('A pier in the sun'));
  await page.getByRole('button', { name: 'Earlier prompts' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'A pier in the sun' }).click();
  expect(await promptOf(page)).toBe('A pier in the sun');
});

test('a press while the server restarts makes its task once it is back', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  await promptField(page).fill('A pier in a storm');
  await untilPriced(page);
  setup.platform.hold();
  await setup.platform.restartApi(async () => {
    await createButton(page).click();
    await page.locator('.result[data-kind="press"]').waitFor();
    await promptField(page).fill('A pier after the storm');
  });
  await expect.poll(() => listPrompts(person)).toEqual(['A pier in a storm']);
  await expect.poll(() => page.locator('.result[data-kind="press"]').count()).toBe(0);
  setup.platform.letGo();
  expect(await promptOf(page)).toBe('A pier after the storm');
});

test('a token that ends at the press is renewed, and the press counts once', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  await promptField(page).fill('A pier under the stars');
  await untilPriced(page);
  let isEnded = true;
  const keys = new Set<string | undefined>();
  await page.route('**/api/v1/generate/text2img', async (route) => {
    keys.add(route.request().headers()['idempotency-key']);
    const body = {
      type: 'urn:star-graph:problem:unauthenticated',
      title: 'Sign in first',
      status: 401,
      detail: 'The token has ended.',
      instance: `urn:uuid:${crypto.randomUUID()}`,
    };
    if (!isEnded) return route.continue();
    isEnded = false;
    await route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify(body) });
  });
  setup.platform.hold();
  await createButton(page).click();
  await expect.poll(() => listPrompts(person)).toEqual(['A pier under the stars']);
  await expect.poll(() => page.locator('.result[data-kind="open"]').count()).toBe(1);
  setup.platform.letGo();
  expect(keys.size).toBe(1);
  expect(await promptOf(page)).toBe('A pier under the stars');
});

test('a price that was not to be had comes by itself once it is', async () => {
  const { page } = await setup.openSignedIn('/queue');
  let isAway = true;
  const problem = {
    type: 'urn:star-graph:problem:no-backend',
    title: 'No GPU server is available',
    status: 503,
    detail: 'No GPU server is there now.',
    instance: `urn:uuid:${crypto.randomUUID()}`,
  };
  await page.route('**/api/v1/generate/text2img/quote', (route) =>
    isAway
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) })
      : route.continue(),
  );
  await page.goto(`${setup.platform.url}/create/text2img`);
  await promptField(page).fill('a lighthouse');
  const forecast = () => page.locator('.create-forecast').textContent();
  await expect.poll(forecast).toMatch(/No GPU server/);
  isAway = false;
  await expect.poll(forecast).toMatch(/Starts at once|Place/);
});

test('a place in the queue that is shown before the press gets nearer by itself', async () => {
  const { page } = await setup.openSignedIn('/queue');
  let place = 3;
  await page.route('**/api/v1/generate/text2img/quote', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({
      response: answer,
      json: { ...(await answer.json()), etaSeconds: 60, queuePosition: place },
    });
  });
  await page.goto(`${setup.platform.url}/create/text2img`);
  await promptField(page).fill('a lighthouse');
  const forecast = () => page.locator('.create-forecast').textContent();
  await expect.poll(forecast).toMatch(/Place 3/);
  place = 2;
  await expect.poll(forecast).toMatch(/Place 2/);
});

test('a session that ends loses neither the form nor the press', async () => {
  const { page, person } = await setup.openSignedIn('/create/text2img');
  await promptField(page).fill('A kite over the dunes');
  await expect.poll(() => page.locator('.create-forecast').textContent()).toMatch(/Starts at once|Place/);
  const token = person.accessToken;
  await page.route('**/api/v1/auth/refresh', (route) =>
    route.fulfill({ status: 401, contentType: 'application/problem+json', body: ended }),
  );
  await page.route('**/api/v1/generate/**', (route) =>
    route.fulfill({ status: 401, contentType: 'application/problem+json', body: ended }),
  );
  await createButton(page).click();
  await page.locator('button[type=submit]').waitFor();
  await page.unrouteAll();
  await signIn(page, person);
  await expect.poll(async () => (await listPrompts({ ...person, accessToken: token })).length).toBe(1);
  expect(await promptField(page).inputValue()).toBe('A kite over the dunes');
});

const ended = JSON.stringify({
  type: 'urn:star-graph:problem:unauthenticated',
  title: 'Unauthenticated',
  status: 401,
  detail: 'The session is over. Sign in again.',
});

test('a picture that waits says that the operator has paused the queue, until it goes on', async () => {
  const { api } = setup.platform;
  const token = await api.signInAsAdmin();
  const pause = (paused: boolean) =>
    api.call('/api/admin/queue', { token, method: 'PATCH', body: { paused } });
  const { page } = await setup.openSignedIn('/create/text2img');
  await promptField(page).fill('A pier in fog');
  await untilPriced(page);
  expect((await pause(true)).status).toBe(200);
  await createButton(page).click();
  const state = page.locator('.stage-state');
  await expect.poll(() => state.textContent()).toContain('the operator has paused the queue');
  await pause(false);
  await state.waitFor({ state: 'detached' });
});
