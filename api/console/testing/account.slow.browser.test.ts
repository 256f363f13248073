import { makeOwnCode, numberOf } from '@star-graph/client/ownCode';
import { User } from '@star-graph/core/ground/db/models/user';
import { claimDailyGrant } from '@star-graph/core/money/credits/daily';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { expect, test } from 'vitest';
import { phone, signIn } from './consoleSetup.ts';
import { findFaults } from './findFaults.ts';
import { sharedConsole } from './sharedConsole.ts';

const setup = sharedConsole();

const statusFor = async (token: string) =>
  (await setup.platform.api.call('/api/v1/users/balance', { token })).status;

async function signInByCode(token: string): Promise<void> {
  const { api } = setup.platform;
  const { code } = (await api.call('/api/v1/users/link-codes', { token, body: '' })).body;
  expect((await api.call('/api/v1/auth/link', { body: { code } })).status).toBe(200);
}

test('a key made here works until it is withdrawn', async () => {
  const { page } = await setup.openSignedIn('/account/keys');
  await page.getByLabel('Name').fill('Poster robot');
  await page.getByLabel('Daily spending limit').fill('40');
  await page.getByRole('button', { name: 'Create a key' }).click();
  const key = await page.getByLabel('Key: Poster robot').inputValue();
  expect(await statusFor(key)).toBe(200);
  const row = page.getByRole('row').filter({ hasText: 'Poster robot' });
  await row.getByTitle('40 credits').waitFor();
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No API keys yet').waitFor();
  expect(await statusFor(key)).toBe(401);
  // Nothing on the page has it any more.
  expect(await page.getByLabel('Key: Poster robot').count()).toBe(0);
});

test('what needs its person asks for the password once, and goes on by itself', async () => {
  const { accessToken: token, password } = await setup.platform.signUp();
  const { body } = await setup.platform.api.call('/api/v1/users/link-codes', { method: 'POST', token });
  // A session from a code has proven nothing.
  const page = await setup.open(`/#welcome=${body.code}`);
  await page.getByRole('link', { name: 'Credits' }).first().waitFor();
  await page.goto(`${setup.platform.url}/account/keys`);
  const listed = async () =>
    (await setup.platform.api.call('/api/v1/users/api-keys', { token })).body.items.length;
  const make = async (name: string) => {
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Create a key' }).click();
  };
  const dialog = page.getByRole('dialog', { name: 'Confirm it’s you' });
  await make('First');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alert').getByText('This needs you yourself').waitFor();
  expect(await listed()).toBe(0);
  await make('First');
  await dialog.getByLabel('Your password').fill('something else here');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByText('The password is wrong.').waitFor();
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await page.getByLabel('Key: First').waitFor();
  await dialog.waitFor({ state: 'detached' });
  await make('Second');
  await page.getByLabel('Key: Second').waitFor();
  expect(await listed()).toBe(2);
});

test('the extension is let in by a yes beside the number that it shows', async () => {
  const { page, person } = await setup.openSignedIn('/connect');
  await page.getByText('Press the extension’s button').waitFor();
  const { code, challenge } = await makeOwnCode();
  await page.goto(`${setup.platform.url}/connect?extension=${challenge}`);
  await page.getByText(numberOf(challenge), { exact: true }).waitFor();
  const comeIn = () => setup.platform.api.call('/api/v1/auth/link', { body: { code } });
  expect((await comeIn()).status).toBe(401);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('Approved').waitFor();
  const entered = await comeIn();
  expect(entered.body.user?.username).toBe(person.username);
});

test('on a phone, credits, search and connection stand above every view, big enough for a finger', async () => {
  const { page } = await setup.openSignedIn('/account/codes', phone);
  const head = page.locator('.rail-end');
  const balance = head.getByRole('link', { name: 'Credits 100,000 credits' });
  await balance.waitFor();
  await head.getByText('Connected').waitFor({ state: 'attached' });
  const sides = async (selector: string) =>
    page.locator(selector).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
  for (const selector of ['.rail-end .rail-link', '.rail > .rail-link'])
    expect(Math.min(...(await sides(selector))), selector).toBeGreaterThanOrEqual(44);
  // The address of a part leads to it, in the section that it belongs to.
  await expect.poll(() => page.locator('.sections-nav [aria-current]').textContent()).toBe('Overview');
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
  await head.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('combobox', { name: 'Find' }).waitFor();

  // Where the documentation was built, it is a press away.
  const help = page.locator('.rail-help');
  await page.route('**/api/public/status', async (route) => {
    const response = await route.fetch();
    const json = { ...(await response.json()), guide: 'https://pictures.example/docs/guide/' };
    await route.fulfill({ response, json });
  });
  await page.reload();
  await help.waitFor();
  expect(await help.getAttribute('href')).toBe('/docs/guide/console.html');
  expect(Math.min(...(await sides('.rail-end .rail-link')))).toBeGreaterThanOrEqual(44);
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
});

/** Of the days that have these times, whichever of them are left. */
async function collect(username: string, times: readonly number[]): Promise<void> {
  const { database } = setup.platform;
  const { id } = await User.query(database).findOne({ username }).throwIfNotFound();
  for (const ms of times) {
    const deps = { database, clock: createManualClock(new Date(ms)) };
    await claimDailyGrant(deps, id, { amount: 20, lockDays: 0 }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'quota-exceeded' });
    });
  }
}

