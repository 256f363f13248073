import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  addPngChunks,
  createFrames,
  createNoise,
  createPngChunk,
  createTwoColours,
  pixelsOf,
} from '../../testing/pictures.ts';
import { gifMetadata } from './gifMetadata.ts';
import { jpegMetadata } from './jpegMetadata.ts';
import { pngMetadata } from './pngMetadata.ts';
import { formatProvenance, orientationExif } from './provenance.ts';
import { DamagedFile, type MetadataRewriter } from './rewrittenFile.ts';
import { webpMetadata } from './webpMetadata.ts';

const secret = 'secret graph';
const exif = { IFD0: { ImageDescription: secret, Model: `prompt:{"1":"${secret}"}` } };
const provenanceText = formatProvenance({
  platform: 'star-graph',
  workflow: { name: 'text2img', version: 1 },
  taskId: '019a0000-0000-7000-8000-000000000001',
  seed: 42,
  params: { prompt: '<b>Katze & "Hund"</b> 猫🐈 ‏שלום' },
});

function rewrite(rewriter: MetadataRewriter, file: Buffer, orientation = 1): Buffer {
  return Buffer.concat(rewriter.rewrite(file, { provenanceText, orientation }));
}

const createFile: Record<string, () => Promise<Buffer>> = {
  'PNG with all kinds of text, also behind its pixels': async () => {
    const png = addPngChunks(
      await createNoise(60, 40).png().withExif(exif).toBuffer(),
      createPngChunk('tEXt', Buffer.from(`prompt\0${secret}`)),
      createPngChunk('zTXt', Buffer.from(`note\0\0${deflateSync(secret).toString('latin1')}`, 'latin1')),
      createPngChunk('iTXt', Buffer.from(`workflow\0\0\0\0\0${secret}`)),
    );
    const behind = createPngChunk('comf', Buffer.from(`prompt\0${secret}`));
    return Buffer.concat([png.subarray(0, -12), behind, png.subarray(-12)]);
  },
  'PNG with a palette and transparency': () =>
    createTwoColours().ensureAlpha(0.4).png({ palette: true }).withExif(exif).toBuffer(),
  'PNG with 16 bits': () => createTwoColours().toColourspace('rgb16').png().withExif(exif).toBuffer(),
  JPEG: () => createNoise(60, 40).jpeg().withExif(exif).toBuffer(),
  'progressive JPEG': () => createNoise(60, 40).jpeg({ progressive: true }).withExif(exif).toBuffer(),
  'JPEG with restart markers, a comment and an appendix': async () => {
    const jpeg = await createNoise(60, 40).jpeg().toBuffer();
    const comment = Buffer.from(`\xff\xfe\0\x0e${secret}`, 'latin1');
    return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2), Buffer.from(secret)]);
  },
  'CMYK JPEG': () => createTwoColours().toColourspace('cmyk').jpeg().withExif(exif).toBuffer(),
  'lossy WebP': () => createNoise(61, 43).webp().withExif(exif).toBuffer(),
  'simple lossy WebP': () => createNoise(61, 43).webp().toBuffer(),
  'lossless WebP with transparency': () =>
    createTwoColours(31, 17).ensureAlpha(0.4).webp({ lossless: true }).toBuffer(),
  'animated WebP': async () =>
    (await createFrames())
      .webp({ delay: [100, 200, 300], loop: 3 })
      .withExif(exif)
      .toBuffer(),
  GIF: () => createTwoColours().gif().toBuffer(),
  'animated GIF with a comment': async () => {
    const gif = await (await createFrames()).gif({ delay: [100, 200, 300], loop: 3 }).toBuffer();
    const comment = Buffer.from(`\x21\xfe\x0c${secret}\0`, 'latin1');
    return Buffer.concat([gif.subarray(0, -1), comment, gif.subarray(-1)]);
  },
};

const rewriterOf = (title: string): MetadataRewriter =>
  title.includes('PNG')
    ? pngMetadata
    : title.includes('JPEG')
      ? jpegMetadata
      : title.includes('WebP')
        ? webpMetadata
        : gifMetadata;

describe.each(Object.keys(createFile))('rewriting a %s', (title) => {
  const rewriter = rewriterOf(title);
  const create = () => createFile[title]?.() ?? Promise.reject(new Error(title));

  test('keeps every pixel, the size, the frames and their times', async () => {
    const before = await create();
    const after = rewrite(rewriter, before);
    expect((await pixelsOf(after)).equals(await pixelsOf(before))).toBe(true);
    const looks = async (bytes: Buffer) => {
      const { width, height, pages, delay, loop, hasAlpha, space, depth, icc } =
        await sharp(bytes).metadata();
      return { width, height, pages, delay, loop, hasAlpha, space, depth, icc };
    };
    expect(await looks(after)).toEqual(await looks(before));
  });

  test('leaves nothing of what others embedded, in front or behind', async () => {
    const after = rewrite(rewriter, await create());
    expect(after.includes(secret)).toBe(false);
    const { exif: exifAfter, orientation } = await sharp(after).metadata();
    expect(exifAfter).toBeUndefined();
    expect(orientation).toBeUndefined();
  });

  test('embeds the provenance once, however often it is rewritten', async () => {
    const before = await create();
    expect(rewriter.findProvenanceText(before)).toBeUndefined();
    const once = rewrite(rewriter, before);
    expect(rewriter.findProvenanceText(once)).toBe(provenanceText);
    expect(rewrite(rewriter, once).equals(once)).toBe(true);
  });

  test('refuses the file cut at any byte', async () => {
    const whole = await create();
    const lastByte = title.includes('appendix') ? whole.length - secret.length - 1 : whole.length - 1;
    for (let end = 0; end <= lastByte; end += Math.max(1, Math.floor(lastByte / 997))) {
      expect(() => rewrite(rewriter, whole.subarray(0, end)), `cut at ${end}`).toThrow(DamagedFile);
    }
    expect(() => rewrite(rewriter, whole.subarray(0, lastByte))).toThrow(DamagedFile);
  });
});

