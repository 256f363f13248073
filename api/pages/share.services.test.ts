import { createHash } from 'node:crypto';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { AssetShare } from '@star-graph/core/ground/db/models/assetShare';
import { ApiKey } from '@star-graph/core/ground/db/models/session';
import { Task } from '@star-graph/core/ground/db/models/task';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createStorage } from '@star-graph/core/ground/storage/createStorage';
import { outputKey } from '@star-graph/core/ground/storage/keys';
import { mimeByExtension } from '@star-graph/core/ground/storage/mediaTypes';
import { openImage } from '@star-graph/core/media/images/imageLibrary';
import {
  createFilm,
  createSound,
  createSquareBody,
  createTwoColours,
} from '@star-graph/core/testing/pictures';

import { describe, expect, test } from 'vitest';
import { codeOf } from '../testing/servers/apiServer.ts';
import { memberFixture } from '../testing/servers/memberServer.ts';

const { platform, api, makeResult } = memberFixture({});

async function newPerson() {
  const { accessToken: token, user } = await api.signUp();
  const share = (assetId: string, body: object = {}) =>
    api.call(`/api/v1/assets/${assetId}/shares`, { token, body });
  return {
    token,
    userId: user.id as string,
    username: user.username as string,
    share,
    linkTo: async (assetId: string, body: object = {}): Promise<string> =>
      pathOf((await share(assetId, body)).body.url),
    async upload(bytes: Buffer, type = 'image/png'): Promise<string> {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(bytes)], { type }), 'a');
      return (await api.call('/api/v1/assets', { token, body: form })).body.id;
    },
    list: async () => (await api.call('/api/v1/shares', { token })).body.items,
  };
}
type Person = Awaited<ReturnType<typeof newPerson>>;

const pathOf = (url: string): string => new URL(url).pathname + new URL(url).search;
const picture = () => createTwoColours(64, 48).png().toBuffer();

