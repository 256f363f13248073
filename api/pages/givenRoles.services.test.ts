import { AuditRecord } from '@star-graph/core/ground/db/models/operation';
import { User } from '@star-graph/core/ground/db/models/user';
import { expect, test } from 'vitest';
import { codeIn, createBrowser } from '../testing/calls/browser.ts';
import { platformFixture } from '../testing/servers/fixtures.ts';
import { hostOf, redeem, signInFixture } from '../testing/servers/signInBench.ts';

const platform = platformFixture();
const bench = signInFixture(platform);

test('a group gives its role; without it, role and sessions end', async () => {
  await using api = await bench.startWith({ roles: { staff: 'moderator', chiefs: 'admin' } });
  const chief = await bench.signInAs(api, { sub: 'chief', groups: ['staff', 'chiefs', 'constructor'] });
  expect(chief.user.role).toBe('admin');
  expect((await api.call('/api/admin/settings', { token: chief.accessToken })).status).toBe(200);
  const { text } = await bench.come(api, { sub: 'chief', groups: ['staff', 'chiefs'] });
  const after = await bench.signInAs(api, { sub: 'chief', groups: [] });
  expect(after.user).toEqual(expect.objectContaining({ id: chief.user.id, role: 'user' }));
  expect((await api.call('/api/v1/users/profile', { token: chief.accessToken })).status).toBe(401);
  // An unused code of the old role, too.
  expect((await redeem(api, codeIn(text))).status).toBe(401);
  const acts = await AuditRecord.query(platform.db.database).where({ target: `user:${chief.user.id}` });
  expect(acts.map(({ action, data }) => [action, data])).toEqual([
    ['user.role.provider', { issuer: bench.provider.issuer, before: null, after: { role: 'admin' } }],
    [
      'user.role.provider',
      { issuer: bench.provider.issuer, before: { role: 'admin' }, after: { role: 'user' } },
    ],
  ]);
});

test('a provider without roles leaves a role as it is', async () => {
  await using api = await bench.startWith();
  const person = await bench.signInAs(api, { sub: 'promoted' });
  await User.query(platform.db.database).findById(person.user.id).patch({ role: 'moderator' });
  expect((await bench.signInAs(api, { sub: 'promoted', groups: [] })).user.role).toBe('moderator');
});

test('no provider demotes the last administrator with a password', async () => {
  await using api = await bench.startWith({ registration: 'nobody', roles: { chiefs: 'admin' } });
  const { database } = platform.db;
  const token = await api.signInAsAdmin();
  expect((await redeem(api, codeIn((await bench.come(api, { sub: 'root' })).text), token)).status).toBe(200);
  expect((await bench.signInAs(api, { sub: 'root', groups: [] })).user.role).toBe('admin');
  // With a second one, the first may lose the role: they are told apart, whoever comes first.
  const second = await api.signUp();
  await User.query(database).findById(second.user.id).patch({ role: 'admin' });
  const link = codeIn((await bench.come(api, { sub: 'second' })).text);
  expect((await redeem(api, link, second.accessToken)).status).toBe(200);
  const roots = [{ sub: 'root' }, { sub: 'second' }];
  const browsers = [];
  for (const person of roots) {
    bench.provider.setPerson(person);
    const walk = createBrowser(() => [hostOf(bench.provider.issuer)]);
    const begun = createBrowser(() => [hostOf(api.url)]);
    const there = await begun.open(`${api.url}/sign-in/test`);
    browsers.push({ begun, back: (await walk.open(there.url.href)).url.href });
  }
  await Promise.all(browsers.map(({ begun, back }) => begun.open(back)));
  const left = await User.query(database).where({ role: 'admin' }).whereNotNull('passwordHash');
  expect(left).toHaveLength(1);
  await User.query(database).whereIn('username', ['admin']).patch({ role: 'admin' });
});
