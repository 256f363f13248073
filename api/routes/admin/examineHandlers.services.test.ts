import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { beforeAll, expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

const asAdmin = (path: string, body?: unknown) =>
  api.call(`/api/admin/${path}`, {
    token: admin,
    method: 'POST',
    ...(body === undefined ? {} : { body }),
  });
const examine = (body: object) => asAdmin('backends/examine', body);
const listBackends = async () =>
  (await api.call('/api/admin/backends', { token: admin })).body.items as { id: string }[];

test('a server is looked at before it is in the pool, and nothing is added', async () => {
  const flags = ['--threads', '1', '--require-bearer', 't0ken-s3cret'];
  await using server = await startPreviewBackend({ flags });
  const before = await listBackends();
  const refused = await examine({ url: server.url });
  expect(refused.body).toMatchObject({ reachable: false, fault: expect.stringContaining('a bearer token') });
  const answer = await examine({ url: server.url, credentials: { kind: 'bearer', token: 't0ken-s3cret' } });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ url: server.url, reachable: true, comfyVersion: '0.33.0', prompts: 0 });
  expect(answer.body.runs).toContain('text2img');
  expect(JSON.stringify(answer.body)).not.toContain('s3cret');
  expect((await server.control({})).runs).toEqual([]);
  expect(await listBackends()).toEqual(before);
});

test('a server of the pool is looked at with its own credentials', async () => {
  await using server = await startPreviewBackend({ flags: ['--threads', '1', '--require-bearer', 't0ken'] });
  const added = await asAdmin('backends', {
    url: server.url,
    enabled: false,
    credentials: { kind: 'bearer', token: 't0ken' },
  });
  const found = await asAdmin(`backends/${added.body.id}/examine`);
  expect(found.body).toMatchObject({ reachable: true, url: server.url });
  expect((await asAdmin('backends/01900000-0000-7000-8000-000000000000/examine')).status).toBe(404);
});

test.each(['http://169.254.169.254', 'http://[fd00:ec2::254]/latest', 'http://metadata@10.0.0.1'])(
  '%s is not looked at',
  async (url) => {
    const refused = await examine({ url });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toMatchObject([{ pointer: '/url' }]);
  },
);

test('an address without a server is an answer that says what to do', async () => {
  const answer = await examine({ url: 'http://127.0.0.1:1' });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    url: 'http://127.0.0.1:1',
    reachable: false,
    fault: expect.stringContaining('Nothing listens at 127.0.0.1:1. Start ComfyUI there'),
  });
});

test('a code lets one machine join, and the files ordered for it are for its agent alone', async () => {
  const { code } = (await asAdmin('backends/join-codes')).body;
  const report = { folders: { vae: { path: '/models/vae', disk: '1', freeBytes: 9e9 } } };
  const join = (token: string) =>
    api.call('/api/v1/pool/join', { body: { code, token, report, url: 'http://127.0.0.1:1' } });
  const [token, other] = ['t'.repeat(43), 'o'.repeat(43)];
  const joined = await join(token);
  expect(joined).toMatchObject({ status: 200, body: { examination: { reachable: false } } });
  expect((await join(token)).body.backendId).toBe(joined.body.backendId);
  expect((await join(other)).status).toBe(422);
  const file = { folder: 'vae', name: 'ae.safetensors', url: 'https://files.example/ae' };
  const ordered = await asAdmin(`backends/${joined.body.backendId}/model-fetches`, { files: [file] });
  const [{ id }] = ordered.body.items;
  const tell = (as: string, fetch?: object) =>
    api.call('/api/v1/pool/report', { body: { token: as, report, ...(fetch && { fetch }) } });
  expect((await tell(other)).status).toBe(401);
  expect((await tell(token)).body.fetch).toMatchObject({ ...file, id, state: 'waiting' });
  const done = { id, state: 'done', bytesDone: 5, bytes: 5, sha256: 'a'.repeat(64) };
  expect((await tell(token, done)).body.fetch).toBeUndefined();
  // Said again, and otherwise, it stays as it is.
  await tell(token, { ...done, state: 'failed', fault: 'late' });
  const { items } = (
    await api.call(`/api/admin/backends/${joined.body.backendId}/model-fetches`, { token: admin })
  ).body;
  expect(items).toMatchObject([{ id, state: 'done', sha256: done.sha256 }]);
});
