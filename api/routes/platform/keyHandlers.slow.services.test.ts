import { createHmac } from 'node:crypto';
import { SigningKeyRecord } from '@star-graph/core/ground/db/models/signingKey';
import { eventually } from '@star-graph/core/testing/eventually';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  codeOf,
  createTestPlatform,
  startTestApi,
  type TestApi,
  type TestPlatform,
} from '../../testing/servers/apiServer.ts';

let platform: TestPlatform;
let api: TestApi;
let otherApi: TestApi;
let token: string;
// Each test has its own keys: those of another would be strangers to it.
beforeEach(async () => {
  const parts = new AsyncDisposableStack();
  onTestFinished(() => parts.disposeAsync());
  platform = parts.use(await createTestPlatform());
  api = parts.use(await startTestApi(platform));
  otherApi = parts.use(await startTestApi(platform));
  token = await api.signInAsAdmin();
});
const table = () => platform.db.database(SigningKeyRecord.tableName);

type Purpose = 'jwt' | 'files';
const rotate = (purpose: Purpose, version: number, as = token) =>
  api.call(`/api/admin/keys/${purpose}/rotate`, { token: as, body: { version } });
const end = (purpose: string, kid: string, as = token) =>
  api.call(`/api/admin/keys/${purpose}/${kid}`, { token: as, method: 'DELETE' });
/** Lets time go by, as the database tells it. */
const age = (purpose: Purpose, seconds: number) => {
  const earlier = (column: string) => platform.db.database.raw(`?? - INTERVAL ? SECOND`, [column, seconds]);
  return table()
    .where({ purpose })
    .update({ signsFrom: earlier('signs_from'), verifiesUntil: earlier('verifies_until') });
};
const kidOf = (accessToken: string): string =>
  JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString()).kid;
const profile = '/api/v1/users/profile';
const statusOf = async (as: string, server = otherApi) => (await server.call(profile, { token: as })).status;
const tick = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
);
const upload = async (as: string) => {
  const body = new FormData();
  body.append('file', new Blob([tick], { type: 'image/png' }), 'a.png');
  const answer = await api.call('/api/v1/assets', { token: as, body });
  expect([200, 201]).toContain(answer.status);
  const { id } = answer.body;
  // Each asks for a life of its own, so that no link is given out again.
  return async (hours: number) =>
    (await api.call(`/api/v1/assets/${id}/url?ttlHours=${hours}`, { token: as })).body.url as string;
};
const read = async (url: string) => {
  const { pathname, search } = new URL(url);
  return (await otherApi.call(`${pathname}${search}`)).status;
};

test('a rotated token key signs after its publication and signs nobody out', async () => {
  const { accessToken, refreshToken } = await api.signUp();
  const rotated = await rotate('jwt', 0);
  expect(rotated.body).toMatchObject({
    version: 1,
    keys: [
      { version: 1, state: 'published' },
      { version: 0, kid: 'environment', state: 'signs' },
    ],
  });
  const { kid } = rotated.body.keys[0];
  // However slow this machine is.
  await age('jwt', -3_600);
  const early = await api.call('/api/v1/auth/refresh', { body: { refreshToken } });
  expect(kidOf(early.body.accessToken)).toBe('test');
  await age('jwt', 3_611);
  const late = await eventually(async () => {
    const { accessToken: fresh } = await api.signUp();
    expect(kidOf(fresh)).toBe(kid);
    return fresh;
  });
  for (const held of [accessToken, early.body.accessToken, late]) expect(await statusOf(held)).toBe(200);
});

test('every process knows a new key before it signs', async () => {
  await api.signUp();
  expect((await rotate('jwt', 0)).status).toBe(200);
  const { secret, kid } = (await table().where({ version: 1 }).first()) as { secret: string; kid: string };
  expect([secret.startsWith('v1.test.'), kid.length]).toEqual([true, 12]);
  await using late = await startTestApi(platform);
  await age('jwt', 11);
  const { accessToken } = await late.signUp();
  expect(kidOf(accessToken)).toBe(kid);
  await eventually(async () => expect(await statusOf(accessToken)).toBe(200));
});

test('two rotations of one version make one key', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => rotate('jwt', 0)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await SigningKeyRecord.query(platform.db.database).where({ version: 1 }).resultSize()).toBe(1);
  expect((await rotate('jwt', 1)).body.version).toBe(2);
  const stale = await rotate('jwt', 0);
  expect([stale.status, codeOf(stale)]).toEqual([409, 'changed-meanwhile']);
  expect(await SigningKeyRecord.query(platform.db.database).resultSize()).toBe(3);
});

