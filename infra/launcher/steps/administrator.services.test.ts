import { startTestApi } from '@star-graph/api/testing/servers/apiServer';
import { platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { expect, test } from 'vitest';
import { describeRunning } from '../announce.ts';
import { checkAdministrator } from './administrator.ts';

const password = '01234-56789-abcde-f0123';
const platform = platformFixture();

const describeFor = (adminUsername: string, signIn: Awaited<ReturnType<typeof checkAdministrator>>) =>
  describeRunning({
    root: '/r',
    dataDir: '/r/.data',
    apiHost: '::1',
    apiPort: 1,
    adminUsername,
    signIn,
    link: undefined,
  });

test('a password is printed only after the platform accepted it', async () => {
  await using api = await startTestApi(platform, { ADMIN_USERNAME: 'Chief', ADMIN_PASSWORD: password });
  const signIn = await checkAdministrator(api.url, 'Chief', ['a password that is wrong', password]);
  expect(signIn).toEqual({ kind: 'accepted', password });
  expect(describeFor('Chief', signIn)).toContain(`password  ${password}`);
  expect(await platform.db.database('sessions').whereNull('revokedAt')).toEqual([]);
});

test('a password that the operator gave is printed nowhere', () => {
  const given = 'what the operator chose';
  const text = describeFor('Chief', { kind: 'accepted', password: given });
  expect(text).not.toContain(given);
  expect(text).toContain('password  the one that you gave');
});

test('a refused password is not printed, and the ways out are', async () => {
  await using api = await startTestApi(platform, { ADMIN_USERNAME: 'boss', ADMIN_PASSWORD: password });
  const signIn = await checkAdministrator(api.url, 'boss', ['a password that is wrong']);
  expect(signIn).toEqual({ kind: 'refused' });
  const text = describeFor('boss', signIn);
  expect(text).not.toContain('a password that is wrong');
  expect(text).toContain('ADMIN_PASSWORD=<its password> npm start');
  expect(text).toContain('ADMIN_USERNAME=<a new name> npm start');
});

test('an account that is no administrator’s is not announced as one', async () => {
  await using api = await startTestApi(platform, {});
  const body = { username: 'ordinary', password };
  await api.call('/api/v1/auth/register', { body });
  const signIn = await checkAdministrator(api.url, 'ordinary', [password]);
  expect(signIn).toEqual({ kind: 'ordinary' });
  expect(describeFor('ordinary', signIn)).toContain('no administrator');
  expect(describeFor('ordinary', signIn)).not.toContain(password);
});

test('a platform that gives no answer leaves the password unconfirmed', async () => {
  const signIn = await checkAdministrator('http://127.0.0.1:1', 'admin', [password]);
  expect(signIn).toMatchObject({ kind: 'unchecked' });
  expect(describeFor('admin', signIn)).not.toContain(password);
});
