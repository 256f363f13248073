import { untilAnswered } from '@star-graph/api/testing/calls/pageWaits';
import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import { newId } from '@star-graph/core/ground/runtime/ids';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ConsoleSetup, signIn, startConsole } from './consoleSetup.ts';

let setup: ConsoleSetup;
let page: Page;
beforeAll(async () => {
  setup = await startConsole();
  page = await setup.open('/');
  await signIn(page, { username: 'admin', password: adminPassword });
});
afterAll(async () => setup[Symbol.asyncDispose]());

const go = (name: string) => page.getByRole('navigation', { name: 'Administration' }).getByText(name).click();
const call = (path: string, token: string) => setup.platform.api.call(path, { token });
const untilAlerted = (text: RegExp) => page.getByRole('alert').filter({ hasText: text }).first().waitFor();
/** Presses, until the platform has done what the press sends. */
const untilDone = (request: RegExp, button: Locator, on = page) =>
  untilAnswered(on, request, () => button.click());
const submit = (prompt: string, token: string) =>
  // The platform may not know yet what its server runs.
  vi.waitFor(
    async () => {
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const body = { prompt, steps: 6 };
      const answer = await setup.platform.api.call('/api/v1/generate/text2img', { token, body, headers });
      expect(answer.status).toBe(202);
      return answer.body.id as string;
    },
    { timeout: 120_000, interval: 200 },
  );

