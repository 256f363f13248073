import { signature } from '@star-graph/ui/pictures/mask/encodePng';

export interface Pixels {
  width: number;
  height: number;
  bytes: Uint8ClampedArray<ArrayBuffer>;
}

/** More than any picture of a project has. */
const mostPixels = 70_000_000;

/** @throws for what is no PNG, and for one that is larger than any picture here */
export function readPngSize(file: Uint8Array<ArrayBuffer>): { width: number; height: number } {
  return readHeader(listChunks(file));
}

function readHeader(chunks: readonly Chunk[]) {
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (!header || header.length < 13) throw unreadable();
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width === 0 || height === 0 || width * height > mostPixels) throw unreadable();
  return { width, height, depth: header[8], colours: header[9], isInterlaced: header[12] !== 0 };
}

/**
 * Reads a PNG with eight bits a colour, with or without opacity, to the byte: what a browser's canvas gives back is
 * rounded, and some browsers change it on purpose.
 * @throws for another kind of file, and for one that is cut off
 */
export async function decodePng(file: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  const chunks = listChunks(file);
  const { width, height, depth, colours, isInterlaced } = readHeader(chunks);
  const channels = colours === 6 ? 4 : colours === 2 ? 3 : 0;
  if (depth !== 8 || channels === 0 || isInterlaced) throw unreadable();
  const length = width * channels;
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const lines = await inflate(parts, height * (length + 1));
  for (let row = 0; row < height; row++) unfilter(lines, row * (length + 1), length, channels, row === 0);
  const bytes = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++) {
    const line = lines.subarray(row * (length + 1) + 1, (row + 1) * (length + 1));
    if (channels === 4) bytes.set(line, row * length);
    else
      for (let at = 0; at < width; at++) {
        bytes.set(line.subarray(at * 3, at * 3 + 3), (row * width + at) * 4);
        bytes[(row * width + at) * 4 + 3] = 255;
      }
  }
  return { width, height, bytes };
}

/** Exactly as many bytes as there should be: a small file may hold any number of them. */
async function inflate(parts: Uint8Array<ArrayBuffer>[], length: number): Promise<Uint8Array> {
  const inflated = new Uint8Array(length);
  const reader = new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  let filled = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (filled + next.value.length > length) {
      await reader.cancel();
      throw unreadable();
    }
    inflated.set(next.value, filled);
    filled += next.value.length;
  }
  if (filled !== length) throw unreadable();
  return inflated;
}

/** Undoes what a line says of itself: each byte is told by its difference to those before and above it. */
function unfilter(
  lines: Uint8Array,
  start: number,
  length: number,
  channels: number,
  isFirst: boolean,
): void {
  const filter = lines[start] ?? 0;
  if (filter > 4) throw unreadable();
  if (filter === 0) return;
  const above = start - length - 1;
  for (let at = 1; at <= length; at++) {
    const left = at > channels ? (lines[start + at - channels] ?? 0) : 0;
    const up = isFirst ? 0 : (lines[above + at] ?? 0);
    const corner = isFirst || at <= channels ? 0 : (lines[above + at - channels] ?? 0);
    const told = [0, left, up, (left + up) >> 1, nearest(left, up, corner)][filter] ?? 0;
    lines[start + at] = (lines[start + at] ?? 0) + told;
  }
}

function nearest(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

const unreadable = () => new Error('this file is no picture that is read here');

interface Chunk {
  type: string;
  data: Uint8Array<ArrayBuffer>;
}

function listChunks(file: Uint8Array<ArrayBuffer>): Chunk[] {
  if (signature.some((byte, at) => file[at] !== byte)) throw unreadable();
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (at + 12 + length > file.length) throw unreadable();
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}