/** As a browser of anybody asks, without a credential. */
async function visit(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${api.url}${path}`, { headers, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function readFile(path: string, headers: Record<string, string> = {}) {
  const { status, headers: told } = await visit(path);
  const location = told.get('location');
  if (status !== 302 || location === null) throw new Error(`${path} leads to no file: ${status}`);
  const answer = await fetch(`${api.url}${pathOf(location)}`, { headers });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: await answer.arrayBuffer(),
  };
}

/** A result of this person whose bytes are a real picture. */
async function makeShown(who: Person, prompt: string): Promise<string> {
  const id = await who.upload(await picture());
  const { task } = await makeResult(who.userId);
  await Task.query(platform.db.database).findById(task.id).patch({ params: { prompt } });
  await Asset.query(platform.db.database).findById(id).patch({ taskId: task.id, kind: 'output' });
  return id;
}

test('anybody with the link sees the pixels and nothing else', async () => {
  const ann = await newPerson();
  const camera = createTwoColours(64, 48).withExif({ IFD0: { Copyright: 'Ann Example' } });
  const id = await ann.upload(await camera.jpeg().toBuffer(), 'image/jpeg');
  const path = await ann.linkTo(id);
  expect(path).toMatch(/^\/s\/[\w-]{22}$/);
  const page = await visit(path);
  expect(page.status).toBe(200);
  expect(page.text).toContain(`<img src="${path}/picture" width="64" height="48"`);
  expect(page.text).toMatch(/<meta property="og:image" content="http[^"]+\/s\/[\w-]{22}\/picture">/);
  for (const secret of [id, ann.userId, ann.username]) expect(page.text).not.toContain(secret);
  const { status, type, body } = await readFile(`${path}/picture`);
  expect([status, type]).toEqual([200, 'image/webp']);
  const { width, height, exif, xmp } = await openImage(Buffer.from(body), { mostPixels: 10_000 }).metadata();
  expect({ width, height, exif, xmp }).toEqual({ width: 64, height: 48, exif: undefined, xmp: undefined });
});

test('a page of a link runs no script and is in no search', async () => {
  const ann = await newPerson();
  const id = await makeShown(ann, '<script>alert(1)</script>"><img src=x onerror=alert(1)>');
  const page = await visit(await ann.linkTo(id, { showsPrompt: true }));
  expect(page.text).toContain(
    '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img src=x onerror=alert(1)&gt;',
  );
  expect(page.text).not.toMatch(/<script|<img src=x|<style|style=/);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*|script-src/);
  expect(page.text).toContain('<meta name="robots" content="noindex');
  expect(page.headers.get('x-robots-tag')).toContain('noindex');
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  for (const [, path = ''] of page.text.matchAll(/<link[^>]+href="(\/[^"]+)"/g))
    expect([path, (await visit(path)).status]).toEqual([path, 200]);
});

test('a text, a sound and a body are shared as what they are, without what their files tell', async () => {
  const ann = await newPerson();
  const storage = await createStorage(
    { clock: systemClock, warn: () => undefined },
    parseConfig(platform.env),
  );
  const make = async (ext: 'txt' | 'wav' | 'glb', bytes: Buffer, facts: object) => {
    const { task } = await makeResult(ann.userId);
    const key = outputKey(task.id, createHash('sha256').update(bytes).digest('hex'), ext);
    await storage.put(key, bytes, { mime: mimeByExtension[ext], bytes: bytes.length });
    const rows = () => Asset.query(platform.db.database);
    const { id } = await rows().findOne({ taskId: task.id }).throwIfNotFound();
    await rows()
      .findById(id)
      .patch({ storageKey: key, mime: mimeByExtension[ext], width: 0, height: 0, ...facts });
    return ann.linkTo(id);
  };
  const text = await make('txt', Buffer.from('<b>a cat'), { text: '<b>a cat' });
  const page = await visit(text);
  expect(page.text).toContain('<blockquote dir="auto">&lt;b&gt;a cat</blockquote>');
  expect(page.text).not.toContain('og:image');
  expect(await readFile(`${text}/file`)).toMatchObject({ type: 'text/plain; charset=utf-8' });
  expect((await visit(`${text}/picture`)).status).toBe(404);

  const waveform = Buffer.from([0, 255]).toString('base64');
  const tagged = createSound('wav', ['-metadata', 'comment=a secret prompt']);
  const sound = await make('wav', tagged, { waveform });
  const soundPage = (await visit(sound)).text;
  expect(soundPage).toContain('<h1>A shared sound</h1>');
  expect(soundPage).toContain(`<audio src="${sound}/file" controls>`);
  expect(soundPage).toContain('<path d="M0 15h3v2h-3zM4 0h3v32h-3z"/>');
  const heard = await readFile(`${sound}/file`);
  expect(heard.type).toBe('audio/wav');
  expect(Buffer.from(heard.body).includes('secret prompt')).toBe(false);

  const drawn = `thumbnails/${ann.userId}.webp`;
  await storage.put(drawn, await createTwoColours(8, 8).webp().toBuffer(), { mime: 'image/webp' });
  const [plain, body] = [
    await make('glb', createSquareBody(), { thumbnailKey: null }),
    await make('glb', createSquareBody(), { thumbnailKey: drawn }),
  ];
  expect((await visit(plain)).text).not.toContain(`${plain}/picture`);
  expect((await visit(`${plain}/picture`)).status).toBe(404);
  const bodyPage = (await visit(body)).text;
  expect(bodyPage).toContain(`<img src="${body}/picture"`);
  expect(bodyPage).toContain(`${body}/picture">`);
  expect(await readFile(`${body}/picture`)).toMatchObject({ status: 200, type: 'image/webp' });
  expect(Buffer.from((await readFile(`${body}/file`)).body).includes('secret graph')).toBe(false);
});