test('who has just installed the platform is led through its first steps, until they dismiss them', async () => {
  await page.waitForURL('**/admin/overview');
  const steps = page.getByRole('list').filter({ hasText: 'Connect a GPU server' });
  await steps.waitFor();
  // The overview counts it as ready.
  await steps.getByText(/The one that’s ready is a placeholder/).waitFor();
  expect(await steps.getByRole('img', { name: 'Done' }).count()).toBe(0);
  await steps.getByRole('button', { name: 'Add a server' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a server' });
  await dialog.getByLabel('Address').fill('http://127.0.0.1:9');
  await dialog.getByRole('button', { name: 'Check first' }).click();
  await dialog.locator('.admin-note[data-tone=bad]').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  const alerts = steps.getByRole('listitem').filter({ hasText: 'Set up alerts' });
  await alerts.getByRole('button', { name: 'Mark as done' }).click();
  await alerts.getByRole('img', { name: 'Done' }).waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await steps.waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByText('Needs attention').or(page.getByText('All good.')).first().waitFor();
  expect(await steps.count()).toBe(0);
});

test('an administrator adds a server, and sees it beside those in use', async () => {
  await go('GPU servers');
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  await page.getByLabel('Address').fill('no address');
  await page.getByRole('dialog').getByRole('button', { name: 'Add a server' }).click();
  await untilAlerted(/http/);
  // Nothing listens there, which is what the list must say.
  await page.getByLabel('Address').fill('http://127.0.0.1:9');
  await page.getByLabel('Name').fill('Attic');
  await page.getByRole('dialog').getByRole('button', { name: 'Add a server' }).click();
  const row = page.getByRole('row').filter({ hasText: 'Attic' });
  await row.waitFor();
  expect(await page.getByRole('row').count()).toBe(3);
});

test('an administrator gives credits, blocks a person, and reads both in the audit', async () => {
  const person = await setup.platform.signUp();
  await go('People');
  await page.getByRole('searchbox').fill(person.username);
  await page.getByRole('row').filter({ hasText: person.username }).getByRole('button').first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Credits').fill('250');
  await drawer.getByLabel('Reason').fill('For the poster');
  await untilDone(/^POST .*\/credits$/, drawer.getByRole('button', { name: 'Change credits' }));
  const balance = () => call('/api/v1/users/balance', person.accessToken);
  expect((await balance()).body.available).toBe(100_250);
  await drawer.getByRole('button', { name: 'Block' }).click();
  const asked = page.getByRole('dialog', { name: /^Block / });
  await asked.getByLabel('Reason').fill('Sold an account');
  await untilDone(/^PATCH .*\/users\//, asked.getByRole('button', { name: 'Block' }));
  expect((await balance()).status).toBe(401);
  await asked.waitFor({ state: 'hidden' });
  await drawer.getByRole('button', { name: 'Close' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await go('Audit log');
  for (const act of [/credits/i, /person/i])
    await page.getByRole('row').filter({ hasText: act }).first().waitFor();
});

test('the desk names who is guessed at, and tries events again that reached no webhook', async () => {
  const { api, database } = setup.platform;
  const { username, accessToken } = await setup.platform.signUp();
  const userId = (await call('/api/v1/users/profile', accessToken)).body.id;
  await api.call('/api/v1/auth/login', { body: { username, password: 'wrong letters' } });
  const failedAt = new Date();
  const event = { userId, taskId: newId(), apiKeyId: null, type: 'task_failed', data: '{}' };
  const [outboxId] = await database('outbox').insert({ ...event, createdAt: failedAt, sentAt: failedAt });
  await database('webhook_events').insert({ outboxId, tries: 8, dueAt: failedAt, failedAt });
  await go('Overview');
  await page.getByRole('table', { name: 'Account' }).getByText(username).waitFor();
  await page.getByRole('table', { name: 'Address' }).getByText('127.0.0.1').waitFor();
  await page.getByText('1 event reached no webhook').click();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Events that reached no webhook' }).waitFor({ state: 'hidden' });
  await expect.poll(() => database('webhook_events').where({ outboxId })).toEqual([]);
});

test('a backup that was asked for and fails says why, and Try again asks for another', async () => {
  const { database } = setup.platform;
  const ask = (name: string) =>
    untilDone(/^POST .*\/backups\/run$/, page.getByRole('button', { name, exact: true }));
  await go('Backups');
  await ask('Back up now');
  await page.getByText('Waiting for the backup program').waitFor();
  await database('backup_run').update({ endedAt: new Date(), fault: 'The disk is full.' });
  const note = page.getByRole('status').filter({ hasText: 'The disk is full.' });
  await note.getByText(/retried automatically/).waitFor();
  expect(await page.getByRole('button', { name: 'Back up now' }).count()).toBe(0);
  await ask('Try again');
  await page.getByText('Waiting for the backup program').waitFor();
  expect(await database('backup_run').first()).toMatchObject({ fault: null, endedAt: null });
});

test('an administrator moves a waiting task to the front, and cancels one', async () => {
  const { api } = setup.platform;
  const admin = await api.signInAsAdmin();
  const pause = (paused: boolean) =>
    api.call('/api/admin/queue', { token: admin, method: 'PATCH', body: { paused } });
  const { accessToken: token, username } = await setup.platform.signUp();
  expect((await pause(true)).status).toBe(200);
  const ids = [await submit('a lighthouse', token), await submit('a windmill', token)];
  await go('Queue');
  const rows = page.getByRole('row').filter({ hasText: username });
  await rows.filter({ hasText: /^2\. / }).getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await untilDone(/^POST .*\/move$/, dialog.getByRole('button', { name: 'Move to the front' }));
  // The dispatcher puts it there.
  const first = async () => (await call('/api/admin/queue/tasks', admin)).body.items[0]?.id;
  await expect.poll(first).toBe(ids[1]);
  await dialog.waitFor({ state: 'hidden' });
  await rows.first().getByRole('button').click();
  await dialog.getByRole('button', { name: 'Cancel the task' }).click();
  const sure = page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the task' });
  await untilDone(/^DELETE .*\/tasks\//, sure);
  const states = async () =>
    (await Promise.all(ids.map((id) => call(`/api/v1/tasks/${id}`, token)))).map(({ body }) => body.status);
  expect((await states()).sort()).toEqual(['cancelled', 'queued']);
  expect((await pause(false)).status).toBe(200);
});

test('what an administrator announces in both languages, people read until it is withdrawn', async () => {
  const read = async () =>
    (await setup.platform.api.call('/api/public/announcements')).body.items.map(
      ({ message }: { message: Record<string, string> }) => message,
    );
  await go('Announcements');
  await page.getByRole('button', { name: 'New announcement' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('In English').fill('New disks at noon.');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await read()).toEqual([]);
  await dialog.getByLabel('In Chinese').fill('中午更换硬盘。');
  await untilDone(/^POST .*\/announcements$/, dialog.getByRole('button', { name: 'Publish' }));
  expect(await read()).toEqual([{ en: 'New disks at noon.', 'zh-CN': '中午更换硬盘。' }]);
  const { api } = setup.platform;
  const token = await api.signInAsAdmin();
  const message = { en: 'A second thing.', 'zh-CN': '第二条。' };
  const { body: second } = await api.call('/api/admin/announcements', { token, body: { message } });
  await page.reload();
  // The newest stands above the view, the other on wish.
  const more = page.getByRole('button', { name: '1 more' });
  await more.waitFor();
  const notices = page.getByRole('status').filter({ hasText: /New disks at noon|A second thing/ });
  expect(await notices.allTextContents()).toEqual([expect.stringContaining('A second thing.')]);
  await more.click();
  await expect.poll(() => notices.count()).toBe(2);
  await api.call(`/api/admin/announcements/${second.id}`, { token, method: 'DELETE' });
  await page.reload();
  await page.getByRole('button', { name: 'Remove' }).click();
  const sure = page.getByRole('alertdialog').getByRole('button', { name: 'Remove' });
  await untilDone(/^DELETE .*\/announcements\//, sure);
  expect(await read()).toEqual([]);
});

test('a saved setting holds at once, and never over what somebody else saved', async () => {
  const { api } = setup.platform;
  const token = await api.signInAsAdmin();
  const read = async () => (await call('/api/admin/settings', token)).body;
  const limit = async () => (await read()).settings.TASKS_PER_DAY.value;
  await go('Settings');
  const field = page.getByRole('spinbutton', { name: 'Tasks per person per day' });
  const save = page.getByRole('button', { name: 'Save' });
  await field.fill('-1');
  await save.click();
  await untilAlerted(/whole number/);
  await field.fill('700');
  const total = page.getByRole('spinbutton', { name: 'Open tasks in total' });
  expect(await total.inputValue()).toBe('10,000');
  await total.fill('12,500');
  await total.press('ArrowUp');
  expect(await total.inputValue()).toBe('12,501');
  await untilDone(/^PATCH .*\/settings$/, save);
  expect(await limit()).toBe(700);
  expect((await read()).settings.OPEN_TASKS.value).toBe(12_501);
  await save.waitFor({ state: 'hidden' });
  await field.fill('800');
  const body = { version: (await read()).version, values: { TASKS_PER_DAY: 900 } };
  expect((await api.call('/api/admin/settings', { token, method: 'PATCH', body })).status).toBe(200);
  await save.click();
  await untilAlerted(/Someone else/);
  expect(await limit()).toBe(900);
  await untilDone(/^PATCH .*\/settings$/, save);
  expect(await limit()).toBe(800);
});

test('a moderator sees a reported picture blurred, then clearly, and withholds it', async () => {
  const { api } = setup.platform;
  const { accessToken: token } = await setup.platform.signUp();
  const taskId = await submit('a castle', token);
  await setup.platform.untilEnded(token, taskId);
  const body = { taskId, reason: 'violence', text: 'There is blood.' };
  expect((await api.call('/api/v1/reports', { token, body })).status).toBe(201);
  const moderator = await setup.platform.signUp();
  const { id } = (await call('/api/v1/users/profile', moderator.accessToken)).body;
  const promotion = {
    token: await api.signInAsAdmin(),
    method: 'PATCH',
    body: { role: 'moderator' },
  } as const;
  expect((await api.call(`/api/admin/users/${id}`, promotion)).status).toBe(200);
  const desk = await setup.open('/admin/reports');
  await signIn(desk, moderator);
  await desk.getByRole('button', { name: 'Violence' }).click();
  const drawer = desk.getByRole('dialog');
  await drawer.getByRole('img', { name: 'Blurred picture' }).waitFor();
  await drawer.getByRole('button', { name: 'Show picture' }).click();
  await drawer.getByRole('alert').waitFor();
  await drawer.getByLabel('Why do you need to see it?').fill('To decide the report');
  await drawer.getByRole('button', { name: 'Show picture' }).click();
  await drawer.getByRole('img', { name: 'The picture' }).waitFor();
  await drawer.getByText('Withhold', { exact: true }).click();
  await untilDone(/^POST .*\/decision$/, drawer.getByRole('button', { name: 'Decide' }), desk);
  expect((await call('/api/v1/withheld', token)).body.items[0]?.state).toBe('quarantined');
});

test('whoever is no administrator finds no desk', async () => {
  const { page: own } = await setup.openSignedIn('/admin');
  await own.locator('main').filter({ hasText: 'Nothing here' }).waitFor();
  expect(await own.getByRole('link', { name: 'Admin' }).count()).toBe(0);
});
