import { signature } from '@star-graph/ui/pictures/mask/encodePng';

export interface Pixels {
  width: number;
  height: number;
  bytes: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Reads a PNG with colours and opacity that `encodeColourPng` wrote, to the byte: what a browser's canvas gives back is
 * rounded, and some browsers change it on purpose.
 * @throws for another kind of file, and for one that is cut off
 */
export async function decodeColourPng(file: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  const chunks = listChunks(file);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (header?.[8] !== 8 || header[9] !== 6 || header[12] !== 0) throw unreadable();
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const inflated = new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate'));
  const lines = new Uint8Array(await new Response(inflated).arrayBuffer());
  const length = width * 4;
  if (lines.length !== height * (length + 1)) throw unreadable();
  const bytes = new Uint8ClampedArray(length * height);
  for (let row = 0; row < height; row++) {
    const start = row * (length + 1);
    const isDifference = lines[start] === 1;
    if (!isDifference && lines[start] !== 0) throw unreadable();
    for (let at = 0; at < length; at++) {
      const before = isDifference && at >= 4 ? (bytes[row * length + at - 4] ?? 0) : 0;
      bytes[row * length + at] = ((lines[start + 1 + at] ?? 0) + before) & 255;
    }
  }
  return { width, height, bytes };
}

const unreadable = () => new Error('this file holds no layers');

function listChunks(file: Uint8Array<ArrayBuffer>): { type: string; data: Uint8Array<ArrayBuffer> }[] {
  if (signature.some((byte, at) => file[at] !== byte)) throw unreadable();
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (at + 12 + length > file.length) throw unreadable();
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}
