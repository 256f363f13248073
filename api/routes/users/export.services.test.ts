import { text } from 'node:stream/consumers';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { parseApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { fromBuffer } from 'yauzl';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);
const path = '/api/v1/users/export';

/** The entries of a ZIP file, as texts of one letter a byte. */
function readZip(bytes: Buffer): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      const entries = new Map<string, string>();
      zip.on('error', reject);
      zip.on('end', () => resolve(entries));
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, (fault, stream) => {
          if (fault) return reject(fault);
          text(stream.setEncoding('latin1')).then((read) => {
            entries.set(entry.fileName, read);
            zip.readEntry();
          }, reject);
        });
      });
      zip.readEntry();
    });
  });
}

async function uploadPicture(token: string, side: number): Promise<{ id: string; bytes: Buffer }> {
  const bytes = await createTwoColours(side, side).png().toBuffer();
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'a.png');
  const { id, url } = (await api.call('/api/v1/assets', { token, body })).body;
  const { pathname, search } = new URL(url);
  return { id, bytes: (await api.call(pathname + search)).body };
}

/** All parts, by the links between them. */
async function exportAll(token: string): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer = await api.call(next, { token });
    expect(answer.status).toBe(200);
    for (const [name, content] of await readZip(answer.body)) all.set(name, content);
    const [, link] = /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '') ?? [];
    next = link === undefined ? undefined : new URL(link).pathname + new URL(link).search;
  }
  return all;
}

const linesOf = (content: string | undefined): Record<string, unknown>[] =>
  (content ?? '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test('an export has the person’s data and files byte for byte, and no secret', async () => {
  const { accessToken: token, user } = await api.signUp();
  const picture = await uploadPicture(token, 16);
  const body = { prompt: 'a lighthouse at dawn' };
  const task = (await api.call('/api/v1/generate/text2img', { token, body })).body;
  const hook = { url: 'https://93.184.215.14/', types: ['task_completed'] };
  const { secret } = (await api.call('/api/v1/users/webhooks', { token, body: hook })).body;
  const { key } = (await api.call('/api/v1/users/api-keys', { token, body: { name: 'mine' } })).body;

  const all = await exportAll(token);
  expect(linesOf(all.get('profile.jsonl'))).toMatchObject([{ id: user.id, username: user.username }]);
  expect(linesOf(all.get('tasks.jsonl'))).toMatchObject([{ id: task.id, params: body }]);
  expect(linesOf(all.get('files.jsonl'))).toMatchObject([
    { id: picture.id, file: `files/${picture.id}.png` },
  ]);
  expect(linesOf(all.get('credits.jsonl')).map(({ kind }) => kind)).toEqual(['hold', 'grant']);
  expect(linesOf(all.get('webhooks.jsonl'))).toMatchObject([{ url: hook.url }]);
  expect(linesOf(all.get('sessions.jsonl'))).toHaveLength(1);
  expect(linesOf(all.get('sign-ins.jsonl'))).toMatchObject([{ address: '127.0.0.1', succeeded: true }]);
  expect(Buffer.from(all.get(`files/${picture.id}.png`) ?? '', 'latin1')).toEqual(picture.bytes);
  const everything = [...all.values()].join();
  for (const hidden of [secret, key, parseApiKey(key)?.secret]) expect(everything).not.toContain(hidden);
});

test('an export tells what a task cost in the end', async () => {
  const { accessToken: token } = await api.signUp();
  const make = async () =>
    (await api.call('/api/v1/generate/text2img', { token, body: { prompt: 'a lighthouse' } })).body;
  const [open, cancelled] = [await make(), await make()];
  await api.call(`/api/v1/tasks/${cancelled.id}`, { token, method: 'DELETE' });
  const lines = linesOf((await exportAll(token)).get('tasks.jsonl'));
  expect(lines.map(({ id, charged }) => [id, charged])).toEqual([
    [open.id, undefined],
    [cancelled.id, 0],
  ]);
});

test('an export names the groups of a person, and what they share with them', async () => {
  const { accessToken: token, user } = await api.signUp();
  await api.call(`/api/admin/users/${user.id}/groups`, {
    token: await api.signInAsAdmin(),
    method: 'PUT',
    body: { groups: ['design', 'film'], was: [] },
  });
  const { groups } = (await api.call('/api/v1/groups', { token })).body;
  const { id } = (await api.call('/api/v1/collections', { token, body: { name: 'trip' } })).body;
  await api.call(`/api/v1/collections/${id}/groups/${groups[0].id}`, {
    token,
    method: 'PUT',
    body: { role: 'add', was: null },
  });
  const all = await exportAll(token);
  expect(linesOf(all.get('groups.jsonl'))).toEqual([{ name: 'design' }, { name: 'film' }]);
  expect(linesOf(all.get('collections.jsonl'))).toMatchObject([
    { id, groups: [{ name: 'design', role: 'add' }] },
  ]);
});

test('an export holds nothing of anybody else', async () => {
  const [owner, other] = [await api.signUp(), await api.signUp()];
  const picture = await uploadPicture(owner.accessToken, 8);
  const all = await exportAll(other.accessToken);
  expect([...all.values()].join()).not.toContain(owner.user.id);
  expect([...all.keys()].filter((name) => name.startsWith('files/'))).toEqual([]);
  // The place of another person's file is a place and no right.
  const { body } = await api.call(`${path}?cursor=${picture.id.slice(0, -1)}0`, { token: other.accessToken });
  expect(await readZip(body)).toEqual(new Map());
});

test('a picture that is withheld is not in its owner’s export', async () => {
  const { accessToken: token } = await api.signUp();
  const { id } = await uploadPicture(token, 12);
  await Asset.query(platform.db.database).findById(id).patch({ quarantinedAt: new Date() });
  const all = await exportAll(token);
  expect(linesOf(all.get('files.jsonl'))).toMatchObject([{ id, isWithheld: true }]);
  expect([...all.keys()].filter((name) => name.startsWith('files/'))).toEqual([]);
});

test('a part that was cut off is sent again', async () => {
  const { accessToken: token } = await api.signUp();
  const picture = await uploadPicture(token, 20);
  const controller = new AbortController();
  const cut = await fetch(`${api.url}${path}?cursor=files`, {
    headers: { authorization: `Bearer ${token}` },
    signal: controller.signal,
  });
  controller.abort();
  await expect(cut.arrayBuffer()).rejects.toThrow();
  await expect.poll(async () => (await api.call(`${path}?cursor=files`, { token })).status).toBe(200);
  const { body } = await api.call(`${path}?cursor=files`, { token });
  expect([...(await readZip(body)).keys()]).toEqual([`files/${picture.id}.png`]);
});

test('a cursor that is no place is refused', async () => {
  const { accessToken: token } = await api.signUp();
  expect(codeOf(await api.call(`${path}?cursor=../x`, { token }))).toBe('invalid-params');
});
