import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testFileKeys } from '../../testing/fileKeys.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { describeStorageContract, newOutputKey, readAll } from '../../testing/storageContract.ts';
import { systemClock } from '../runtime/clock.ts';
import { createFileStorage } from './fileStorage.ts';
import { verifyFileUrl } from './fileUrl.ts';
import type { Storage } from './storage.ts';

const keys = testFileKeys;
const publicUrl = 'http://localhost:8080';
let directory: string;
let storage: Storage;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-files-'));
  storage = await createFileStorage({ clock: systemClock }, { directory, publicUrl, keys });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describeStorageContract('file storage', { storage: () => storage, hasRange: true });

test('gives the first byte alone', async () => {
  const body = randomBytes(50);
  const key = newOutputKey(body);
  await storage.put(key, body, { mime: 'image/png' });
  const opened = await storage.open(key, { start: 0, end: 0 });
  expect(opened && (await buffer(opened.stream)).equals(body.subarray(0, 1))).toBe(true);
});

test('closes a body that it could not even begin to store', async () => {
  const lost = await mkdtemp(join(tmpdir(), 'star-graph-files-'));
  const ours = await createFileStorage({ clock: systemClock }, { directory: lost, publicUrl, keys });
  await rm(lost, { recursive: true });
  const body = new PassThrough();
  await expect(ours.put(newOutputKey(Buffer.alloc(1)), body, { mime: 'image/png' })).rejects.toThrow(
    'ENOENT',
  );
  expect(body.destroyed).toBe(true);
});

describe('a replaced object', () => {
  test('is the old or the new one to readers, never a mixture', async () => {
    const [oldBody, newBody] = [randomBytes(300_000), randomBytes(200_000)];
    const key = newOutputKey(oldBody);
    await storage.put(key, oldBody, { mime: 'image/png' });

    const source = new PassThrough();
    const put = storage.put(key, source, { mime: 'image/png' });
    if (!source.write(newBody.subarray(0, 100_000))) await once(source, 'drain');
    expect((await readAll(storage, key))?.equals(oldBody)).toBe(true);
    const openedBefore = await storage.open(key);
    source.end(newBody.subarray(100_000));
    await put;

    expect(openedBefore && (await buffer(openedBefore.stream)).equals(oldBody)).toBe(true);
    expect((await readAll(storage, key))?.equals(newBody)).toBe(true);
  });

  test('is stored while its neighbours and their folder are removed', async () => {
    const taskId = '019a0000-0000-7000-8000-000000000001';
    const putAndRemove = async () => {
      const body = randomBytes(100);
      const key = newOutputKey(body, taskId);
      for (let round = 0; round < 40; round += 1) {
        await storage.put(key, body, { mime: 'image/png' });
        expect((await readAll(storage, key))?.equals(body)).toBe(true);
        await storage.remove(key);
      }
    };
    await Promise.all(Array.from({ length: 8 }, putAndRemove));
  });
});

describe('a writer that is killed half-way', () => {
  test('leaves no object, and a later start clears what it left', async () => {
    const key = newOutputKey(randomBytes(10));
    const writer = spawn(process.execPath, ['--input-type=module-typescript', '--eval', writerCode(), key], {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
      env: { ...process.env, STORAGE_DIRECTORY: directory },
    });
    writer.stdin.write(randomBytes(200_000));
    await once(writer.stdout, 'data');
    await expect.poll(() => readdir(join(directory, 'incoming'))).toHaveLength(1);
    writer.kill('SIGKILL');
    await once(writer, 'exit');

    expect(await storage.stat(key)).toBeUndefined();
    expect(await readdir(join(directory, 'incoming'))).toHaveLength(1);
    const clock = createManualClock(new Date());
    await createFileStorage({ clock }, { directory, publicUrl, keys });
    expect(await readdir(join(directory, 'incoming')), 'may still be written').toHaveLength(1);
    await clock.advance(25 * 3600 * 1000);
    await createFileStorage({ clock }, { directory, publicUrl, keys });
    expect(await readdir(join(directory, 'incoming'))).toEqual([]);
  });
});