test('daily credits are in the balance and on the statement at once', async () => {
  const begunMs = Date.now();
  const { page, person } = await setup.openSignedIn('/account/credits');
  await page.getByTitle('100,000 credits').first().waitFor();
  await page.getByRole('button', { name: 'Collect today’s credits' }).click();
  const rows = page.getByRole('row').filter({ hasText: 'Daily credits' });
  await rows.getByTitle('20 credits').waitFor();
  // In the rail, too.
  await page.getByRole('link', { name: 'Credits' }).first().getByTitle('100,020 credits').waitFor();
  // Midnight may come before the next press, so both days are collected by then.
  await collect(person.username, [begunMs, begunMs + 86_400_000]);
  await page.reload();
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByRole('button', { name: 'Collect today’s credits' }).click();
  await page.getByRole('alert').waitFor();
  expect(await rows.count()).toBe(2);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  expect(await readText(await (await download).createReadStream())).toMatch(/grant,20,.*daily/);
  await page.route('**/api/v1/users/balance', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), available: 0, debt: 300 } });
  });
  await page.reload();
  await page.getByRole('status').filter({ hasText: 'payment was refunded' }).waitFor();
  await page.getByTitle('300 credits').waitFor();
});

test('a session ended from elsewhere shows the sign-in, which says so', async () => {
  const { page, person } = await setup.openSignedIn('/account/sessions');
  const other = await setup.open('/queue');
  await signIn(other, person);
  await page.reload();
  await page.getByText('This session').waitFor();
  const end = page.getByRole('button', { name: 'End', exact: true });
  // The person's first session is of the sign-up; the other browser's is the newest.
  await end.first().click();
  await other.locator('input[type=password]').waitFor();
  await other.getByText('because the session ended').waitFor();
  await page.getByText('This session').waitFor();
});

test('one page shows sign-ins, sessions, keys, programs and links', async () => {
  const { page, person } = await setup.openSignedIn('/account/security');
  const body = { username: person.username, password: 'not the password' };
  const { api } = setup.platform;
  expect((await api.call('/api/v1/auth/login', { body })).status).toBe(401);
  const made = { body: { name: 'Poster robot' }, token: person.accessToken };
  expect((await api.call('/api/v1/users/api-keys', made)).status).toBe(201);
  await signInByCode(person.accessToken);
  await page.reload();
  const signIns = page.getByRole('table', { name: 'Recent sign-ins' }).getByRole('row');
  const failed = signIns.filter({ hasText: 'Failed' });
  await failed.getByText('127.0.0.1').waitFor();
  expect(await failed.count()).toBe(1);
  await signIns.filter({ hasText: 'Chrome' }).first().waitFor();
  const sessions = page.getByRole('table', { name: 'Sessions' });
  await sessions.getByText('This session').waitFor();
  await sessions.getByText('Made by the session node', { exact: true }).waitFor();
  await page.getByRole('table', { name: 'API keys' }).getByText('Poster robot').waitFor();
  await page.getByText('No connected apps').waitFor();
  await page.getByText('No linked accounts.').waitFor();
  expect(await findFaults(page)).toEqual([]);
});

test('a new password is asked for from then on', async () => {
  const { page, person } = await setup.openSignedIn('/account/security');
  const newPassword = `${person.password}, still`;
  const change = page.getByRole('button', { name: 'Change password' });
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill(newPassword);
  await change.click();
  await page.getByText('The password is wrong.').waitFor();
  await page.getByLabel('Current password').fill(person.password);
  await change.click();
  await page.getByText('Password changed').waitFor();
  const { username } = person;
  const signInBy = async (password: string) =>
    (await setup.platform.api.call('/api/v1/auth/login', { body: { username, password } })).status;
  expect([await signInBy(person.password), await signInBy(newPassword)]).toEqual([401, 200]);
});

test('what made a session, and what was refused, is said in Chinese', async () => {
  const person = await setup.platform.signUp();
  const { accessToken: token } = person;
  const profile = { token, method: 'PATCH', body: { locale: 'zh-CN' } } as const;
  await setup.platform.api.call('/api/v1/users/profile', profile);
  await signInByCode(token);
  const page = await setup.open('/account/security');
  await signIn(page, person);
  await page.getByText('由登录 node 创建', { exact: true }).waitFor();
  await page.getByLabel('当前密码').fill('not the password');
  await page.getByLabel('新密码').fill('too short');
  await page.getByRole('button', { name: '更改密码' }).click();
  await page.getByText('至少需要 10 个字符。', { exact: true }).waitFor();
  await page.getByLabel('新密码').fill('long enough for all of us');
  await page.getByRole('button', { name: '更改密码' }).click();
  await page.getByText('密码错误。', { exact: true }).waitFor();
});

test('an account that is deleted here is gone', async () => {
  const { page, person } = await setup.openSignedIn('/account');
  await page.getByRole('button', { name: 'Delete your account…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this account?' });
  await dialog.getByLabel('Your password').fill('not the password');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await dialog.getByText('The password is wrong.').waitFor();
  expect(await statusFor(person.accessToken)).toBe(200);
  await dialog.getByLabel('Your password').fill(person.password);
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await page.locator('input[autocomplete^=username]').waitFor();
  expect(await statusFor(person.accessToken)).toBe(401);
});

async function readText(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}
