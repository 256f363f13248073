import { expect, test } from 'vitest';
import { deskFixture } from './deskFixture.ts';

const desk = deskFixture();
const { call, go, submit, untilAlerted, untilDone } = desk;

test('an administrator moves a waiting task to the front, and cancels one', async () => {
  const { page, setup } = desk;
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

test('a saved setting holds at once, and never over what somebody else saved', async () => {
  const { page, setup } = desk;
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
