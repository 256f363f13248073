import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../ground/runtime/clock.ts';
import { createFileStorage } from '../ground/storage/fileStorage.ts';
import type { Storage } from '../ground/storage/storage.ts';
import { testFileKeys } from '../testing/fileKeys.ts';
import {
  addPngChunks,
  createBody,
  createFrames,
  createNoise,
  createPictureFolder,
  createPngChunk,
  createPngClaiming,
  createSquareBody,
  createTwoColours,
  createVideo,
  pixelsOf,
} from '../testing/pictures.ts';
import { readAll } from '../testing/storageContract.ts';
import { findRewriter } from './metadata/findRewriter.ts';
import { formatProvenance, type Provenance } from './metadata/provenance.ts';
import { beginResult } from './pictures.ts';
import { readProvenance } from './readProvenance.ts';
import { EmptyText, storeOutput } from './storeOutput.ts';
import { createThumbnail, storeThumbnail } from './thumbnail.ts';

const taskId = '019a0000-0000-7000-8000-000000000001';
const provenance: Provenance = {
  platform: 'star-graph',
  workflow: { name: 'text2img', version: 1 },
  taskId,
  seed: 42,
  model: 'model.safetensors',
  params: { prompt: 'a 🐈 & <dog>', steps: 20 },
};
const signal = new AbortController().signal;
let folder: Awaited<ReturnType<typeof createPictureFolder>>;
let tempDirectory: string;
let directory: string;
let storage: Storage;

beforeAll(async () => {
  folder = await createPictureFolder();
  tempDirectory = join(folder.path, 'temp');
  directory = await mkdtemp(join(tmpdir(), 'star-graph-outputs-'));
  const config = { directory, publicUrl: 'http://localhost', keys: testFileKeys };
  storage = await createFileStorage({ clock: systemClock }, config);
});
afterAll(async () => {
  await folder.remove();
  await rm(directory, { recursive: true, force: true });
});

async function store(bytes: Buffer, limitBytes = 50_000_000) {
  const options = { taskId, provenance, limitBytes, tempDirectory, signal };
  const stored = await storeOutput({ storage }, Readable.from([bytes]), options);
  const written = await readAll(storage, stored.key);
  if (!written) throw new Error('nothing was stored');
  return { stored, written, file: await folder.write(written) };
}

async function storedKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}

/** More bytes than go to the process that reads pictures in a message. */
const createLarge = () => createNoise(400, 300);

/** Only who decodes it finds the fault. */
async function createGarbled(): Promise<Buffer> {
  const png = await createLarge().png().toBuffer();
  const start = png.indexOf('IDAT');
  const data = Buffer.from(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)));
  data.fill(0xff, data.length >> 1);
  return Buffer.concat([
    png.subarray(0, start - 4),
    createPngChunk('IDAT', data),
    png.subarray(start + 4 + data.length + 4),
  ]);
}

async function createComfyPng(): Promise<Buffer> {
  const graph = Buffer.from('prompt\0{"3":{"class_type":"KSampler","inputs":{"text":"secret graph"}}}');
  return addPngChunks(await createNoise().png().toBuffer(), createPngChunk('tEXt', graph));
}

