import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { sampleEngineManifest, sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ConsoleSetup, signIn, startConsole } from './consoleSetup.ts';
import { findFaults } from './findFaults.ts';

let setup: ConsoleSetup;
let page: Page;
let admin: string;
/** A poll of the tier may not stand in a hook. */
const starting = { timeout: 120_000, interval: 300 };
beforeAll(async () => {
  setup = await startConsole({ isDrawing: true });
  admin = await setup.platform.api.signInAsAdmin();
  // The platform may not know yet what its server runs.
  await vi.waitFor(async () => expect(await offers('text2img')).toMatchObject({ available: true }), starting);
  const { engine: _engine, ...sample } = sampleEngineManifest('lacking', 'Absent');
  const loader = { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'absent.safetensors' } };
  const body = { ...sample, graph: { ...sample.graph, '1': loader } };
  const added = await setup.platform.api.call('/api/admin/workflows', { token: admin, body });
  expect(added.status).toBe(201);
  page = await setup.open('/admin/workflows');
  await signIn(page, { username: 'admin', password: adminPassword });
});
afterAll(async () => setup[Symbol.asyncDispose]());

const offers = async (name: string) =>
  (await setup.platform.api.call('/api/v1/workflows?limit=100', { token: admin })).body.items.find(
    (item: { name: string }) => item.name === name,
  );
const { graph } = sampleTextManifest('poster', 1);
const choose = (name: string, mimeType: string, buffer: Buffer) =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });

test('shipped workflows are listed with their price and with what each server lacks', async () => {
  const row = page.getByRole('row').filter({ hasText: 'Text to picture' }).first();
  await row.waitFor();
  expect(await row.textContent()).toMatch(/1 \/ 1/);
  await page.getByText('Can’t run now', { exact: true }).click();
  const lacking = page.getByRole('row').filter({ hasText: 'Missing something' }).first();
  await lacking.getByRole('button').click();
  await expect.poll(() => page.getByRole('dialog').textContent()).toMatch(/absent\.safetensors/);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByText('All', { exact: true }).click();
});

test('a file without a workflow is refused with the reason, and nothing opens', async () => {
  await choose('plain.png', 'image/png', await createTwoColours().png().toBuffer());
  await expect.poll(() => page.getByRole('alert').first().textContent()).toMatch(/no workflow/);
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('a picture that ComfyUI saved becomes a workflow that is tried before people have it', async () => {
  const texts = { prompt: JSON.stringify(graph) };
  const picture = await createTwoColours()
    .withExif({ IFD0: { Make: `prompt:${texts.prompt}` } })
    .webp();
  await choose('saved.webp', 'image/webp', await picture.toBuffer());
  const proposed = dialog('Proposed workflow');
  await proposed.getByLabel('ID').fill('poster-of-ours');
  await proposed.getByLabel('Title in English').first().fill('Our poster');
  await proposed
    .getByRole('group', { name: /^steps/ })
    .getByLabel('Default')
    .fill('4');
  expect(await findFaults(page)).toEqual([]);
  await proposed.getByRole('button', { name: 'Add' }).click();
  const drawer = dialog('Our poster');
  await drawer.getByText('Unpublished').waitFor();
  expect(await offers('poster-of-ours')).toBeUndefined();
  await drawer.getByRole('button', { name: 'Try it' }).click();
  const trial = dialog(/^Try Our poster/);
  await trial.waitFor();
  expect(await findFaults(page)).toEqual([]);
  await trial.getByLabel('Prompt').first().fill('a harbour at night');
  await trial.getByRole('button', { name: /^Try it/ }).click();
  await trial.getByRole('img', { name: 'Test result' }).waitFor();
  expect(await offers('poster-of-ours')).toBeUndefined();
  await trial.getByRole('button', { name: 'Close' }).click();
  await trial.waitFor({ state: 'hidden' });
  await drawer.getByRole('button', { name: 'Publish' }).click();
  await expect.poll(() => offers('poster-of-ours')).toMatchObject({ title: { en: 'Our poster' } });
  expect((await offers('poster-of-ours')).params.properties.steps.default).toBe(4);
});

test('a later version is compared, offered, and rolled back to the one before', async () => {
  const drawer = dialog('Our poster');
  await drawer.getByRole('button', { name: 'Edit as a new version' }).click();
  const next = dialog(/^New version/);
  await next
    .getByRole('group', { name: /^steps/ })
    .getByLabel('Default')
    .fill('7');
  await next.getByRole('button', { name: 'Add' }).click();
  await drawer.getByText('Version 2').waitFor();
  expect((await offers('poster-of-ours')).version).toBe(1);
  await drawer.getByRole('button', { name: 'Compare' }).click();
  const compared = dialog('Version 1 and version 2');
  await expect
    .poll(() => compared.getByRole('row').allTextContents())
    .toContainEqual(expect.stringMatching(/steps\/default.*4.*7/));
  await compared.getByRole('button', { name: 'Close' }).click();
  await compared.waitFor({ state: 'hidden' });
  const version = (number: number) => drawer.getByRole('listitem').filter({ hasText: `Version ${number}` });
  for (const number of [2, 1]) {
    await version(number).getByRole('button', { name: 'Publish' }).click();
    await version(number).getByText('Published').waitFor();
    await expect.poll(async () => (await offers('poster-of-ours')).version).toBe(number);
  }
  await version(1).getByRole('button', { name: 'Unpublish' }).click();
  await expect.poll(() => offers('poster-of-ours')).toBeUndefined();
});

test('a workflow taken from a role is closed to its people, and to nobody else', async () => {
  const person = await setup.platform.signUp();
  const names = async (token: string) =>
    (await setup.platform.api.call('/api/v1/workflows?limit=100', { token })).body.items.map(
      ({ name }: { name: string }) => name,
    );
  await page.goto(`${setup.platform.url}/admin/workflows?name=upscale`);
  const users = page.getByRole('dialog').getByRole('switch', { name: 'User' });
  await users.click();
  await expect.poll(() => names(person.accessToken)).not.toContain('upscale');
  expect(await names(person.accessToken)).toContain('text2img');
  expect(await names(admin)).toContain('upscale');
  await expect.poll(() => users.isEnabled()).toBe(true);
  await users.click();
  await expect.poll(() => names(person.accessToken)).toContain('upscale');
});
