import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import type { Person } from '@star-graph/api/testing/servers/runningPlatform';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { signIn } from './consoleSetup.ts';
import { findFaults } from './findFaults.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();
let page: Page;
let admin: string;
beforeAll(async () => {
  admin = await setup.platform.api.signInAsAdmin();
  page = await setup.open('/admin/people');
  await signIn(page, { username: 'admin', password: adminPassword });
});

const call = (path: string, token: string) => setup.platform.api.call(path, { token });
const idOf = async ({ accessToken }: Person): Promise<string> =>
  (await call('/api/v1/users/profile', accessToken)).body.id;

/** A new person, open in the drawer. */
async function openPerson() {
  const person = await setup.platform.signUp();
  const id = await idOf(person);
  await page.goto(`${setup.platform.url}/admin/people?search=${id}`);
  await page.getByRole('row').filter({ hasText: person.username }).getByRole('button').first().click();
  const drawer = page.getByRole('dialog', { name: person.username });
  await drawer.waitFor();
  return { person, id, drawer };
}

test('credits that were given are taken back by a second entry, not by a change of the first', async () => {
  const { person, drawer } = await openPerson();
  await drawer.getByLabel('Credits', { exact: true }).fill('250');
  await drawer.getByLabel('Reason').fill('For the poster');
  await drawer.getByRole('button', { name: 'Change credits' }).click();
  const balance = async () => (await call('/api/v1/users/balance', person.accessToken)).body.available;
  await expect.poll(balance).toBe(100_250);
  await drawer.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(balance).toBe(100_000);
  const entries = (await call('/api/v1/users/history?limit=10', person.accessToken)).body.items;
  const moved = entries.map(({ amount, reason }: { amount: number; reason: string }) => [amount, reason]);
  expect(moved.slice(0, 2)).toEqual([
    [-250, 'Undone: For the poster'],
    [250, 'For the poster'],
  ]);
});

test('a person is blocked with a reason that the audit keeps, and let in again', async () => {
  const { person, id, drawer } = await openPerson();
  const block = async (question: RegExp, name: string, reason: string) => {
    await drawer.getByRole('button', { name, exact: true }).click();
    const asked = page.getByRole('dialog', { name: question });
    await asked.getByLabel('Reason').fill(reason);
    await asked.getByRole('button', { name, exact: true }).click();
    await asked.waitFor({ state: 'hidden' });
  };
  await block(/^Block /, 'Block', 'Sold an account');
  await expect.poll(async () => (await call('/api/v1/users/balance', person.accessToken)).status).toBe(401);
  await block(/^Unblock/, 'Unblock', 'It was a mistake');
  const audit = (await call(`/api/admin/audit?target=user:${id}`, admin)).body.items;
  expect(JSON.stringify(audit)).toMatch(/It was a mistake.*Sold an account/s);
});

test('a session that an administrator ends is signed out, and others stay', async () => {
  const { person, drawer } = await openPerson();
  const other = await setup.platform.signUp();
  await drawer.getByRole('button', { name: 'End', exact: true }).first().click();
  await drawer.getByText('Not signed in anywhere').waitFor();
  await expect.poll(async () => (await call('/api/v1/users/balance', person.accessToken)).status).toBe(401);
  expect((await call('/api/v1/users/balance', other.accessToken)).status).toBe(200);
});

test('limits and notes of a person are kept, and the role says the rest', async () => {
  const { id, drawer } = await openPerson();
  await drawer.getByText('Save limits').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await drawer.getByLabel('Tasks per day').fill('3');
  await drawer.getByRole('button', { name: 'Save limits' }).click();
  const policy = async () => (await call(`/api/admin/users/${id}/policy`, admin)).body;
  await expect.poll(async () => (await policy()).tasksPerDay).toBe(3);
  expect(await policy()).toMatchObject({ openTasks: null, gpuSecondsPerDay: null, workflows: null });
  await drawer.getByLabel('Note').fill('Asked for a higher limit.');
  await drawer.getByRole('button', { name: 'Add note' }).click();
  await drawer.getByRole('listitem').filter({ hasText: 'Asked for a higher limit.' }).waitFor();
  expect((await call(`/api/admin/users/${id}/notes`, admin)).body.items).toMatchObject([
    { text: 'Asked for a higher limit.', author: 'admin' },
  ]);
});

test('an administrator puts people into a group, sees who is in it, and takes them out', async () => {
  const first = await openPerson();
  const group = `Design ${first.id.slice(-6)}`;
  const groupsOf = async (id: string) => (await call(`/api/admin/users/${id}/groups`, admin)).body.groups;
  await first.drawer.getByLabel('Name of a group').fill(group);
  await first.drawer.getByRole('button', { name: 'Add', exact: true }).click();
  await first.drawer.getByRole('link', { name: group }).waitFor();
  expect(await groupsOf(first.id)).toEqual([group]);
  const second = await openPerson();
  // Known by now: it is chosen instead of typed.
  await second.drawer.getByLabel('Name of a group').fill(group.slice(0, -1).toLowerCase());
  await second.drawer.getByRole('button', { name: group }).click();
  await second.drawer.getByRole('link', { name: group }).click();
  await second.drawer.waitFor({ state: 'hidden' });
  await page.getByText(`${group} (2)`).waitFor();
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await row(second.person.username).waitFor();
  await row(first.person.username).getByRole('button').first().click();
  await page.getByRole('button', { name: `Remove from ${group}` }).click();
  await expect.poll(() => groupsOf(first.id)).toEqual([]);
  expect(await groupsOf(second.id)).toEqual([group]);
});
