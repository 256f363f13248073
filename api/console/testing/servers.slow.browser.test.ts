import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishModel } from '@star-graph/api/testing/servers/publishModel';
import { newId } from '@star-graph/core/ground/runtime/ids';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import { type ModelSitesStandIn, startModelSites } from '@star-graph/core/testing/services/modelSites';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, openDesk, startConsole } from './consoleSetup.ts';

const parts = new AsyncDisposableStack();
let setup: ConsoleSetup;
let second: PreviewBackendProcess;
let sites: ModelSitesStandIn;
let page: Page;
let token: string;
beforeAll(async () => {
  second = parts.use(
    await startPreviewBackend({ flags: ['--models', writeModelsWithout('ae.safetensors')] }),
  );
  sites = parts.use(await startModelSites());
  const { huggingface: HUGGINGFACE_URL, key } = sites;
  const env = { HUGGINGFACE_URL, MODEL_HOST_TOKENS: `${new URL(HUGGINGFACE_URL).host}=${key}` };
  setup = parts.use(await startConsole({ isDrawing: true, env }));
  token = await setup.platform.api.signInAsAdmin();
  page = await openDesk(setup, 'servers');
});
afterAll(() => parts.disposeAsync());

/** What a server has of models, but for one file. */
function writeModelsWithout(name: string): string {
  const all = readFileSync(join(import.meta.dirname, '../../../infra/preview-backend/models.json'), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'star-graph-models-'));
  parts.defer(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'models.json');
  const models = Object.entries<{ name: string }[]>(JSON.parse(all));
  const kept = models.map(([key, files]) => [key, files.filter((one) => one.name !== name)]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(kept)));
  return file;
}

const list = async () => (await setup.platform.api.call('/api/admin/backends', { token })).body.items;
const find = async (name: string) => (await list()).find((one: { name: string }) => one.name === name);
const drawer = () => page.getByRole('dialog');
async function open(name: string) {
  await page.getByRole('row').filter({ hasText: name }).getByRole('button').first().click();
  await drawer().waitFor();
}
async function close() {
  await drawer().getByRole('button', { name: 'Close' }).click();
  await drawer().waitFor({ state: 'hidden' });
}

test('a server is looked at before it is added, and then takes tasks with its weight and labels', async () => {
  await page.getByRole('button', { name: 'Add a server' }).click();
  await drawer().getByLabel('Address').fill('http://127.0.0.1:9');
  await drawer().getByRole('button', { name: 'Check first' }).click();
  await drawer().locator('.admin-note[data-tone=bad]').waitFor();
  await drawer().getByLabel('Address').fill(second.url);
  await drawer().getByRole('button', { name: 'Check first' }).click();
  await drawer().getByText('Runs', { exact: true }).waitFor();
  expect(await list()).toHaveLength(1);
  await drawer().getByLabel('Name').fill('Attic');
  await drawer().getByLabel('Weight').fill('3');
  await drawer().getByLabel('Labels').fill('night, SPARE');
  await drawer().getByRole('button', { name: 'Add a server' }).click();
  await drawer()
    .getByText(/small letters/)
    .last()
    .waitFor();
  await drawer().getByLabel('Labels').fill('night, spare');
  await drawer().getByRole('button', { name: 'Add a server' }).click();
  await drawer().waitFor({ state: 'hidden' });
  expect(await find('Attic')).toMatchObject({ weight: 3, labels: ['night', 'spare'], credentials: 'none' });
  await expect.poll(async () => (await find('Attic')).state).toBe('up');
  await page.getByText('2 of 2 available').waitFor();
});

test('what is changed of a server is sent alone, and its credentials are never shown', async () => {
  await open('Attic');
  await drawer().getByRole('button', { name: 'Change' }).click();
  await drawer().getByLabel('Labels').fill('day');
  await drawer().getByRole('combobox', { name: 'Credentials' }).click();
  await page.getByRole('option', { name: 'Bearer token' }).click();
  await drawer().getByLabel('Secret').fill('not-for-eyes');
  await drawer().getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => find('Attic'))
    .toMatchObject({ name: 'Attic', weight: 3, labels: ['day'], credentials: 'bearer' });
  await drawer().getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' });
  await drawer().getByText('Bearer token').waitFor();
  expect(await page.content()).not.toContain('not-for-eyes');
  await close();
});

