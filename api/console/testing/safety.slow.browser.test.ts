import { readFile } from 'node:fs/promises';
import { recordBackup, recordCheck } from '@star-graph/core/desk/backup/backupRecords';
import { tellBackupRun } from '@star-graph/core/desk/backup/backupRun';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleSetup, openDesk, startConsole } from './consoleSetup.ts';

let setup: ConsoleSetup;
let page: Page;
let token: string;
beforeAll(async () => {
  setup = await startConsole({ isDrawing: true });
  token = await setup.platform.api.signInAsAdmin();
  page = await openDesk(setup, 'overview');
});
afterAll(async () => setup[Symbol.asyncDispose]());

const go = (room: string) => page.goto(`${setup.platform.url}/admin/${room}`);
const call = (path: string) => setup.platform.api.call(`/api/admin/${path}`, { token });

test('a missing backup is red once people have been there for a day, until one is made', async () => {
  await page.getByText('All good').waitFor();
  await setup.platform.signUp();
  await page.reload();
  await page.getByText('All good').waitFor();
  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
  await setup.platform.database('users').update({ createdAt: twoDaysAgo });
  await page.reload();
  await page.getByRole('link', { name: 'No usable backup' }).click();
  await page.getByText('No backups yet').waitFor();
  expect(await page.getByLabel('Back up', { exact: true }).inputValue()).toBe('npm run -s backup');
  const { database } = setup.platform;
  const startedAt = new Date();
  const made = { name: 'star-graph-2026-11-28T03-00-00Z.age', folder: '/srv/backups', startedAt };
  const objects = { count: 12, missing: 0 };
  await recordBackup(database, { ...made, endedAt: new Date(), bytes: 4_200_000, objects });
  await recordCheck(database, made.name, { checkedAt: new Date() });
  await page.reload();
  await page.getByRole('row').filter({ hasText: 'Verified' }).getByRole('button').click();
  await page.getByRole('dialog').getByText('/srv/backups').waitFor();
  await go('overview');
  await page.getByText('All good').waitFor();
  expect(await page.getByRole('link', { name: 'No usable backup' }).count()).toBe(0);
});

test('the button asks for a backup, and shows how far it is and how it ended', async () => {
  await go('backups');
  const button = page.getByRole('button', { name: 'Back up now' });
  await button.click();
  await page.getByText('Waiting for the backup program').waitFor();
  expect(await button.isDisabled()).toBe(true);
  const { database } = setup.platform;
  const onFault = (error: unknown) => {
    throw error;
  };
  const held = Promise.withResolvers<void>();
  const run = tellBackupRun(
    { database, clock: systemClock, onFault },
    { host: 'one', begunAt: new Date() },
    (progress) => {
      Object.assign(progress, { allFiles: 4, files: 3, bytes: 900_000 });
      return held.promise;
    },
  );
  run.catch(() => undefined);
  await page.getByText('3 of 4 files').waitFor();
  expect(await button.isDisabled()).toBe(true);
  held.reject(new Error('The disk is full.'));
  await page.getByText('The disk is full.').waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).isEnabled()).toBe(true);
});

test('the overview pauses the queue, says so, and lets it go on', async () => {
  const paused = async () => (await call('queue')).body.paused;
  await go('overview');
  await page.getByRole('button', { name: 'Pause the queue' }).click();
  await page.getByRole('link', { name: /The queue is paused/ }).waitFor();
  expect(await paused()).toBe(true);
  await page.getByRole('button', { name: 'Resume the queue' }).click();
  await page.getByText('All good').waitFor();
  expect(await paused()).toBe(false);
});

test('acts are found by who did them, checked by their seals, and exported with them', async () => {
  const other = await setup.platform.signUp();
  await go('audit');
  const rows = page.getByRole('table', { name: 'Audit log' }).getByRole('row');
  await rows.filter({ hasText: 'queue' }).first().waitFor();
  const all = await rows.count();
  await page.getByRole('combobox', { name: 'Done by' }).fill(other.username);
  await page.getByRole('option', { name: other.username }).click();
  await page.getByText('No matching actions').waitFor();
  await page.reload();
  await expect.poll(() => rows.count()).toBe(all);
  await page.getByRole('combobox', { name: 'Action' }).fill('resume');
  await page.getByRole('option', { name: 'Queue resumed' }).click();
  await rows.filter({ hasText: 'Queue paused' }).first().waitFor({ state: 'detached' });
  await rows.filter({ hasText: 'Queue resumed' }).first().waitFor();
  await page.reload();
  await expect.poll(() => rows.count()).toBe(all);
  await page.getByRole('button', { name: 'Verify seals' }).click();
  await page.getByText(/None is missing or changed/).waitFor();
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('star-graph-audit.ndjson');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toHaveProperty('seal');
  await rows.filter({ hasText: 'Audit exported' }).waitFor();
});

test('a signing key is rotated and the one before ended, while people stay signed in', async () => {
  const { page: own, person } = await setup.openSignedIn('/account');
  await go('signing');
  await page.getByRole('button', { name: 'Rotate: Sign-ins' }).click();
  const keys = page.getByRole('table', { name: 'Sign-ins' }).getByRole('row');
  await expect.poll(() => keys.count()).toBe(3);
  const end = keys.filter({ hasText: 'environment' }).getByRole('button', { name: 'End now' });
  // The new key signs once every process knows it.
  await end.waitFor();
  await end.click();
  await page
    .getByRole('alertdialog')
    .getByText(/nobody has to sign in again/)
    .waitFor();
  await page.getByRole('alertdialog').getByRole('button', { name: 'End now' }).click();
  await keys.filter({ hasText: 'Ended' }).waitFor();
  const old = { token: person.accessToken };
  await expect
    .poll(async () => (await setup.platform.api.call('/api/v1/users/profile', old)).status)
    .toBe(401);
  await own.goto(`${setup.platform.url}/account`);
  await own.locator('nav.rail').waitFor();
  // The administrator's own token ended too.
  token = await setup.platform.api.signInAsAdmin();
  const { signing } = (await call('keys')).body;
  expect(signing.find(({ purpose }: { purpose: string }) => purpose === 'files').keys).toEqual([]);
});