test('a key that ended refuses even the tokens verified before', async () => {
  const { accessToken } = await api.signUp();
  expect(await statusOf(accessToken)).toBe(200);
  await rotate('jwt', 0);
  await age('jwt', 11);
  const refused = await end('jwt', 'environment');
  expect(refused.body.keys.at(-1)).toMatchObject({ kid: 'environment', state: 'ended' });
  await eventually(async () => expect(await statusOf(accessToken)).toBe(401));
  await eventually(async () => expect(await statusOf(await api.signInAsAdmin())).toBe(200));
});

test('a key that signs is not ended, and an unknown one not found', async () => {
  const { kid } = (await rotate('files', 0)).body.keys[0];
  await age('files', -3_600);
  for (const one of [kid, 'environment']) expect((await end('files', one)).status).toBe(503);
  expect((await end('files', 'other')).status).toBe(404);
  expect((await end('jwt', kid)).status).toBe(404);
  expect((await end('data', kid)).status).toBe(404);
  await age('files', 3_611);
  expect((await end('files', kid)).status).toBe(503);
  const ended = await end('files', 'environment');
  expect((await end('files', 'environment')).body).toEqual(ended.body);
  const acts = (await api.call('/api/admin/audit?target=keys:files', { token })).body.items;
  expect(acts.map(({ action }: { action: string }) => action).slice(0, 2)).toEqual([
    'keys.end',
    'keys.rotate',
  ]);
});

test('links of the previous file key open until they expire', async () => {
  const { accessToken } = await api.signUp();
  const linkFor = await upload(accessToken);
  const before = await linkFor(1);
  expect(new URL(before).searchParams.get('kid')).toBeNull();
  const { kid } = (await rotate('files', 0)).body.keys[0];
  await age('files', 11);
  const after = await eventually(async () => {
    const url = await linkFor(2);
    expect(new URL(url).searchParams.get('kid')).toBe(kid);
    return url;
  });
  expect([await read(before), await read(after)]).toEqual([200, 200]);
  await end('files', 'environment');
  await eventually(async () => expect(await read(before)).toBe(403));
  expect(await read(after)).toBe(200);
});

test('a key of another purpose verifies neither tokens nor links', async () => {
  const { accessToken } = await api.signUp();
  await rotate('files', 0);
  await rotate('jwt', 0);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = accessToken.split('.')[1];
  const kids = (await table().whereNotNull('secret').select('kid')).map(({ kid }) => kid);
  for (const kid of [...kids, 'environment', '../test', 'test/../test', '__proto__', '', 7, ['test']])
    for (const secret of ['', platform.env.FILE_SIGNING_KEY ?? '']) {
      const text = `${encode({ alg: 'HS512', kid, typ: 'JWT' })}.${claims}`;
      const mac = createHmac('sha512', secret).update(text).digest('base64url');
      expect(await statusOf(`${text}.${mac}`), String(kid)).toBe(401);
    }
});

test('keys are listed without secrets, for administrators alone', async () => {
  await rotate('jwt', 0);
  const answer = await api.call('/api/admin/keys', { token });
  expect(answer.body).toMatchObject({
    signing: [
      { purpose: 'jwt', version: 1 },
      { purpose: 'files', version: 0, keys: [] },
    ],
    data: { kids: ['test'] },
  });
  const { secret } = (await table().where({ version: 1 }).first()) as { secret: string };
  const text = JSON.stringify(answer.body);
  for (const hidden of [secret, secret.split('.')[2] ?? '', platform.env.FILE_SIGNING_KEY ?? ''])
    expect(text).not.toContain(hidden);
  expect(text).not.toMatch(/secret/i);
  const { accessToken } = await api.signUp();
  const asUser = { token: accessToken };
  expect((await api.call('/api/admin/keys', asUser)).status).toBe(403);
  expect((await rotate('jwt', 1, accessToken)).status).toBe(403);
  expect((await end('jwt', 'environment', accessToken)).status).toBe(403);
});

test('without DATA_KEYS nothing rotates, and the environment signs on', async () => {
  await using bare = await startTestApi(platform, { DATA_KEYS: '' });
  const answer = await bare.call('/api/admin/keys/jwt/rotate', { token, body: { version: 0 } });
  expect([answer.status, answer.body.detail]).toEqual([503, expect.stringContaining('DATA_KEYS')]);
  expect(kidOf((await bare.signUp()).accessToken)).toBe('test');
});