describe('a file that is rewritten while it comes', () => {
  const begin = (rewriter: MetadataRewriter) => {
    const stream = rewriter.begin?.(provenanceText);
    if (!stream) throw new Error('it is rewritten as a whole');
    return stream;
  };
  const inReads = (rewriter: MetadataRewriter, file: Buffer, bytes: number): Buffer => {
    const stream = begin(rewriter);
    const pieces: Buffer[] = [];
    // Each read is overwritten after its use.
    for (let at = 0; at < file.length; at += bytes) {
      const read = Buffer.from(file.subarray(at, at + bytes));
      pieces.push(Buffer.concat(stream.write(read)));
      read.fill(0);
    }
    stream.end();
    return Buffer.concat(pieces);
  };

  test.each(Object.keys(createFile).filter((title) => rewriterOf(title).begin))(
    'is the same %s in whatever reads it comes, and refused where it was cut',
    async (title) => {
      const file = (await createFile[title]?.()) ?? Buffer.alloc(0);
      const whole = rewrite(rewriterOf(title), file);
      for (const bytes of [1, 3, 8, 100, 4_099])
        expect(inReads(rewriterOf(title), file, bytes).equals(whole), `reads of ${bytes}`).toBe(true);
      for (const end of [0, 7, 20, 40, file.length >> 1, file.length - 1])
        expect(() => inReads(rewriterOf(title), file.subarray(0, end), 9)).toThrow(DamagedFile);
    },
  );

  test('is a picture whose first EXIF counts, and none that comes behind its pixels', async () => {
    const upright = await createTwoColours().png().toBuffer();
    const turned = (orientation: number) => createPngChunk('eXIf', exifOf(orientation));
    const before = addPngChunks(upright, turned(6), turned(3));
    const behind = Buffer.concat([upright.subarray(0, -12), turned(6), upright.subarray(-12)]);
    const [sideways, asItWas] = [inReads(pngMetadata, before, 11), inReads(pngMetadata, behind, 11)];
    expect((await sharp(sideways).metadata()).orientation).toBe(6);
    expect(sideways.indexOf('eXIf')).toBe(sideways.lastIndexOf('eXIf'));
    expect(asItWas.includes('eXIf')).toBe(false);
  });
});

const exifOf = (orientation: number): Buffer => orientationExif(orientation) ?? Buffer.alloc(0);

describe('rewriting', () => {
  test.each([
    ['JPEG', jpegMetadata, () => createTwoColours().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ['PNG', pngMetadata, () => createTwoColours().withMetadata({ orientation: 6 }).png().toBuffer()],
    ['WebP', webpMetadata, () => createTwoColours().withMetadata({ orientation: 6 }).webp().toBuffer()],
  ] as const)('keeps a sideways %s sideways while its EXIF goes', async (_title, rewriter, create) => {
    const after = rewrite(rewriter, await create(), 6);
    expect(await sharp(after).metadata()).toMatchObject({
      orientation: 6,
      autoOrient: { width: 32, height: 64 },
    });
    expect(rewriter.findProvenanceText(after)).toBe(provenanceText);
  });

  test('keeps the colour profile', async () => {
    for (const [rewriter, file] of [
      [pngMetadata, await createTwoColours().withIccProfile('p3').png().toBuffer()],
      [jpegMetadata, await createTwoColours().withIccProfile('p3').jpeg().toBuffer()],
      [webpMetadata, await createTwoColours().withIccProfile('p3').webp().toBuffer()],
    ] as const) {
      const { icc } = await sharp(file).metadata();
      expect(icc).toBeDefined();
      expect((await sharp(rewrite(rewriter, file)).metadata()).icc).toEqual(icc);
    }
  });

  test("keeps Adobe's note on inverted inks in a CMYK JPEG", async () => {
    const file = await createTwoColours().toColourspace('cmyk').jpeg().toBuffer();
    const note = Buffer.from('\xff\xee\0\x0eAdobe', 'latin1');
    expect(file.includes(note)).toBe(true);
    expect(rewrite(jpegMetadata, file).includes(note)).toBe(true);
  });

  test('refuses a PNG with a wrong checksum, even outside the pixels', async () => {
    const chunk = createPngChunk('tEXt', Buffer.from('a\0b'));
    chunk.writeUInt8(chunk.readUInt8(8) ^ 1, 8);
    const file = addPngChunks(await createTwoColours().png().toBuffer(), chunk);
    expect(() => rewrite(pngMetadata, file)).toThrow('bad checksum of tEXt');
  });

  test.each([
    ['wide', 6],
    ['high', 8],
  ])('refuses a WebP that is no pixel %s', async (_, at) => {
    const file = await createTwoColours().webp({ quality: 80 }).toBuffer();
    const data = file.indexOf('VP8 ') + 8;
    expect(file.readUInt16LE(data + at)).toBeGreaterThan(0);
    file.writeUInt16LE(0, data + at);
    expect(() => rewrite(webpMetadata, file)).toThrow(DamagedFile);
  });
});
