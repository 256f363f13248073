import type { SignInView } from '@star-graph/contract/auth/signIn';
import { EmailAddress, EmailVerification } from '@star-graph/core/ground/db/models/email';
import { PasswordReset } from '@star-graph/core/ground/db/models/session';
import { User } from '@star-graph/core/ground/db/models/user';
import { eventually } from '@star-graph/core/testing/eventually';
import { startSmtpServer } from '@star-graph/core/testing/services/smtpServer';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeOf, startTestApi, type TestApi } from '../../testing/servers/apiServer.ts';
import { fixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const smtp = fixture(() => startSmtpServer());
const start = () => startTestApi(platform, { SMTP_URL: smtp.url, SMTP_TLS: 'optional' });
const api: TestApi = fixture(start);
const password = 'long enough for all';
let names = 0;
const newAddress = () => `ada${names++}@example.com`;
// The tests share a network.
beforeEach(async () => {
  const keys = await platform.redis.redis.keys(`${platform.redis.prefix}limit:mail-*`);
  if (keys.length > 0) await platform.redis.redis.del(keys);
});

const path = '/api/v1/users/email';
const askFor = ({ accessToken: token }: SignInView, address: string, proof: object = { password }) =>
  api.call(path, { method: 'PUT', token, body: { address, ...proof } });
const read = async ({ accessToken: token }: SignInView) => (await api.call(path, { token })).body;
const verify = (token: string) => api.call('/api/v1/auth/email-verification', { body: { token } });
const remove = ({ accessToken: token }: SignInView) => api.call(path, { token, method: 'DELETE' });
const askReset = (address: string, through: TestApi = api) =>
  through.call('/api/v1/auth/password-resets/by-mail', { body: { address } });
const reset = (token: string) =>
  api.call('/api/v1/auth/password-reset', { body: { token, password: 'another one for all' } });

/** What follows # in the link of the last of so many messages. */
async function tokenOf(address: string, count = 1): Promise<string> {
  const { text } = await smtp.mailTo(address, count);
  return /#([\w-]{43})/.exec(text)?.[1] ?? '';
}

async function signUpWithEmail() {
  const [own, address] = [await api.signUp(), newAddress()];
  expect((await askFor(own, address)).status).toBe(200);
  expect((await verify(await tokenOf(address))).status).toBe(204);
  return { own, address };
}

describe('an e-mail address', () => {
  test('is told of each change to its account that was made, in the person’s language', async () => {
    const { own, address } = await signUpWithEmail();
    const token = own.accessToken;
    const make = (name: string) => api.call('/api/v1/users/api-keys', { token, body: { name } });
    const change = (password: string, newPassword: string) =>
      api.call('/api/v1/auth/password', { token, body: { password, newPassword } });
    expect((await change('not the password', 'another one for all')).status).toBe(422);
    expect((await make('a program')).status).toBe(201);
    const told = await smtp.mailTo(address, 2);
    expect(told.text).toContain(`An API key was made: for the account ${own.user.username} on Star-Graph`);
    expect(told.text).toContain('from 127.0.0.1.');
    const body = { locale: 'zh-CN' };
    await api.call('/api/v1/users/profile', { token, method: 'PATCH', body });
    expect((await change(password, 'another one for all')).status).toBe(204);
    expect((await smtp.mailTo(address, 3)).text).toContain('密码已更改');
    expect((await remove(own)).status).toBe(204);
    expect((await smtp.mailTo(address, 4)).text).toContain('此邮箱地址已移除');
    expect((await make('another program')).status).toBe(201);
    expect(smtp.received.filter(({ to }) => to.includes(address))).toHaveLength(4);
  });

  test('is told of a device that signs in anew, and of no known one or first one', async () => {
    const { own, address } = await signUpWithEmail();
    const { username } = own.user;
    const signInBy = (userAgent: string) =>
      api.call('/api/v1/auth/login', { body: { username, password }, headers: { 'user-agent': userAgent } });
    const firefox = (version: number) => `Mozilla/5.0 (X11; Linux x86_64) Firefox/${version}.0`;
    await signInBy(firefox(1));
    expect((await smtp.mailTo(address, 2)).text).toContain(
      `A new device signed in (Firefox, Linux): for the account ${username} on Star-Graph`,
    );
    await signInBy(firefox(2));
    for (const n of [1, 2, 3, 4, 5, 6]) await signInBy(`program ${n}`);
    expect((await remove(own)).status).toBe(204);
    const subjects = await eventually(() => {
      const mails = smtp.received.filter(({ to }) => to.includes(address)).map(({ text }) => text);
      expect(mails.some((text) => text.includes('address was removed'))).toBe(true);
      return mails;
    });
    // Five a day.
    expect(subjects.filter((text) => text.includes('A new device'))).toHaveLength(5);
    expect(subjects.some((text) => text.includes('program 5'))).toBe(false);
  });

  test('is told what an administrator did to the way in, and of a password set by their link', async () => {
    const { own, address } = await signUpWithEmail();
    const admin = { token: await api.signInAsAdmin() };
    const person = `/api/admin/users/${own.user.id}`;
    const made = await api.call(`${person}/password-reset`, { ...admin, body: '' });
    expect(made.status).toBe(201);
    const told = (await smtp.mailTo(address, 2)).text;
    expect(told).toContain('An administrator made a link to set a new password: for the account');
    expect(told).not.toContain('from 127');
    expect((await reset(made.body.url.split('#')[1])).status).toBe(204);
    expect((await smtp.mailTo(address, 3)).text).toContain('The password was changed');
    // There is none to take away.
    const removed = await api.call(`${person}/second-factor`, { ...admin, method: 'DELETE' });
    expect(removed.status).toBe(204);
    const secondFactorSince = new Date();
    await User.query(platform.db.database).findById(own.user.id).patch({ secondFactorSince });
    await api.call(`${person}/second-factor`, { ...admin, method: 'DELETE' });
    expect((await smtp.mailTo(address, 4)).text).toContain('An administrator removed the second factors');
  });

  test('is told of an account that was linked, and of no code of one’s own', async () => {
    const { own, address } = await signUpWithEmail();
    const { accessToken: token } = own;
    const other = await api.signUp();
    await User.query(platform.db.database).findById(other.user.id).patch({ username: null });
    const codeOfPerson = async (of: string) =>
      (await api.call('/api/v1/users/link-codes', { token: of, body: '' })).body.code;
    for (const of of [token, other.accessToken]) {
      const body = { code: await codeOfPerson(of) };
      expect((await api.call('/api/v1/auth/link', { token, body })).status).toBe(200);
    }
    expect((await remove(own)).status).toBe(204);
    const subjects = await eventually(() => {
      const mails = smtp.received.filter(({ to }) => to.includes(address)).map(({ text }) => text);
      expect(mails.some((text) => text.includes('address was removed'))).toBe(true);
      expect(mails.some((text) => text.includes('Another account was linked'))).toBe(true);
      return mails;
    });
    expect(subjects).toHaveLength(3);
  });

  test('counts only once its link was used', async () => {
    const [own, address] = [await api.signUp(), newAddress()];
    const asked = await askFor(own, address.toUpperCase());
    expect(asked.body).toEqual({
      address: null,
      pending: { address, expiresAt: expect.any(String) },
      sendsMail: true,
    });
    expect(await EmailAddress.query(platform.db.database).findById(own.user.id)).toBeUndefined();
    const token = await tokenOf(address);
    const uses = await Promise.all([verify(token), verify(token)]);
    expect(uses.map(({ status }) => status).sort()).toEqual([204, 401]);
    expect(await read(own)).toEqual({ address, pending: null, sendsMail: true });
    const links = await EmailVerification.query(platform.db.database).where({ userId: own.user.id });
    expect(JSON.stringify(links)).not.toContain(token);
  });

  test('has a link that ends by time, by a later one and by a block', async () => {
    const [own, address] = [await api.signUp(), newAddress()];
    const { database } = platform.db;
    const living = () => EmailVerification.query(database).where({ userId: own.user.id }).whereNull('usedAt');
    await askFor(own, address);
    const earlier = await tokenOf(address);
    await askFor(own, address);
    const later = await tokenOf(address, 2);
    expect((await verify(earlier)).status).toBe(401);
    await living().patch({ expiresAt: new Date(Date.now() - 1_000) });
    expect((await verify(later)).status).toBe(401);
    await askFor(own, address);
    await User.query(database).findById(own.user.id).patch({ disabledAt: new Date() });
    expect((await verify(await tokenOf(address, 3))).status).toBe(401);
    expect(await EmailAddress.query(database).where({ address })).toEqual([]);
  });

  test('belongs to one account, and only its reader learns of it', async () => {
    const { own, address } = await signUpWithEmail();
    const other = await api.signUp();
    const asked = await askFor(other, address);
    expect([asked.status, asked.body.pending.address]).toEqual([200, address]);
    const token = await tokenOf(address, 2);
    expect(codeOf(await verify(token))).toBe('forbidden');
    expect([(await read(own)).address, (await read(other)).address]).toEqual([address, null]);
    expect((await remove(own)).status).toBe(204);
    expect((await verify(token)).status).toBe(204);
    expect([(await read(own)).address, (await read(other)).address]).toEqual([null, address]);
  });

  test('goes to one of two accounts that verify it at once', async () => {
    const [people, address] = [[await api.signUp(), await api.signUp()], newAddress()];
    const tokens: string[] = [];
    for (const person of people) {
      await askFor(person, address);
      tokens.push(await tokenOf(address, tokens.length + 1));
    }
    const uses = await Promise.all(tokens.map(verify));
    expect(uses.map(({ status }) => status).sort()).toEqual([204, 403]);
    expect(await EmailAddress.query(platform.db.database).where({ address })).toHaveLength(1);
  });

  test('is not changed by a stolen session, or by a key', async () => {
    const { own, address } = await signUpWithEmail();
    const made = { token: own.accessToken, body: { name: 'k' } };
    const key = (await api.call('/api/v1/users/api-keys', made)).body.key;
    expect(codeOf(await askFor(own, newAddress(), { password: 'wrong' }))).toBe('invalid-params');
    expect(codeOf(await askFor(own, newAddress(), {}))).toBe('invalid-params');
    expect((await askFor({ ...own, accessToken: key }, newAddress())).status).toBe(403);
    expect(await read(own)).toEqual({ address, pending: null, sendsMail: true });
  });

  test('that somebody else asked for ends with the password they knew', async () => {
    const [own, address] = [await api.signUp(), newAddress()];
    await askFor(own, address);
    const token = await tokenOf(address);
    const body = { password, newPassword: 'another one for all' };
    const changed = await api.call('/api/v1/auth/password', { token: own.accessToken, body });
    expect(changed.status).toBe(204);
    expect((await verify(token)).status).toBe(401);
  });

  test('is one address, without line breaks', async () => {
    const own = await api.signUp();
    const wrong = [
      'a@b.example\r\nBcc: eve@example.com',
      'a@b.example,eve@example.com',
      'A <a@b.example>',
      'a@b',
    ];
    for (const address of wrong) {
      expect((await askFor(own, address)).status).toBe(422);
      expect((await askReset(address)).status).toBe(422);
    }
  });

  test('is found and seen by administrators alone', async () => {
    const { own, address } = await signUpWithEmail();
    const moderator = await api.signUp();
    await User.query(platform.db.database).findById(moderator.user.id).patch({ role: 'moderator' });
    const find = async (token: string, search: string) =>
      (await api.call(`/api/admin/users?search=${encodeURIComponent(search)}`, { token })).body.items;
    const admin = await api.signInAsAdmin();
    const found = await find(admin, address.toUpperCase());
    expect(found).toMatchObject([{ id: own.user.id, email: address }]);
    expect(await find(moderator.accessToken, address)).toEqual([]);
    const [seen] = await find(moderator.accessToken, own.user.id);
    expect(seen.id).toBe(own.user.id);
    expect(JSON.stringify(seen)).not.toContain(address);
    const one = `/api/admin/users/${own.user.id}`;
    expect((await api.call(one, { token: admin })).body.email).toBe(address);
    expect((await api.call(one, { token: moderator.accessToken })).body).not.toHaveProperty('email');
  });
});

describe('a mailed link for a new password', () => {
  test('sets it once', async () => {
    const { own, address } = await signUpWithEmail();
    expect((await askReset(address)).status).toBe(204);
    const token = await tokenOf(address, 2);
    const uses = await Promise.all([reset(token), reset(token)]);
    expect(uses.map(({ status }) => status).sort()).toEqual([204, 401]);
    const body = { username: own.user.username, password: 'another one for all' };
    expect((await api.call('/api/v1/auth/login', { body })).status).toBe(200);
  });

  test('goes to verified addresses alone, with the same answer for all', async () => {
    const { own: blocked, address: ofBlocked } = await signUpWithEmail();
    await User.query(platform.db.database).findById(blocked.user.id).patch({ disabledAt: new Date() });
    const [own, pending] = [await api.signUp(), newAddress()];
    await askFor(own, pending);
    await smtp.mailTo(pending);
    const { address: known } = await signUpWithEmail();
    const other = await start();
    const answers = [];
    for (const address of [ofBlocked, pending, newAddress(), known])
      answers.push(await askReset(address, other));
    // Its end waits for what it began to send.
    await other.stop();
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(4).fill([204, undefined]));
    const counts = [ofBlocked, pending, known].map(
      (address) => smtp.received.filter(({ to }) => to.includes(address)).length,
    );
    expect(counts).toEqual([1, 1, 2]);
    const rows = await PasswordReset.query(platform.db.database).whereIn('userId', [
      blocked.user.id,
      own.user.id,
    ]);
    expect(rows).toEqual([]);
  });

  test('ends with the address it went to', async () => {
    for (const end of [
      remove,
      async (own: SignInView) => {
        const next = newAddress();
        await askFor(own, next);
        return verify(await tokenOf(next));
      },
    ]) {
      const { own, address } = await signUpWithEmail();
      await askReset(address);
      const token = await tokenOf(address, 2);
      expect((await end(own)).status).toBe(204);
      expect((await reset(token)).status).toBe(401);
    }
  });

  test('is bounded by mailbox and by network, known or not', async () => {
    const { address } = await signUpWithEmail();
    const statuses = async (addresses: string[]) => {
      const answers = [];
      for (const one of addresses) answers.push((await askReset(one)).status);
      return answers;
    };
    // One of the five went to verify it.
    expect(await statuses(Array(5).fill(address))).toEqual([204, 204, 204, 204, 429]);
    expect(await statuses(Array(6).fill('nobody@example.com'))).toEqual([204, 204, 204, 204, 204, 429]);
    const rest = await statuses(Array.from({ length: 12 }, newAddress));
    expect(rest.filter((status) => status === 204)).toHaveLength(8);
    expect(rest.slice(8)).toEqual([429, 429, 429, 429]);
  });

  test('comes in the language of its person', async () => {
    const { own, address } = await signUpWithEmail();
    const patch = { method: 'PATCH', token: own.accessToken, body: { locale: 'zh-CN' } };
    await api.call('/api/v1/users/profile', patch);
    await askReset(address);
    expect((await smtp.mailTo(address, 2)).text).toContain('设置新密码');
    expect((await smtp.mailTo(address)).text).toContain('If it was not you, do nothing');
  });

  test('is not offered where no e-mail is configured', async () => {
    await using silent = await startTestApi(platform, { SMTP_URL: '', MAIL_FROM: '' });
    expect((await askReset('ada@example.com', silent)).status).toBe(403);
  });
});

test('the page that confirms an address loads, in both languages', async () => {
  const page = async (language: string) =>
    fetch(`${api.url}/verify-email`, { headers: { 'accept-language': language } });
  const english = await page('en');
  const text = await english.text();
  expect(text).toContain('Confirm your e-mail address');
  expect(await (await page('zh-CN')).text()).toContain('确认您的邮箱地址');
  expect(english.headers.get('content-security-policy')).not.toMatch(/unsafe/);
  for (const [, link = ''] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g))
    expect([link, (await fetch(`${api.url}${link}`)).status]).toEqual([link, 200]);
});
