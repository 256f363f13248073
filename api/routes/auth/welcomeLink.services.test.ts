import { User } from '@star-graph/core/ground/db/models/user';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createWelcomeCode } from '@star-graph/core/people/identity/accounts/welcomeCodes';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

/** As a start makes it. */
async function makeCode(username = 'admin', clock = systemClock): Promise<string> {
  const code = await createWelcomeCode({ database: platform.db.database, clock }, username);
  if (code === undefined) throw new Error(`${username} gets no code`);
  return code;
}
const open = (code: string, call: { token?: string; headers?: Record<string, string> } = {}) =>
  api.call('/api/v1/auth/link', { body: { code }, ...call });

test('the link of a start signs its administrator in, once', async () => {
  const code = await makeCode('Admin');
  const answers = await Promise.all([1, 2, 3].map(() => open(code)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  const first = answers.find(({ status }) => status === 200);
  expect(first?.body.user).toMatchObject({ username: 'admin', role: 'admin' });
  const people = await api.call('/api/admin/users', { token: first?.body.accessToken });
  expect(people.status).toBe(200);
  const again = await open(code);
  expect([codeOf(again), again.body.detail]).toEqual([
    'unauthenticated',
    expect.stringContaining('npm start prints a new link'),
  ]);
});

test('a link of an hour ago, or from an earlier start, is over', async () => {
  const anHourAgo = { ...systemClock, now: () => new Date(Date.now() - 3_600_000) };
  expect((await open(await makeCode('admin', anHourAgo))).body.detail).toContain('has expired');
  const [earlier, later] = [await makeCode(), await makeCode()];
  expect((await open(earlier)).body.detail).toContain('was used');
  expect((await open(later)).status).toBe(200);
});

test.each(['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])(
  'a link does not work from elsewhere (%s), and stays good',
  async (name) => {
    const code = await makeCode();
    const away = await open(code, { headers: { [name]: 'for=203.0.113.9' } });
    expect([codeOf(away), away.body.detail]).toEqual([
      'forbidden',
      expect.stringContaining('on the machine that runs the platform'),
    ]);
    expect((await open(code)).status).toBe(200);
  },
);

test('a link brings its account to nobody who is signed in', async () => {
  const code = await makeCode();
  const { accessToken: token } = await api.signUp();
  const refused = await open(code, { token });
  expect([codeOf(refused), refused.body.detail]).toEqual([
    'forbidden',
    'You are signed in already. Sign out, then open this link again.',
  ]);
  expect((await open(code)).body.user.role).toBe('admin');
});

test('a link asks for the second factor that the account has', async () => {
  const { database } = platform.db;
  const code = await makeCode();
  const { id } = await User.query(database).findOne({ username: 'admin' }).throwIfNotFound();
  await User.query(database).findById(id).patch({ secondFactorSince: new Date() });
  expect(codeOf(await open(code))).toBe('second-factor-needed');
  await User.query(database).findById(id).patch({ secondFactorSince: null });
});

test('only an administrator who is not blocked gets a link', async () => {
  const { database } = platform.db;
  const deps = { database, clock: systemClock };
  const { user } = await api.signUp();
  expect(await createWelcomeCode(deps, user.username ?? '')).toBeUndefined();
  expect(await createWelcomeCode(deps, 'nobody')).toBeUndefined();
  await User.query(database).findById(user.id).patch({ role: 'admin', disabledAt: new Date() });
  expect(await createWelcomeCode(deps, user.username ?? '')).toBeUndefined();
});