describe('storeOutput of an image', () => {
  test.each([
    ['png', createComfyPng],
    ['jpg', () => createNoise().jpeg().toBuffer()],
    ['webp', () => createNoise().webp().toBuffer()],
    ['gif', async () => (await createFrames()).gif().toBuffer()],
  ] as const)('stores a %s under its digest with our provenance, without its graph', async (ext, create) => {
    const delivered = await create();
    const { stored, written, file } = await store(delivered);
    const sha256 = createHash('sha256').update(written).digest('hex');
    const { width, height, pages } = await sharp(delivered).metadata();
    expect(stored).toMatchObject({
      key: `outputs/${sha256.slice(0, 2)}/${taskId}-${sha256}.${ext}`,
      sha256,
      bytes: written.length,
      width,
      height,
      frames: pages ?? 1,
    });
    expect((await pixelsOf(written)).equals(await pixelsOf(delivered))).toBe(true);
    expect(written.includes('secret graph')).toBe(false);
    expect(await readProvenance(file, { signal })).toEqual(provenance);
  });

  test.each([
    ['png', () => createLarge().png().toBuffer()],
    ['png', () => createLarge().withMetadata({ orientation: 6 }).png().toBuffer()],
    ['jpg', () => createLarge().withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer()],
    ['webp', () => createLarge().webp({ lossless: true }).toBuffer()],
  ] as const)(
    'stores a large %s, which goes through a file, as it would a small one',
    async (ext, create) => {
      const delivered = await create();
      const { orientation } = await sharp(delivered).metadata();
      const behind = Buffer.concat([delivered, Buffer.from('secret graph')]);
      const { stored, written, file } = await store(behind);
      const rewriter = findRewriter(ext);
      const metadata = { provenanceText: formatProvenance(provenance), orientation: orientation ?? 1 };
      expect(written.equals(Buffer.concat(rewriter?.rewrite(delivered, metadata) ?? []))).toBe(true);
      expect(stored).toMatchObject({ ext, bytes: written.length, frames: 1 });
      expect(stored.sha256).toBe(createHash('sha256').update(written).digest('hex'));
      expect([stored.width, stored.height]).toEqual(orientation === 6 ? [300, 400] : [400, 300]);
      expect(await stored.thumbnail).toEqual(await createThumbnail(file, { signal }));
      expect(await readProvenance(file, { signal })).toEqual(provenance);
      expect(await readdir(tempDirectory)).toEqual([]);
      expect(await readdir(join(directory, 'incoming'))).toEqual([]);
    },
  );

  test.each(['webp', 'gif'] as const)(
    'tells how long an animated %s takes, and how many frames',
    async (ext) => {
      const animation = await (await createFrames())[ext]({ delay: [100, 200, 350] }).toBuffer();
      expect((await store(animation)).stored).toMatchObject({ frames: 3, durationMs: 650 });
    },
  );

  test('tells no length of a still image', async () => {
    for (const still of [createNoise().webp(), createNoise().gif(), createNoise().png()])
      expect((await store(await still.toBuffer())).stored.durationMs).toBeUndefined();
  });

  test('writes the same object when it is collected twice', async () => {
    const delivered = await createComfyPng();
    const [first, second] = [await store(delivered), await store(delivered)];
    expect(second.stored).toEqual(first.stored);
  });

  test.each([
    ['a PNG', () => createNoise(1200, 600).png().toBuffer()],
    ['a small one with transparency', () => createTwoColours().ensureAlpha(0.4).png().toBuffer()],
    [
      'a grey one with transparency',
      () => createNoise(700, 90).greyscale().ensureAlpha(0.4).png().toBuffer(),
    ],
    ['one of 16 bits', () => createNoise(600, 600).toColourspace('rgb16').png().toBuffer()],
    ['a JPEG in CMYK', () => createTwoColours(300, 200).toColourspace('cmyk').jpeg().toBuffer()],
    ['one held sideways', () => createTwoColours().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ['an animation', async () => (await createFrames()).gif().toBuffer()],
  ])('gives the thumbnail of %s that its object would have', async (_what, create) => {
    const { stored, file } = await store(await create());
    expect(await stored.thumbnail).toEqual(await createThumbnail(file, { signal }));
  });

  test('gives no thumbnail of what it refuses, and draws none when it is given up', async () => {
    const picture = await createNoise(400, 300).png().toBuffer();
    const begun = await beginResult(half(picture), {});
    await expect(begun.proof).rejects.toMatchObject({ code: 'unsupported-media' });
    await expect(begun.thumbnail).rejects.toMatchObject({ code: 'unsupported-media' });
    await expect(beginResult(createPngClaiming(30_000, 30_000), {})).rejects.toMatchObject({
      code: 'too-large',
    });
    const gone = new AbortController();
    const given = beginResult(picture, { signal: gone.signal });
    gone.abort(new Error('given up'));
    await expect(given).rejects.toThrow('given up');
  });

  test('leaves no temporary file, whatever happened', async () => {
    await store(await createComfyPng());
    await expect(store(Buffer.from('garbage'))).rejects.toMatchObject({ code: 'generation-failed' });
    expect(await readdir(tempDirectory)).toEqual([]);
  });
});

describe('storeOutput refuses, storing nothing,', () => {
  test.each([
    ['nothing', async () => Buffer.alloc(0)],
    ['garbage', async () => Buffer.from('<html>502 Bad Gateway</html>')],
    ['half a PNG', async () => half(await createComfyPng())],
    ['a PNG without its last block', async () => (await createComfyPng()).subarray(0, -12)],
    ['half a large PNG', async () => half(await createLarge().png().toBuffer())],
    [
      'a large PNG without its last block',
      async () => (await createLarge().png().toBuffer()).subarray(0, -12),
    ],
    ['a large PNG whose pixels are others, with the right checksum', createGarbled],
    [
      'a large PNG with a wrong checksum in a text',
      async () => {
        const text = createPngChunk('tEXt', Buffer.from('a\0b'));
        text.writeUInt8(text.readUInt8(8) ^ 1, 8);
        return addPngChunks(await createLarge().png().toBuffer(), text);
      },
    ],
    [
      'a large PNG that claims 900 megapixels',
      async () => {
        const filler = createPngChunk('IDAT', randomBytes(300_000));
        return addPngChunks(createPngClaiming(30_000, 30_000), filler);
      },
    ],
    ['half a JPEG', async () => half(await createNoise().jpeg().toBuffer())],
    ['half a WebP', async () => half(await createNoise().webp().toBuffer())],
    [
      'an animation whose later frames are missing',
      async () => (await (await createFrames()).gif().toBuffer()).subarray(0, -30),
    ],
    ['a PNG that lacks most of its pixels', async () => createPngClaiming(300, 300)],
    ['a PNG that claims 900 megapixels', async () => createPngClaiming(30_000, 30_000)],
    ['AVIF, into which no provenance can be written', () => createNoise().avif().toBuffer()],
    ['half an MP4', async () => half(createVideo('mp4'))],
    ['an MP4 that lacks its last kilobytes', async () => createVideo('mp4').subarray(0, -3000)],
    ['half a WebM', async () => half(createVideo('webm'))],
    ['a WebM that lacks its last cluster', async () => createVideo('webm').subarray(0, -3000)],
    ['a playlist of other files', async () => Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
  ])('%s', async (_what, create) => {
    const before = await storedKeys();
    await expect(store(await create())).rejects.toMatchObject({ code: 'generation-failed' });
    expect(await storedKeys()).toEqual(before);
    expect(await readdir(join(directory, 'incoming'))).toEqual([]);
    expect(await readdir(tempDirectory)).toEqual([]);
  });

  test('more bytes than allowed', async () => {
    for (const picture of [await createComfyPng(), await createLarge().png().toBuffer()])
      for (const limit of [1_000, picture.length - 1])
        await expect(store(picture, limit)).rejects.toMatchObject({ code: 'generation-failed' });
    expect(await readdir(tempDirectory)).toEqual([]);
  });
});

describe('createThumbnail', () => {
  test('fits a large picture into 512 without enlarging a small one', async () => {
    const large = await createThumbnail(await folder.write(await createNoise(1200, 600).png().toBuffer()), {
      signal,
    });
    expect(await sharp(large).metadata()).toMatchObject({ format: 'webp', width: 512, height: 256 });
    const small = await createThumbnail(await folder.write(await createNoise(40, 30).jpeg().toBuffer()), {
      signal,
    });
    expect(await sharp(small).metadata()).toMatchObject({ width: 40, height: 30 });
  });

  test('stands a sideways photo up and shows an animation by one frame', async () => {
    const sideways = await createNoise(200, 100).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    expect(
      await sharp(await createThumbnail(await folder.write(sideways), { signal })).metadata(),
    ).toMatchObject({ width: 100, height: 200 });
    const animation = await (await createFrames()).webp().toBuffer();
    expect(
      (await sharp(await createThumbnail(await folder.write(animation), { signal })).metadata()).pages ?? 1,
    ).toBe(1);
  });
});

test('storeThumbnail stores it under the asset, or says the object is gone', async () => {
  const { stored } = await store(await createComfyPng());
  const options = { signal, tempDirectory };
  expect(await storeThumbnail({ storage }, { id: 'asset-1', key: stored.key }, options)).toBe(true);
  expect(await storage.stat('thumbnails/asset-1.webp')).toMatchObject({ mime: 'image/webp' });
  await storage.remove(stored.key);
  expect(await storeThumbnail({ storage }, { id: 'asset-2', key: stored.key }, options)).toBe(false);
  expect(await storage.stat('thumbnails/asset-2.webp')).toBeUndefined();
});

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

describe('storeOutput of a 3D model', () => {
  test('keeps its points, and our provenance in the place of its graph', async () => {
    const { stored, written } = await store(createBody());
    expect(stored).toMatchObject({ ext: 'glb', mime: 'model/gltf-binary', width: 0, frames: null });
    expect(written.readUInt32LE(8)).toBe(written.length);
    const described = JSON.parse(written.subarray(20, 20 + written.readUInt32LE(12)).toString());
    expect(described).toMatchObject({ asset: { version: '2.0' }, buffers: [{ byteLength: 36 }] });
    expect(JSON.parse(described.asset.extras.provenance)).toEqual(provenance);
    expect(written.subarray(-36)).toEqual(Buffer.alloc(36, 1));
    expect(written.includes('secret graph')).toBe(false);
  });

  test('shows what it looks like, in its colours, on nothing; one that cannot be drawn is kept', async () => {
    const { stored } = await store(createSquareBody());
    const picture = sharp(await stored.thumbnail);
    expect(await picture.metadata()).toMatchObject({ format: 'webp', width: 512, height: 512 });
    const pixels = await picture.ensureAlpha().raw().toBuffer();
    const at = (x: number, y: number) => [...pixels.subarray((y * 512 + x) * 4).subarray(0, 4)];
    const [red = 0, green = 255, blue = 255, alpha] = at(256, 256);
    expect([red > 180, green < 20, blue < 20, alpha]).toEqual([true, true, true, 255]);
    expect(at(2, 2)[3]).toBe(0);

    const unseen = await store(createBody());
    await expect(unseen.stored.thumbnail).rejects.toThrow('without a triangle');
  });

  test.each([
    ['is cut off', createBody().subarray(0, -4)],
    ['has no mesh', createBody({ meshes: [] })],
    ['names a file elsewhere', createBody({ buffers: [{ uri: 'https://elsewhere.example/a.bin' }] })],
    ['names a picture elsewhere', createBody({ images: [{ uri: '../../secret.png' }] })],
    ['is nested without end', createBody({ extras: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) })],
  ])('refuses one that %s', async (_, body) => {
    await expect(store(body)).rejects.toMatchObject({ code: 'generation-failed' });
  });
});

test('a 3D model in text is stored and drawn as what it is, and only where its name says so', async () => {
  const options = { taskId, provenance, limitBytes: 50_000_000, tempDirectory, signal };
  const body = Buffer.from('# secret graph\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n');
  const send = (bytes: Buffer, claims?: 'obj') =>
    storeOutput({ storage }, Readable.from([bytes]), { ...options, claims });
  const stored = await send(body, 'obj');
  expect(stored).toMatchObject({ ext: 'obj', mime: 'model/obj', width: 0, frames: null });
  const written = (await readAll(storage, stored.key))?.toString() ?? '';
  expect(written).toContain(taskId);
  expect(written).not.toContain('secret graph');
  const { channels } = await sharp(await stored.thumbnail).stats();
  expect(channels[3]).toMatchObject({ min: 0, max: 255 });
  // A square in red, its corners counted back from the last.
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ].map(([x, y]) => `v ${x} ${y} 0 1 0 0`);
  const square = Buffer.from([...corners, 'f -4/1/1 -3 -2//1 -1'].join('\n'));
  const drawn = await sharp(await (await send(square, 'obj')).thumbnail)
    .ensureAlpha()
    .raw()
    .toBuffer();
  const [red = 0, green = 255, blue = 255, alpha] = drawn.subarray((256 * 512 + 256) * 4);
  expect([red > 100, green < 20, blue < 20, alpha]).toEqual([true, true, true, 255]);
  // Its faces name no place: it is kept, and shows its kind alone.
  const unseen = await send(Buffer.from('v 0 0 0\nf 1 1\n'), 'obj');
  await expect(unseen.thumbnail).rejects.toThrow('without a triangle');
  await expect(send(body)).rejects.toMatchObject({ code: 'generation-failed' });
  await expect(send(Buffer.from('<!doctype html>'), 'obj')).rejects.toMatchObject({
    code: 'generation-failed',
  });
});

describe('storeOutput of a text', () => {
  const storeText = async (text: string | Buffer) => {
    const options = {
      taskId,
      provenance,
      limitBytes: 50_000_000,
      tempDirectory,
      signal,
      claims: 'txt' as const,
    };
    const stored = await storeOutput({ storage }, Readable.from([Buffer.from(text)]), options);
    return { stored, written: (await readAll(storage, stored.key))?.toString() };
  };

  test('stores all of it, and tells its beginning', async () => {
    const text = '猫🐈'.repeat(2_500);
    const { stored, written } = await storeText(`${text}\n`);
    expect(stored).toMatchObject({ ext: 'txt', mime: 'text/plain', text: '猫🐈'.repeat(2_000) });
    expect(written).toBe(text);
  });

  test.each([
    ['is no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['is longer than a megabyte', 'a'.repeat(1_000_001)],
  ])('refuses one that %s', async (_, text) => {
    await expect(storeText(text)).rejects.toMatchObject({ code: 'generation-failed' });
  });

  test('tells one without a word from one that is damaged', async () => {
    await expect(storeText(' \n')).rejects.toBeInstanceOf(EmptyText);
  });
});