test('the prompt is told, and leads into the form, only where its owner wants so', async () => {
  const ann = await newPerson();
  const id = await makeShown(ann, 'a secret fox & cub');
  const { text: silent } = await visit(await ann.linkTo(id));
  expect(silent).not.toContain('secret');
  expect(silent).toMatch(/href="[^"]+\/create">Make your own/);
  const { text: told } = await visit(await ann.linkTo(id, { showsPrompt: true }));
  expect(told).toContain('a secret fox &amp; cub');
  expect(told).toMatch(/href="[^"]+\/create\?prompt=a\+secret\+fox\+%26\+cub">Make one like this/);
});

test('a link that leads nowhere never says why, in two languages', async () => {
  const ann = await newPerson();
  const rows = () => Asset.query(platform.db.database);
  const gone = (await visit(`/s/${'a'.repeat(22)}`)).text;
  expect(gone).toContain('Nothing is shared here');
  const becomesNothing = async (end: (assetId: string, shareId: string) => Promise<unknown>) => {
    const id = await ann.upload(await picture());
    const { body } = await ann.share(id);
    const path = pathOf(body.url);
    const file = pathOf((await visit(`${path}/picture`)).headers.get('location') ?? '');
    expect([(await visit(path)).status, (await visit(file)).status]).toEqual([200, 200]);
    await end(id, body.id);
    for (const one of [path, `${path}/picture`]) {
      const { status, text } = await visit(one);
      expect([status, text]).toEqual([404, gone]);
    }
    expect((await visit(file)).status).toBe(404);
  };
  const call = (path: string) => api.call(path, { token: ann.token, method: 'DELETE' });
  await becomesNothing((_id, shareId) => call(`/api/v1/shares/${shareId}`));
  await becomesNothing((id) => call(`/api/v1/assets/${id}`));
  await becomesNothing(async (id) => rows().findById(id).patch({ quarantinedAt: new Date() }));
  await becomesNothing(async (_id, shareId) =>
    AssetShare.query(platform.db.database).findById(shareId).patch({ expiresAt: new Date() }),
  );
  for (const path of ['/s/', '/s/short', `/s/${'a'.repeat(22)}/video`, '/s/x/y/z'])
    expect([path, (await visit(path)).text]).toEqual([path, gone]);
  const chinese = await visit('/s/x', { 'accept-language': 'zh-CN,zh;q=0.9' });
  expect(chinese.text).toMatch(/<html lang="zh-CN">[\s\S]*此处没有分享内容/);
  await becomesNothing(async () =>
    platform.db.database('users').where({ id: ann.userId }).update({ disabledAt: new Date() }),
  );
});

test('a film is shared with its first frame, in parts, without its tags', async () => {
  const ann = await newPerson();
  const id = await ann.upload(createFilm(['testsrc=size=128x96:rate=8:duration=1']), 'video/mp4');
  const path = await ann.linkTo(id);
  const page = await visit(path);
  expect(page.text).toContain(`<video src="${path}/video" poster="${path}/picture" width="128" height="96"`);
  expect(page.text).toMatch(/property="og:video" content="[^"]+\/video"/);
  expect((await readFile(`${path}/picture`)).type).toBe('image/webp');
  const part = await readFile(`${path}/video`, { range: 'bytes=0-99' });
  expect([part.status, part.type, part.body.byteLength]).toEqual([206, 'video/mp4', 100]);
});