test('a machine joins by the line shown once, and a missing file is downloaded from the address in view', async () => {
  await open('Attic');
  await drawer().getByRole('button', { name: 'Model files' }).click();
  await drawer()
    .getByText(/Nothing on this machine can download/)
    .waitFor();
  await close();
  await page.getByRole('button', { name: 'Join a machine' }).click();
  await drawer().getByRole('button', { name: 'Create a code' }).click();
  const line = await drawer().getByLabel('Run this on the machine').inputValue();
  await close();
  const [, code = ''] = /join http\S+ (\S+) /.exec(line) ?? [];
  const { api } = setup.platform;
  const agent = {
    token: 'a'.repeat(43),
    report: { folders: { vae: { path: '/m/vae', disk: '1', freeBytes: 9e9 } } },
  };
  expect((await api.call('/api/v1/pool/join', { body: { ...agent, code, url: second.url } })).status).toBe(
    200,
  );
  await open('Attic');
  await drawer().getByRole('button', { name: 'Model files' }).click();
  const address = drawer().getByLabel('Address of ae.safetensors');
  await address.waitFor();
  expect(await address.inputValue()).toMatch(/^https:\/\/huggingface\.co\/.*ae\.safetensors$/);
  await address.fill('https://nas.example/ae');
  await drawer().getByRole('button', { name: 'Download 1 file (335 MB)' }).click();
  await drawer().getByText('Every model file').waitFor();
  const report = (fetch?: object) =>
    api.call('/api/v1/pool/report', { body: { ...agent, ...(fetch && { fetch }) } });
  const { fetch } = (await report()).body;
  expect(fetch).toMatchObject({ folder: 'vae', name: 'ae.safetensors', url: 'https://nas.example/ae' });
  await report({ id: fetch.id, state: 'running', bytesDone: 100e6, bytes: 400e6 });
  await drawer().getByText('100 MB of 400 MB').waitFor();
  await drawer().getByRole('button', { name: 'Cancel' }).last().click();
  await drawer().getByText('Cancelled').waitFor();
  expect((await report({ id: fetch.id, state: 'running', bytesDone: 200e6 })).body.fetch).toBeUndefined();
  await close();
});

test('a model comes by its page: who may use it and its price are said before its file is ordered', async () => {
  const { api } = setup.platform;
  const folder = { path: '/m/loras', disk: '1', freeBytes: 9e9 };
  const report = { folders: { loras: folder } };
  const agent = { token: 'a'.repeat(43), report };
  expect((await api.call('/api/v1/pool/report', { body: agent })).status).toBe(200);
  await open('Attic');
  await drawer().getByRole('button', { name: 'Model files' }).click();
  const form = drawer().getByRole('form', { name: 'From a model page' });
  await form.getByLabel('Page address').fill(`${sites.huggingface}/nobody/Nothing`);
  await form.getByRole('button', { name: 'Read page' }).click();
  await form.getByRole('alert').waitFor();
  await form.getByLabel('Page address').fill((await publishModel(sites)).url);
  await form.getByRole('button', { name: 'Read page' }).click();
  await form.getByText(/^Gated:/).waitFor();
  await form.getByText('Apache-2.0', { exact: false }).waitFor();
  await form.getByText('ink wash', { exact: true }).waitFor();
  expect(await form.getByRole('checkbox', { name: 'loras/ink_wash.safetensors' }).isChecked()).toBe(true);
  await form.getByRole('checkbox', { name: 'User' }).uncheck();
  await form.getByLabel('Price factor').fill('150');
  await form.getByRole('button', { name: /^Download 1 file/ }).click();
  await page.getByText('Files are on their way').waitFor();
  const id = Buffer.from('loras/ink_wash.safetensors').toString('base64url');
  const { body: model } = await api.call(`/api/admin/models/${id}`, { token });
  expect(model.edited.fields).toMatchObject({
    family: 'sdxl',
    roles: ['moderator', 'admin'],
    pricePercent: 150,
    triggerWords: ['ink wash'],
    sample: expect.any(String),
  });
  const { fetch } = (await api.call('/api/v1/pool/report', { body: agent })).body;
  expect(fetch).toMatchObject({ folder: 'loras', name: 'ink_wash.safetensors' });
  await close();
});

