import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { inputKey, outputKey, thumbnailKey } from '../ground/storage/keys.ts';
import type { Body, ListedObject, Storage } from '../ground/storage/storage.ts';

interface StorageUnderTest {
  storage(): Storage;
  /** False for a server that is known to answer ranges with wrong bytes. */
  hasRange: boolean;
}

/** What every adapter promises; each runs it against a real store. */
export function describeStorageContract(name: string, subject: StorageUnderTest): void {
  describe(`${name} keeps the storage contract:`, () => {
    describeWriting(subject);
    describeRemains(subject);
    describeProof(subject);
    describeKeys(subject);
    describeReading(subject);
    describeListing(subject);
  });
}

export async function readAll(storage: Storage, key: string): Promise<Buffer | undefined> {
  const opened = await storage.open(key);
  return opened && buffer(opened.stream);
}

const forms = ['buffer', 'stream', 'file'] as const;

/** Its file goes with the scope. */
async function bodyOf(
  form: (typeof forms)[number],
  bytes: Buffer,
): Promise<{ body: Body } & AsyncDisposable> {
  const path = join(tmpdir(), `star-graph-body-${randomUUID()}`);
  if (form === 'file') await writeFile(path, bytes);
  const halves = [bytes.subarray(0, bytes.length / 2), bytes.subarray(bytes.length / 2)];
  return {
    body: { buffer: bytes, stream: Readable.from(halves), file: { path } }[form],
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}

const digest = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

export function newOutputKey(body: Buffer, taskId: string = randomUUID()): string {
  return outputKey(taskId, digest(body), 'png');
}

function describeWriting(subject: StorageUnderTest): void {
  const body = randomBytes(100_000);

  test.each(forms)('gives back the bytes of a %s with their type and length', async (form) => {
    const key = newOutputKey(body);
    await using source = await bodyOf(form, body);
    await subject.storage().put(key, source.body, { mime: 'image/png', bytes: body.length });
    await source[Symbol.asyncDispose]();

    const opened = await subject.storage().open(key);
    expect(opened).toMatchObject({ bytes: body.length, totalBytes: body.length, mime: 'image/png' });
    expect(opened && (await buffer(opened.stream)).equals(body)).toBe(true);
    expect(await subject.storage().stat(key)).toMatchObject({ bytes: body.length, mime: 'image/png' });
  });

  test('takes a stream of unknown length', async () => {
    const key = newOutputKey(body);
    await subject.storage().put(key, Readable.from([body, body]), { mime: 'image/png' });
    expect((await readAll(subject.storage(), key))?.equals(Buffer.concat([body, body]))).toBe(true);
  });

  test('stores the same key again without harm', async () => {
    const key = newOutputKey(body);
    await subject.storage().put(key, body, { mime: 'image/png' });
    await subject.storage().put(key, body, { mime: 'image/png' });
    expect((await readAll(subject.storage(), key))?.equals(body)).toBe(true);
  });
}

function describeRemains(subject: StorageUnderTest): void {
  const body = randomBytes(100_000);

  test('shows nothing of an object while it is written, and nothing of one whose body failed', async () => {
    const key = newOutputKey(body);
    const source = new PassThrough();
    const put = subject.storage().put(key, source, { mime: 'image/png', bytes: body.length });
    if (!source.write(body.subarray(0, 90_000))) await once(source, 'drain');
    expect(await subject.storage().stat(key)).toBeUndefined();
    expect(await subject.storage().open(key)).toBeUndefined();

    source.destroy(new Error('the sender went away'));
    await expect(put).rejects.toThrow('the sender went away');
    expect(await subject.storage().stat(key)).toBeUndefined();
  });

  test.each([
    ['stream', -1],
    ['stream', 1],
    ['file', -1],
    ['file', 1],
  ] as const)('keeps the old object when a new %s is %i byte off its announced length', async (form, off) => {
    const key = newOutputKey(body);
    await subject.storage().put(key, body, { mime: 'image/png' });
    const other = randomBytes(50_000);
    await using source = await bodyOf(form, other);
    const put = subject.storage().put(key, source.body, {
      mime: 'image/png',
      bytes: other.length + off,
    });
    await expect(put).rejects.toThrow('were announced');
    expect((await readAll(subject.storage(), key))?.equals(body)).toBe(true);
  });

  test('removes one object, its neighbours stay, and removing it again is no error', async () => {
    const taskId = randomUUID();
    const other = randomBytes(10);
    const [key, neighbour] = [newOutputKey(body, taskId), newOutputKey(other, taskId)];
    await subject.storage().put(key, body, { mime: 'image/png' });
    await subject.storage().put(neighbour, other, { mime: 'image/png' });

    await subject.storage().remove(key);
    await subject.storage().remove(key);
    expect(await subject.storage().open(key)).toBeUndefined();
    expect((await readAll(subject.storage(), neighbour))?.equals(other)).toBe(true);
  });
}

function describeProof(subject: StorageUnderTest): void {
  const body = randomBytes(100_000);

  test.each(forms)('shows a %s once it is proven, and not before', async (form) => {
    const key = newOutputKey(body);
    const proof = Promise.withResolvers<void>();
    await using source = await bodyOf(form, body);
    const put = subject.storage().put(key, source.body, { mime: 'image/png', proof: proof.promise });
    // Long enough for the first to be written.
    for (const other of [randomBytes(10), randomBytes(10), randomBytes(10)])
      await subject.storage().put(newOutputKey(other), other, { mime: 'image/png' });
    expect(await subject.storage().stat(key)).toBeUndefined();
    proof.resolve();
    await put;
    expect((await readAll(subject.storage(), key))?.equals(body)).toBe(true);
  });

  test('stores nothing of a body whose proof fails', async () => {
    const key = newOutputKey(body);
    const source = Readable.from([body]);
    const proof = Promise.reject(new Error('the picture is damaged'));
    const put = subject.storage().put(key, source, { mime: 'image/png', proof });
    await expect(put).rejects.toThrow('the picture is damaged');
    expect(source.destroyed).toBe(true);
    expect(await subject.storage().stat(key)).toBeUndefined();
  });
}

function describeKeys(subject: StorageUnderTest): void {
  const body = randomBytes(10);

  test.each([
    '../outside.png',
    'outputs/../../outside.png',
    '/etc/outside.png',
    'outputs//a.png',
    'outputs/.hidden.png',
    'outputs/A.png',
    'outputs/a\0.png',
    'outputs/a%2e.png',
    'outputs\\a.png',
    'single.png',
    `outputs/${'a'.repeat(400)}.png`,
  ])('refuses the key %j in every call', async (key) => {
    const storage = subject.storage();
    const mime = 'image/png';
    await expect(storage.put(key, body, { mime })).rejects.toThrow('not a storage key');
    await expect(storage.open(key)).rejects.toThrow('not a storage key');
    await expect(storage.stat(key)).rejects.toThrow('not a storage key');
    await expect(storage.remove(key)).rejects.toThrow('not a storage key');
    await expect(storage.signedUrl(key, { ttlSeconds: 60, mime })).rejects.toThrow('not a storage key');
  });

  test('refuses a type that the key does not stand for', async () => {
    const put = subject.storage().put(newOutputKey(body), body, { mime: 'text/html' });
    await expect(put).rejects.toThrow('does not fit');
  });
}

function describeReading(subject: StorageUnderTest): void {
  const body = randomBytes(5_000);

  test('answers undefined for what is not there', async () => {
    const key = newOutputKey(body);
    expect(await subject.storage().open(key)).toBeUndefined();
    expect(await subject.storage().open(key, { start: 3 })).toBeUndefined();
    expect(await subject.storage().stat(key)).toBeUndefined();
  });

  test('closes with its scope what was opened and not read', async () => {
    const key = newOutputKey(body);
    await subject.storage().put(key, body, { mime: 'image/png' });
    const open = async () => {
      using opened = await subject.storage().open(key);
      expect(opened?.stream.destroyed).toBe(false);
      return opened?.stream;
    };
    expect((await open())?.destroyed).toBe(true);
  });

  test.skipIf(!subject.hasRange).each([
    { range: { start: 0, end: 1 }, from: 0, to: 2 },
    { range: { start: 10, end: 1999 }, from: 10, to: 2000 },
    { range: { start: 4990 }, from: 4990, to: 5000 },
    { range: { start: 4990, end: 999_999 }, from: 4990, to: 5000 },
  ])('gives exactly the bytes of $range', async ({ range, from, to }) => {
    const key = newOutputKey(body);
    await subject.storage().put(key, body, { mime: 'image/png' });
    const opened = await subject.storage().open(key, range);
    expect(opened).toMatchObject({ bytes: to - from, totalBytes: body.length });
    expect(opened && (await buffer(opened.stream)).equals(body.subarray(from, to))).toBe(true);
  });
}

function describeListing(subject: StorageUnderTest): void {
  test('lists each object below a prefix once, and the rest after any of them', async () => {
    const storage = subject.storage();
    const userId = randomUUID();
    const bodies = [randomBytes(1), randomBytes(2), randomBytes(3), randomBytes(4)];
    const keys = bodies.map((body) => inputKey(userId, digest(body), 'png'));
    for (const [index, body] of bodies.entries()) {
      await storage.put(keys[index] ?? '', body, { mime: 'image/png' });
    }
    await storage.put(thumbnailKey(userId), randomBytes(1), { mime: 'image/webp' });

    const listed = await collect(storage.list(`inputs/${userId}/`));
    expect(keysOf(listed).toSorted()).toEqual(keys.toSorted());
    expect(listed.map(({ bytes }) => bytes).toSorted()).toEqual([1, 2, 3, 4]);
    for (const [index, { key }] of listed.entries()) {
      const rest = await collect(storage.list(`inputs/${userId}/`, key));
      expect(keysOf(rest)).toEqual(keysOf(listed).slice(index + 1));
    }
  });

  test('resumes a listing of everything behind a key that was removed meanwhile', async () => {
    const storage = subject.storage();
    const before = await collect(storage.list(''));
    const middle = before[Math.floor(before.length / 2)]?.key ?? '';
    await storage.remove(middle);
    const expected = keysOf(before).slice(keysOf(before).indexOf(middle) + 1);
    expect(expected.length).toBeGreaterThan(1);
    expect(keysOf(await collect(storage.list('', middle)))).toEqual(expected);
  });

  test('lists nothing below a prefix that nobody used', async () => {
    expect(await collect(subject.storage().list(`inputs/${randomUUID()}/`))).toEqual([]);
  });
}

async function collect(listing: AsyncIterable<ListedObject>): Promise<ListedObject[]> {
  const listed: ListedObject[] = [];
  for await (const object of listing) listed.push(object);
  return listed;
}

function keysOf(listed: ListedObject[]): string[] {
  return listed.map(({ key }) => key);
}