test('a person sees their links without addresses, and has a hundred at most', async () => {
  const ann = await newPerson();
  const id = await ann.upload(await picture());
  const { body: first } = await ann.share(id, { expiresInHours: 1 });
  const { url, ...shown } = first;
  expect(await ann.list()).toEqual([shown]);
  const [row] = await AssetShare.query(platform.db.database).where({ userId: ann.userId });
  expect(JSON.stringify(row)).not.toContain(url.slice(-22));
  if (!row) throw new Error('no link is stored');
  expect(Date.parse(first.expiresAt)).toBeLessThanOrEqual(Date.now() + 3_600_000);
  const others = Array.from({ length: 98 }, (_, n) => ({
    ...row,
    id: `${row.id.slice(0, -2)}${n.toString(16).padStart(2, '0')}`,
    tokenHash: n.toString(16).padStart(64, '0'),
  }));
  await platform.db.database('asset_shares').insert(others.filter((other) => other.id !== row.id));
  const answers = await Promise.all(Array.from({ length: 4 }, () => ann.share(id)));
  const made = answers.filter(({ status }) => status === 201).length;
  expect(await AssetShare.query(platform.db.database).where({ userId: ann.userId }).resultSize()).toBe(100);
  expect(answers.filter((one) => codeOf(one) === 'quota-exceeded')).toHaveLength(4 - made);
  for (const expiresInHours of [0, 721, 1.5])
    expect((await ann.share(id, { expiresInHours })).status).toBe(422);
});

describe('a link ends with what made it', () => {
  const shared = (token: string, id: string) =>
    api.call(`/api/v1/assets/${id}/shares`, { token, body: { expiresInHours: 720 } });

  test('a key that is withdrawn, or has expired', async () => {
    const ann = await newPerson();
    const id = await ann.upload(await picture());
    const own = await ann.linkTo(id);
    const makeKey = async () =>
      (await api.call('/api/v1/users/api-keys', { token: ann.token, body: { name: 'k' } })).body;
    const [withdrawn, expired] = [await makeKey(), await makeKey()];
    const paths = [];
    for (const { key } of [withdrawn, expired]) paths.push(pathOf((await shared(key, id)).body.url));
    await ApiKey.query(platform.db.database).findById(expired.id).patch({ kind: 'program', name: 'Chats' });
    const makers = (await ann.list()).map(({ madeBy }: { madeBy?: object }) => madeBy);
    expect(makers).toEqual([
      { kind: 'program', id: expired.id, name: 'Chats' },
      { kind: 'key', id: withdrawn.id, name: 'k' },
      undefined,
    ]);
    for (const path of paths) expect((await visit(path)).status).toBe(200);
    await api.call(`/api/v1/users/api-keys/${withdrawn.id}`, { token: ann.token, method: 'DELETE' });
    await ApiKey.query(platform.db.database).findById(expired.id).patch({ expiresAt: new Date() });
    for (const path of paths) {
      expect((await visit(path)).status).toBe(404);
      expect((await visit(`${path}/picture`)).status).toBe(404);
    }
    expect((await visit(own)).status).toBe(200);
    expect(await ann.list()).toHaveLength(2);
  });

  test('a session from a code, and no other, when it signs out', async () => {
    const ann = await newPerson();
    const id = await ann.upload(await picture());
    const open = async () => {
      const { code } = (await api.call('/api/v1/users/link-codes', { token: ann.token, body: '' })).body;
      return (await api.call('/api/v1/auth/link', { body: { code } })).body;
    };
    const [coded, proven] = [await open(), await open()];
    const password = { password: 'long enough for all' };
    await api.call('/api/v1/auth/presence', { token: proven.accessToken, body: password });
    const ended = pathOf((await shared(coded.accessToken, id)).body.url);
    const lasting = pathOf((await shared(proven.accessToken, id)).body.url);
    expect((await ann.list())[1].madeBy).toMatchObject({ kind: 'session', name: 'node' });
    const { items } = (await api.call('/api/v1/auth/sessions', { token: ann.token })).body;
    expect(items.map(({ fromCode }: { fromCode?: true }) => fromCode)).toEqual([undefined, true, undefined]);
    for (const { refreshToken } of [coded, proven])
      await api.call('/api/v1/auth/logout', { body: { refreshToken } });
    expect([(await visit(ended)).status, (await visit(lasting)).status]).toEqual([404, 200]);
    expect(await ann.list()).toHaveLength(1);
  });
});
