import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, openDesk, startConsole } from './consoleSetup.ts';

const parts = new AsyncDisposableStack();
let setup: ConsoleSetup;
let second: PreviewBackendProcess;
let page: Page;
let token: string;
beforeAll(async () => {
  second = parts.use(await startPreviewBackend());
  setup = parts.use(await startConsole({ isDrawing: true }));
  token = await setup.platform.api.signInAsAdmin();
  page = await openDesk(setup, 'servers');
});
afterAll(() => parts.disposeAsync());

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
