import { readFile } from 'node:fs/promises';
import { drawing } from '@star-graph/api/doors/testing/graphFixture';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ConsoleSetup, openDesk, signIn, startConsole } from './consoleSetup.ts';

let setup: ConsoleSetup;
let page: Page;
let person: Person;
let task: { id: string; charged: number; params: { graph: object }; outputs: { id: string }[] };

/** A poll of the tier may not stand in a hook. */
const starting = { timeout: 120_000, interval: 300 };
beforeAll(async () => {
  setup = await startConsole({ isDrawing: true, env: { GRAPH_PORT: '0', GRAPH_DOOR: 'user' } });
  const { api, signUp } = setup.platform;
  person = await signUp();
  const token = person.accessToken;
  const { key } = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'client' } })).body;
  const answer = await fetch(`${api.graphUrl}/prompt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ prompt: drawing({ text: 'a lighthouse' }), client_id: 'a-program' }),
  });
  expect(answer.status).toBe(200);
  const findTask = async () => (await api.call('/api/v1/tasks', { token })).body.items[0];
  await vi.waitFor(async () => expect((await findTask())?.status).toBe('succeeded'), starting);
  task = await findTask();
  page = await setup.open('/queue');
  await signIn(page, person);
});
afterAll(() => setup?.[Symbol.asyncDispose]());

test('a graph of a program is named in the list of tasks, and offers no form that it has not', async () => {
  await page.goto(`${setup.platform.url}/queue`);
  const row = page.locator(`[data-task="${task.id}"]`);
  await row.getByText('Own graph').waitFor();
  // What is wanted and what is not are two texts.
  await row.getByText('a lighthouse · blurry', { exact: true }).waitFor();
  await row.getByRole('link', { name: 'Open the result' }).waitFor();
  expect(await row.getByRole('link', { name: 'Use these settings' }).count()).toBe(0);
});

test('a graph is found by its texts, and the desk says what was paid for it', async () => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('lighthouse');
  await page.getByRole('option', { name: 'a lighthouse · blurry' }).waitFor();
  const desk = await openDesk(setup, `queue?search=${task.id}`);
  await expect
    .poll(() => desk.locator('main dl').allTextContents())
    .toEqual([expect.stringContaining(`Price${task.charged} credit`)]);
  await desk.context().close();
});

test('a result of a graph goes into forms, and its settings into none', async () => {
  await page.goto(`${setup.platform.url}/create/text2img`);
  const tools = page.getByRole('toolbar');
  await tools.getByRole('button', { name: 'Save' }).waitFor();
  expect(await page.getByRole('button', { name: /Recall|Vary|Again/ }).count()).toBe(0);
  await tools.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Picture to picture…' }).click();
  await page.locator('[data-field="image"] img.sg-slot-picture').waitFor();
  expect(new URL(page.url()).pathname).toBe('/create/img2img');
});

test('the graph of a result is saved as JSON, as it was sent', async () => {
  await page.goto(`${setup.platform.url}/gallery/${task.outputs[0]?.id}`);
  await page.getByRole('heading', { name: 'Graph text' }).waitFor();
  expect(await page.getByRole('link', { name: 'Create again' }).count()).toBe(0);
  await page.getByText('Parameters').click();
  const save = page.getByRole('button', { name: 'Save as JSON' });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toEqual(task.params.graph);
  expect(await page.getByText('CheckpointLoaderSimple').count()).toBe(0);
});