const canMount =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k none /mnt'], { timeout: 10_000 })
    .status === 0;

describe('a full disk', () => {
  // A disk of 512 KB of its own, in a mount namespace that ends with the process.
  test.skipIf(!canMount)('is told in words, and what was stored stays', () => {
    const script = `mount -t tmpfs -o size=512k none /mnt && exec "${process.execPath}" --input-type=module-typescript --eval "$CODE"`;
    const { stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script], {
      cwd: import.meta.dirname,
      env: { ...process.env, CODE: fullDiskCode() },
      encoding: 'utf8',
      timeout: 100_000,
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      code: 'unavailable',
      detail: expect.stringContaining('no room left'),
      retryAfterSeconds: 60,
      absent: true,
      keptBytes: 100_000,
      incoming: 0,
    });
  });
});

describe('the signed URL of a file', () => {
  test('serves exactly its object, under the name to save it by', async () => {
    const key = newOutputKey(randomBytes(10));
    const url = new URL(
      await storage.signedUrl(key, { ttlSeconds: 60, mime: 'image/png', downloadName: 'käse.png' }),
    );
    expect(url.origin + url.pathname).toBe(`${publicUrl}/files/${key}`);
    const verified = await verifyFileUrl({ keys, clock: systemClock }, key, url.searchParams);
    expect(verified).toMatchObject({ key, mime: 'image/png', downloadName: 'käse.png' });
  });

  test('is given out again for a twelfth of its life, if allowed', async () => {
    const clock = createManualClock();
    const ours = await createFileStorage({ clock }, { directory, publicUrl, keys });
    const key = newOutputKey(randomBytes(10));
    const options = { ttlSeconds: 3_600, mime: 'image/png' };
    const first = await ours.signedUrl(key, { ...options, mayBeOlder: true });
    await clock.advance(299_000);
    expect(await ours.signedUrl(key, { ...options, mayBeOlder: true })).toBe(first);
    const exact = await ours.signedUrl(key, options);
    const { searchParams } = new URL(exact);
    const expiresAt = new Date(clock.now().getTime() + 3_600_000);
    expect(await verifyFileUrl({ keys, clock }, key, searchParams)).toMatchObject({ expiresAt });
    await clock.advance(400_000);
    expect(await ours.signedUrl(key, { ...options, mayBeOlder: true })).not.toBe(first);
  });
});

function writerCode(): string {
  return `
    import { createFileStorage } from './fileStorage.ts';
    import { testFileKeys } from '../../testing/fileKeys.ts';
    import { systemClock } from '../runtime/clock.ts';
    const storage = await createFileStorage({ clock: systemClock },
      { directory: process.env.STORAGE_DIRECTORY, publicUrl: '${publicUrl}', keys: testFileKeys });
    process.stdin.once('data', () => setImmediate(() => process.stdout.write('half-way')));
    await storage.put(process.argv[1], process.stdin, { mime: 'image/png' });`;
}

function fullDiskCode(): string {
  return `
    import { readdirSync } from 'node:fs';
    import { createFileStorage } from './fileStorage.ts';
    import { testFileKeys } from '../../testing/fileKeys.ts';
    import { systemClock } from '../runtime/clock.ts';
    const storage = await createFileStorage({ clock: systemClock },
      { directory: '/mnt', publicUrl: '${publicUrl}', keys: testFileKeys });
    const mime = 'image/png';
    await storage.put('outputs/kept/a.png', Buffer.alloc(100_000), { mime });
    const problem = await storage.put('outputs/t/a.png', Buffer.alloc(600_000), { mime }).catch((error) => error);
    console.log(JSON.stringify({ code: problem.code, detail: problem.detail,
      retryAfterSeconds: problem.retryAfterSeconds,
      absent: (await storage.stat('outputs/t/a.png')) === undefined,
      keptBytes: (await storage.stat('outputs/kept/a.png')).bytes,
      incoming: readdirSync('/mnt/incoming').length }));`;
}
