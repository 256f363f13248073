import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import { createTwoColours } from '@star-graph/core/testing/pictures';
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
  setup = await startConsole({ env: { OPEN_TASKS_PER_USER: '200' } });
  admin = await setup.platform.api.signInAsAdmin();
  // The platform may not know yet what its server has.
  await vi.waitFor(async () => expect(await find()).toBeDefined(), starting);
  page = await setup.open('/admin/models');
  await signIn(page, { username: 'admin', password: adminPassword });
});
afterAll(async () => setup[Symbol.asyncDispose]());

const file = 'sd_xl_base_1.0.safetensors';
const find = async () =>
  (await setup.platform.api.call('/api/admin/models?limit=100', { token: admin })).body.items.find(
    ({ name }: { name: string }) => name === file,
  );

test('a model gets its name, family, licence and sample, and people see them', async () => {
  await page.locator(`[title="checkpoints/${file}"]`).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name in English').fill('Our base');
  await drawer.getByLabel('Name in Chinese').fill('基础模型');
  await drawer.getByLabel('Licence', { exact: true }).fill('MIT');
  expect(await findFaults(page)).toEqual([]);
  await drawer.getByLabel('Licence link').fill('no address');
  await drawer.getByText('Yes', { exact: true }).click();
  await drawer.locator('input[type=file]').setInputFiles({
    name: 'sample.png',
    mimeType: 'image/png',
    buffer: await createTwoColours().png().toBuffer(),
  });
  await drawer.getByRole('img', { name: 'Sample picture' }).waitFor();
  await drawer.getByRole('button', { name: 'Remove your sample' }).waitFor();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => drawer.getByRole('alert').first().textContent()).toMatch(/https/);
  expect((await find()).edited.version).toBe(0);
  await drawer.getByLabel('Licence link').fill('https://spdx.org/licenses/MIT.html');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(async () => (await find()).edited.fields)
    .toMatchObject({
      title: { en: 'Our base', 'zh-CN': '基础模型' },
      licence: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html', mayBeSold: 'yes' },
      family: null,
      roles: null,
      hidden: null,
      pricePercent: null,
    });
  const { accessToken } = await setup.platform.signUp();
  const shown = async () =>
    (await setup.platform.api.call('/api/v1/models?limit=100', { token: accessToken })).body.items.find(
      ({ name }: { name: string }) => name === file,
    );
  await expect
    .poll(shown)
    .toMatchObject({ title: { en: 'Our base' }, licence: { name: 'MIT' }, sampleUrl: expect.any(String) });
});

test('a search of the queue finds what waits behind its first hundred, and the tab counts all', async () => {
  const { api, signUp } = setup.platform;
  const { accessToken: token } = await signUp();
  const call = (path: string) => api.call(path, { token: admin });
  // The last test here: nothing of this is taken back.
  const body = { paused: true };
  expect((await api.call('/api/admin/queue', { token: admin, method: 'PATCH', body })).status).toBe(200);
  const submit = async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const asked = { token, headers, body: { prompt: 'a lighthouse', steps: 6 } };
    expect((await api.call('/api/v1/generate/text2img', asked)).status).toBe(202);
  };
  for (let round = 0; round < 21; round++) await Promise.all(Array.from({ length: 5 }, submit));
  const behind = async (): Promise<{ id: string }[]> => {
    const { nextCursor } = (await call('/api/admin/queue/tasks?limit=100')).body;
    if (!nextCursor) return [];
    return (await call(`/api/admin/queue/tasks?limit=100&cursor=${nextCursor}`)).body.items;
  };
  await expect.poll(async () => (await behind()).length).toBeGreaterThanOrEqual(5);
  const last = (await behind()).at(-1)?.id ?? '';
  await page.goto(`${setup.platform.url}/admin/queue`);
  await page.getByText(/more waiting\. Search covers/).waitFor();
  const count = async () =>
    Number((await page.getByRole('tab', { name: /^Waiting/ }).textContent())?.match(/\d+/));
  await expect.poll(count).toBeGreaterThanOrEqual(105);
  const rows = page.getByRole('row', { name: /Text to picture/ });
  expect(await rows.count()).toBe(100);
  // Not the whole id: that one is asked for by itself.
  await page.getByRole('searchbox').fill(last.slice(4));
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByRole('searchbox').fill('nobody of that name');
  await page.getByText('No matching tasks').waitFor();
});
