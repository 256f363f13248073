import { newId } from '@star-graph/core/ground/runtime/ids';
import { expect, test } from 'vitest';
import { signIn } from './consoleSetup.ts';
import { deskFixture } from './deskFixture.ts';

const desk = deskFixture();
const { call, go, submit, untilDone } = desk;

test('the desk names who is guessed at, and tries events again that reached no webhook', async () => {
  const { page, setup } = desk;
  const { api, database } = setup.platform;
  const { username, accessToken } = await setup.platform.signUp();
  const userId = (await call('/api/v1/users/profile', accessToken)).body.id;
  await api.call('/api/v1/auth/login', { body: { username, password: 'wrong letters' } });
  const failedAt = new Date();
  const event = { userId, taskId: newId(), apiKeyId: null, type: 'task_failed', data: '{}' };
  const [outboxId] = await database('outbox').insert({ ...event, createdAt: failedAt, sentAt: failedAt });
  await database('webhook_events').insert({ outboxId, tries: 8, dueAt: failedAt, failedAt });
  await page.goto(`${setup.platform.url}/admin/overview`);
  await page.getByRole('table', { name: 'Account' }).getByText(username).waitFor();
  await page.getByRole('table', { name: 'Address' }).getByText('127.0.0.1').waitFor();
  await page.getByText('1 event reached no webhook').click();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Events that reached no webhook' }).waitFor({ state: 'hidden' });
  await expect.poll(() => database('webhook_events').where({ outboxId })).toEqual([]);
});

test('a backup that was asked for and fails says why, and Try again asks for another', async () => {
  const { page, setup } = desk;
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

test('what an administrator announces in both languages, people read until it is withdrawn', async () => {
  const { page, setup } = desk;
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

test('a moderator sees a reported picture blurred, then clearly, and withholds it', async () => {
  const { setup } = desk;
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
  const reports = await setup.open('/admin/reports');
  await signIn(reports, moderator);
  await reports.getByRole('button', { name: 'Violence' }).click();
  const drawer = reports.getByRole('dialog');
  await drawer.getByRole('img', { name: 'Blurred picture' }).waitFor();
  await drawer.getByRole('button', { name: 'Show picture' }).click();
  await drawer.getByRole('alert').waitFor();
  await drawer.getByLabel('Why do you need to see it?').fill('To decide the report');
  await drawer.getByRole('button', { name: 'Show picture' }).click();
  await drawer.getByRole('img', { name: 'The picture' }).waitFor();
  await drawer.getByText('Withhold', { exact: true }).click();
  await untilDone(/^POST .*\/decision$/, drawer.getByRole('button', { name: 'Decide' }), reports);
  expect((await call('/api/v1/withheld', token)).body.items[0]?.state).toBe('quarantined');
});
