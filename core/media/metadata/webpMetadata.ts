import { orientationExif, unwrapXmp, wrapInXmp } from './provenance.ts';
import { DamagedFile, type MetadataRewriter, requireBytes } from './rewrittenFile.ts';

/** RIFF container as in the WebP specification (RFC 9649 §2.7). */
interface WebpChunk {
  type: string;
  data: Buffer;
}

interface Canvas {
  width: number;
  height: number;
  hasAlpha: boolean;
}

const flagBits = { alpha: 0x10, exif: 0x08, xmp: 0x04 };
const keptTypes = new Set(['ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L']);
const extendedBytes = 10;

export const webpMetadata: MetadataRewriter = {
  rewrite(file, { provenanceText, orientation }) {
    const chunks = readChunks(file);
    const exif = orientationExif(orientation);
    const extended = createExtended(chunks, exif !== undefined);
    const kept = chunks.filter(({ type }) => keptTypes.has(type));
    // The order of the specification: header, profile, pictures, EXIF, XMP.
    const written = [extended, ...kept, ...(exif ? [{ type: 'EXIF', data: exif }] : [])];
    return joinChunks([...written, { type: 'XMP ', data: wrapInXmp(provenanceText) }]);
  },
  findProvenanceText(file) {
    const xmp = readChunks(file).find(({ type }) => type === 'XMP ');
    return xmp && unwrapXmp(xmp.data);
  },
};

function readChunks(file: Buffer): WebpChunk[] {
  const head = requireBytes(file, 0, 12);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WEBP') {
    throw new DamagedFile('no WebP start');
  }
  const end = requireBytes(file, 0, head.readUInt32LE(4) + 8).length;
  const chunks: WebpChunk[] = [];
  for (let start = 12; start < end; ) {
    const chunkHead = requireBytes(file, start, 8);
    const dataBytes = chunkHead.readUInt32LE(4);
    chunks.push({ type: chunkHead.toString('latin1', 0, 4), data: requireBytes(file, start + 8, dataBytes) });
    start += 8 + dataBytes + (dataBytes % 2);
  }
  return chunks;
}

/** The header that metadata needs; made for a simple file without one. */
function createExtended(chunks: readonly WebpChunk[], hasExif: boolean): WebpChunk {
  const existing = chunks.find(({ type }) => type === 'VP8X');
  const data = existing ? Buffer.from(requireBytes(existing.data, 0, extendedBytes)) : createHeader(chunks);
  const flags = (data.readUInt8(0) & ~flagBits.exif) | flagBits.xmp | (hasExif ? flagBits.exif : 0);
  data.writeUInt8(flags, 0);
  return { type: 'VP8X', data };
}

function createHeader(chunks: readonly WebpChunk[]): Buffer {
  const picture = chunks.find(({ type }) => type === 'VP8 ' || type === 'VP8L');
  if (!picture) throw new DamagedFile('no picture in the WebP file');
  const canvas = picture.type === 'VP8L' ? readLossless(picture.data) : readLossy(picture.data);
  if (canvas.width === 0 || canvas.height === 0) throw new DamagedFile('a WebP side of no pixels');
  const data = Buffer.alloc(extendedBytes);
  data.writeUInt8(canvas.hasAlpha ? flagBits.alpha : 0, 0);
  data.writeUIntLE(canvas.width - 1, 4, 3);
  data.writeUIntLE(canvas.height - 1, 7, 3);
  return data;
}

/** RFC 9649 §3.4: a signature byte, 14 bits of width − 1, 14 of height − 1, one of alpha. */
function readLossless(data: Buffer): Canvas {
  const bits = requireBytes(data, 0, 5).readUInt32LE(1);
  return {
    width: (bits & 0x3fff) + 1,
    height: ((bits >>> 14) & 0x3fff) + 1,
    hasAlpha: ((bits >>> 28) & 1) === 1,
  };
}

/** RFC 6386 §9.1: frame tag and start code, then 14 bits each of width and height. */
function readLossy(data: Buffer): Canvas {
  const head = requireBytes(data, 0, 10);
  return { width: head.readUInt16LE(6) & 0x3fff, height: head.readUInt16LE(8) & 0x3fff, hasAlpha: false };
}

function joinChunks(chunks: readonly WebpChunk[]): Buffer[] {
  const pieces = chunks.flatMap(({ type, data }) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return [head, data, Buffer.alloc(data.length % 2)];
  });
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(
    pieces.reduce((sum, piece) => sum + piece.length, 4),
    4,
  );
  return [head, ...pieces];
}
