import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Raw, type Sharp } from 'sharp';

export const red = { r: 220, g: 30, b: 40 };
export const blue = { r: 20, g: 40, b: 210 };

/** A folder for one test file, with a function that writes bytes into it. */
export async function createPictureFolder() {
  const path = await mkdtemp(join(tmpdir(), 'star-graph-media-'));
  let count = 0;
  return {
    path,
    async write(bytes: Buffer): Promise<string> {
      count += 1;
      const file = join(path, `picture-${count}`);
      await writeFile(file, bytes);
      return file;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Red on the left, blue on the right: shows which way is up. */
export function createTwoColours(width = 64, height = 32): Sharp {
  const row = Array.from({ length: width }, (_, x) => Object.values(x < width / 2 ? red : blue)).flat();
  const pixels = Buffer.concat(Array.from({ length: height }, () => Buffer.from(row)));
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A picture that somebody made, for a look at it. @param raw the shape of bytes without a format. */
export const openPicture = (bytes: Buffer, raw?: Raw): Sharp => sharp(bytes, raw && { raw });

/** Noise, which no format compresses: cuts then hit the pixels. */
export function createNoise(width = 200, height = 150): Sharp {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, background: red, noise } });
}

/** Three frames: red, blue, red. */
export async function createFrames(): Promise<Sharp> {
  const frames = [red, blue, red].map((background) =>
    sharp({ create: { width: 40, height: 20, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } });
}

export async function pixelsOf(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes, { pages: -1 }).raw().toBuffer();
}

/** A PNG whose header claims a size and whose pixels are a few bytes. */
export function createPngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [
    createPngChunk('IHDR', header),
    createPngChunk('IDAT', deflateSync(Buffer.alloc(100))),
    createPngChunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

export function createPngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Puts chunks behind IHDR, where ComfyUI's image writer has its text. */
export function addPngChunks(png: Buffer, ...chunks: Buffer[]): Buffer {
  const headerEnd = 8 + 25;
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)]);
}

/** Two seconds of a moving picture with a graph in its tags, as ComfyUI's video writers leave it. */
export function createVideo(ext: 'mp4' | 'webm'): Buffer {
  const codec = ext === 'mp4' ? ['libx264', '-pix_fmt', 'yuv420p'] : ['libvpx-vp9', '-deadline', 'realtime'];
  const tags = ['-metadata', 'comment={"prompt":"secret graph"}', '-metadata', 'title=secret graph'];
  return runFfmpeg(ext, [
    ...['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=8:duration=2'],
    ...['-f', 'lavfi', '-i', 'sine=duration=2'],
    ...['-c:v', ...codec, ...tags, ...(ext === 'mp4' ? ['-movflags', '+faststart+use_metadata_tags'] : [])],
  ]);
}

/** An mp4 of what ffmpeg's `lavfi` draws; without a source, of sound alone. */
export function createFilm(
  sources: readonly string[],
  { hasSound = false, args = [] }: { hasSound?: boolean; args?: readonly string[] } = {},
): Buffer {
  const inputs = [...sources, ...(hasSound ? ['sine=duration=1'] : [])];
  return runFfmpeg('mp4', [...inputs.flatMap((source) => ['-f', 'lavfi', '-i', source]), ...args]);
}

/** A tone of a second, or of what `args` make of it. */
export const createSound = (
  ext: 'flac' | 'mp3' | 'ogg' | 'wav' | 'm4a',
  args: readonly string[] = [],
): Buffer => runFfmpeg(ext, ['-f', 'lavfi', '-i', 'sine=frequency=330:duration=1', ...args]);

/** A WebM of one second in each size, which its header does not tell. */
export function createTurningFilm(sizes: readonly string[]): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'star-graph-video-'));
  try {
    const parts = sizes.map((size, at) => {
      const part = join(directory, `${at}.webm`);
      const drawn = `color=red:size=${size}:rate=2:duration=1`;
      writeFileSync(
        part,
        runFfmpeg('webm', ['-f', 'lavfi', '-i', drawn, '-c:v', 'libvpx-vp9', '-cpu-used', '8']),
      );
      return `file ${part}`;
    });
    const list = join(directory, 'list');
    writeFileSync(list, parts.join('\n'));
    return runFfmpeg('webm', ['-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy']);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function runFfmpeg(ext: string, args: string[]): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'star-graph-video-'));
  try {
    const file = join(directory, `video.${ext}`);
    const made = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', ...args, file], { timeout: 60_000 });
    if (made.status !== 0) throw new Error(`ffmpeg made no video: ${made.error ?? made.stderr}`);
    return readFileSync(file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A black line of four pixels on white. */
export function createLine(width = 600, height = 400): Sharp {
  const line = { input: Buffer.alloc(4 * height * 3), raw: { width: 4, height, channels: 3 as const } };
  return sharp({ create: { width, height, channels: 3, background: 'white' } }).composite([line]);
}

export async function darkestOf(picture: Buffer): Promise<number> {
  const { channels } = await sharp(picture).stats();
  return Math.min(...channels.map(({ min }) => min));
}

/** A body as ComfyUI saves it, with the graph. */
export function createBody(changes: object = {}, points = Buffer.alloc(36, 1)): Buffer {
  const asset = { version: '2.0', generator: 'ComfyUI', extras: { prompt: 'secret graph' } };
  const meshes = [{ primitives: [{ attributes: { POSITION: 0 } }] }];
  const text = JSON.stringify({ asset, meshes, buffers: [{ byteLength: points.length }], ...changes });
  const described = Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4));
  const word = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
  const chunks = [word(described.length, 0x4e4f534a), described, word(points.length, 0x004e4942), points];
  const length = 12 + chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return Buffer.concat([word(0x46546c67, 2, length), ...chunks]);
}

/** A red square that faces whoever looks at the picture of a body. */
export function createSquareBody(): Buffer {
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, -1],
    [1, 1],
    [-1, 1],
  ].flatMap(([x = 0, y = 0]) => [x - y * 0.3, y, -x * 0.6 - y * 0.3]);
  const points = Buffer.from(Float32Array.from(corners).buffer);
  return createBody(
    {
      scenes: [{ nodes: [0] }],
      nodes: [{ mesh: 0 }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 }, material: 0 }] }],
      materials: [{ pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 1] } }],
      accessors: [{ bufferView: 0, componentType: 5126, count: 6, type: 'VEC3' }],
      bufferViews: [{ buffer: 0, byteLength: points.length }],
    },
    points,
  );
}
