import { newId } from '@star-graph/core/ground/runtime/ids';
import { beforeAll, expect, test } from 'vitest';
import { codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

const asAdmin = (path: string, body?: unknown, method?: string) =>
  api.call(`/api/admin/${path}`, {
    token: admin,
    ...(body === undefined ? {} : { body }),
    ...(method ? { method } : {}),
  });

const credentials = [
  { kind: 'basic', username: 'me', password: 'w0rd-s3cret' },
  { kind: 'bearer', token: 'tok-s3cret' },
  { kind: 'header', headers: { 'X-Key': 'key-s3cret' } },
];
test.each(credentials)(
  'a backend takes credentials of the kind $kind and never shows them',
  async (given) => {
    const url = `http://10.1.4.${credentials.findIndex(({ kind }) => kind === given.kind)}:8188`;
    const added = await asAdmin('backends', { url });
    expect(added.body.credentials).toBe('none');
    const path = `backends/${added.body.id}`;
    const set = await asAdmin(path, { credentials: given }, 'PATCH');
    const { kind } = given;
    expect(set.body).toMatchObject({ credentials: kind, name: added.body.name });
    const renamed = await asAdmin(path, { name: 'left' }, 'PATCH');
    expect(renamed.body.credentials).toBe(kind);
    const audit = await asAdmin(`audit?target=backend:${added.body.id}`);
    expect(audit.body.items[1].data).toEqual({
      before: { credentials: 'none' },
      after: { credentials: kind },
    });
    const rows = await platform.db.database('backends').where({ url });
    for (const seen of [set.body, renamed.body, (await asAdmin('backends')).body, audit.body, rows])
      expect(JSON.stringify(seen)).not.toContain('s3cret');
    expect((await asAdmin(path, { credentials: null }, 'PATCH')).body.credentials).toBe('none');
    expect(await platform.db.database('backends').where({ url })).toMatchObject([{ credentials: null }]);
  },
);

test('a restored backend does not have its earlier credentials', async () => {
  const values = { url: 'http://10.1.5.1:8188', credentials: credentials[0] };
  const added = await asAdmin('backends', values);
  expect(added.body.credentials).toBe('basic');
  await asAdmin(`backends/${added.body.id}`, undefined, 'DELETE');
  expect((await asAdmin('backends', { url: values.url })).body).toMatchObject({
    id: added.body.id,
    credentials: 'none',
  });
});

test.each([
  { kind: 'bearer', token: 'a\r\ns3cret: b' },
  { kind: 'basic', username: 'a:b', password: 's3cret' },
  { kind: 'basic', username: 'a' },
  { kind: 'header', headers: {} },
  { kind: 'header', headers: { Host: 's3cret' } },
  { kind: 'digest', token: 's3cret' },
])('a backend is refused with %j as credentials, without repeating them', async (wrong) => {
  const answer = await asAdmin('backends', { url: 'http://10.1.6.1:8188', credentials: wrong });
  expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  expect(answer.body.errors[0].pointer).toMatch(/^\/credentials/);
  expect(JSON.stringify(answer.body)).not.toContain('s3cret');
});

test('a backend with credentials is refused where the platform has no key', async () => {
  const { DATA_KEYS: _, ...env } = platform.env;
  await using keyless = await startTestApi({ ...platform, env });
  const answer = await keyless.call('/api/admin/backends', {
    token: await keyless.signInAsAdmin(),
    body: { url: 'http://10.1.7.1:8188', credentials: credentials[0] },
  });
  expect([answer.status, answer.body.errors[0]]).toEqual([
    422,
    { pointer: '/credentials', message: expect.stringContaining('Set DATA_KEYS') },
  ]);
});

test("an old backend's address is shown without its password", async () => {
  const url = 'http://me:w0rd-s3cret@10.1.8.1:8188';
  const row = { id: newId(), url, name: 'old', labels: '[]', created_at: new Date() };
  await platform.db.database('backends').insert(row);
  const { body } = await asAdmin('backends');
  const shown = body.items.find(({ id }: { id: string }) => id === row.id);
  expect(shown).toMatchObject({ url: 'http://10.1.8.1:8188', credentials: 'basic' });
  expect(JSON.stringify(body)).not.toContain('s3cret');
  await platform.db.database('backends').where({ id: row.id }).delete();
});

test('a backend that is down tells its dispatcher’s reason, or none running', async () => {
  const { body: added } = await asAdmin('backends', { url: 'http://10.1.9.1:8188' });
  expect(added).toMatchObject({
    state: 'unknown',
    reason: expect.stringContaining('No dispatcher works for it'),
  });
  const own = { owner: newId(), lease_until: new Date(Date.now() + 60_000) };
  const reasonWith = async (values: object) => {
    await platform.db
      .database('backends')
      .where({ id: added.id })
      .update({ ...own, ...values });
    const { body } = await asAdmin('backends');
    return body.items.find(({ id }: { id: string }) => id === added.id).reason;
  };
  const state_reason = 'Nothing listens at 10.1.9.1:8188.';
  expect(await reasonWith({ state: 'down', state_reason })).toBe(state_reason);
  expect(await reasonWith({ state: 'up', state_reason: null })).toBeUndefined();
  expect(await reasonWith({ lease_until: new Date(Date.now() - 60_000) })).toContain('No dispatcher');
});
