import { readFile } from 'node:fs/promises';
import { actFor, newSnowflake } from '@star-graph/api/testing/calls/discord';
import { addServiceKey } from '@star-graph/api/testing/servers/fixtures';
import { expect, test } from 'vitest';
import { findFaults } from './findFaults.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

test('an export saves the data and the files of the account', async () => {
  const { page } = await setup.openSignedIn('/account');
  const names: string[] = [];
  const starts: string[] = [];
  page.on('download', async (download) => {
    names.push(download.suggestedFilename());
    starts.push((await readFile(await download.path())).subarray(0, 2).toString());
  });
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByText('Saved: 2 files').waitFor();
  await expect.poll(() => names).toEqual(['star-graph-data.zip', 'star-graph-files-1.zip']);
  await expect.poll(() => starts).toEqual(['PK', 'PK']);
});

test('a language chosen here is that of every device', async () => {
  const { page, person } = await setup.openSignedIn('/account');
  await page.getByText('简体中文').click();
  await page.getByRole('button', { name: '退出登录' }).waitFor();
  const { accessToken: token } = person;
  expect((await setup.platform.api.call('/api/v1/users/profile', { token })).body.locale).toBe('zh-CN');
  const other = await setup.open('/account', { locale: 'en' });
  await other.locator('input[autocomplete^=username]').fill(person.username);
  await other.locator('input[type=password]').fill(person.password);
  await other.locator('button[type=submit]').click();
  await other.getByRole('button', { name: '退出登录' }).waitFor();
});

test('the balance of the last month is drawn, and drawn anew when credits come', async () => {
  const { page } = await setup.openSignedIn('/account/credits');
  const graph = page.getByRole('slider', { name: 'Last 30 days' });
  await graph.locator('canvas').waitFor();
  const drawn = (credits: string) => page.locator(`[role=slider][aria-valuetext*="${credits}"]`).waitFor();
  await drawn('100,000 credits');
  await page.getByRole('button', { name: 'Collect today’s credits' }).click();
  await drawn('100,020 credits');
});

test('a code says whose it is before anything is merged, and unlinking is the way back', async () => {
  const { page } = await setup.openSignedIn('/account/codes');
  const { key } = await addServiceKey(setup.platform.api);
  const snowflake = newSnowflake();
  const made = { token: key, headers: actFor(snowflake), body: { name: '@fox' } };
  const { code } = (await setup.platform.api.call('/api/v1/users/link-codes', made)).body;
  const who = `Discord: @fox (${snowflake})`;
  const ask = async () => {
    await page.getByLabel('Code from Discord').fill(code);
    await page.getByRole('button', { name: 'Merge' }).click();
  };
  const dialog = page.getByRole('alertdialog', { name: `Merge ${who} into this account?` });
  await ask();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('No linked accounts.').waitFor();
  await ask();
  await dialog.getByRole('button', { name: 'Merge' }).click();
  await page.getByText(who).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Unlink' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Unlink' }).click();
  await page.getByText('No linked accounts.').waitFor();
});