test('a drained server says so and takes tasks again, while the others go on', async () => {
  await open('Attic');
  await drawer().getByText('Drain', { exact: true }).click();
  await expect.poll(async () => (await find('Attic')).draining).toBe(true);
  await page.getByText('1 of 2 available').waitFor();
  await drawer().getByRole('button', { name: 'Take back tasks' }).click();
  await page.getByText('No tasks waiting on it').waitFor();
  await drawer().getByText('Drain', { exact: true }).click();
  await expect
    .poll(async () => (await list()).map(({ draining }: { draining: boolean }) => draining))
    .toEqual([false, false]);
  await close();
});

test('a warmed server has the models in memory, and a recycled one has dropped them', async () => {
  await open('Attic');
  await drawer().getByRole('button', { name: 'Warm up' }).click();
  await drawer().getByRole('combobox', { name: 'Workflow' }).click();
  await page.getByRole('option', { name: 'Text to picture', exact: true }).click();
  await drawer().getByRole('button', { name: 'Load models' }).click();
  await expect.poll(async () => (await find('Attic')).warmUp?.state).toBe('done');
  await expect.poll(async () => (await find('Attic')).residency.length).toBeGreaterThan(0);
  await drawer().getByText('Loaded').waitFor();
  await drawer().getByRole('button', { name: 'Recycle' }).click();
  const recycled = async () => {
    const { recycle, residency } = await find('Attic');
    return [recycle !== undefined && recycle.state === undefined, residency.length];
  };
  await expect.poll(recycled).toEqual([true, 0]);
  expect((await list()).filter(({ recycle }: { recycle?: object }) => recycle)).toHaveLength(1);
  await close();
});

test('a removed server is gone once somebody has agreed to it', async () => {
  await open('Attic');
  await drawer().getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').waitFor();
  expect(await list()).toHaveLength(2);
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect.poll(async () => (await list()).length).toBe(1);
  await page.getByRole('row').filter({ hasText: 'Attic' }).waitFor({ state: 'hidden' });
});

test('rented servers are shown with what they cost, and why there are so many', async () => {
  const { database } = setup.platform;
  expect(await page.getByText('Rented by the hour').count()).toBe(0);
  const createdAt = new Date(Date.now() - 7_200_000);
  const fault = 'interrupted_by_no_capacity';
  await database('rentals').insert([
    {
      id: newId(),
      name: 'sg-0caa81f2b6de',
      state: 'ended',
      price: 0.62,
      createdAt,
      endedAt: new Date(),
      fault,
      tasks: 214,
    },
  ]);
  const lack = [{ models: 'wan2.2.safetensors', tasks: 9, seconds: 600, oldestSeconds: 90 }];
  const figures = { waitingSeconds: 600, oldestSeconds: 90, lack, standing: 1, worth: 2, most: 2 };
  const content = JSON.stringify({ why: 'budget', spentToday: 9.61, budgetPerDay: 10, ...figures });
  await database('rental_decisions').insert({ id: 1, content, decidedAt: new Date() });
  await page.reload();
  const card = page.locator('.rented');
  await card.getByText('Today’s budget doesn’t allow another.').waitFor();
  await card.getByText('$9.61 of $10').waitFor();
  await card.getByText('9 tasks, 10 min').waitFor();
  const row = card.getByRole('row').filter({ hasText: 'sg-0caa81f2b6de' });
  await row.getByText('interrupted_by_no_capacity').waitFor();
  await row.getByText('$1.24').waitFor();
  await row.getByText('214').waitFor();
});
