import { crc32 } from 'node:zlib';
import { orientationExif } from './provenance.ts';
import { DamagedFile, type MetadataRewriter, requireBytes } from './rewrittenFile.ts';

interface PngChunk {
  type: string;
  data: Buffer;
  /** Length, type, data and checksum. */
  whole: Buffer;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const keyword = 'star-graph';

/**
 * Chunks that decide how pixels look (PNG third edition, and animation). Everything else goes: text in all forms,
 * EXIF, times, and private chunks such as `comf`, in which ComfyUI hides the graph of an animated PNG.
 */
const keptTypes = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(
    ' ',
  ),
);

export const pngMetadata: MetadataRewriter = {
  rewrite(file, { provenanceText, orientation }) {
    const pieces: Buffer[] = [signature];
    for (const chunk of readChunks(file)) {
      if (!keptTypes.has(chunk.type)) continue;
      pieces.push(chunk.whole);
      if (chunk.type !== 'IHDR') continue;
      pieces.push(createChunk('iTXt', formatInternationalText(provenanceText)));
      const exif = orientationExif(orientation);
      if (exif) pieces.push(createChunk('eXIf', exif));
    }
    return pieces;
  },
  findProvenanceText(file) {
    const start = `${keyword}\0`;
    for (const { type, data } of readChunks(file)) {
      if (type !== 'iTXt' || data.toString('latin1', 0, start.length) !== start) continue;
      // Two bytes for compression, then language and translated keyword, each ended by a zero.
      const language = start.length + 2;
      const translated = data.indexOf(0, language) + 1;
      return data.toString('utf8', data.indexOf(0, translated) + 1);
    }
    return undefined;
  },
};

/** Every chunk up to IEND, its checksum verified. Throws `DamagedFile` where the file ends before. */
export function* readChunks(file: Buffer): Generator<PngChunk> {
  if (!requireBytes(file, 0, signature.length).equals(signature)) throw new DamagedFile('no PNG signature');
  for (let start = signature.length; ; ) {
    const dataBytes = requireBytes(file, start, 8).readUInt32BE(0);
    const whole = requireBytes(file, start, dataBytes + 12);
    const type = whole.toString('latin1', 4, 8);
    const checksum = whole.readUInt32BE(dataBytes + 8);
    if (crc32(whole.subarray(4, dataBytes + 8)) !== checksum)
      throw new DamagedFile(`bad checksum of ${type}`);
    yield { type, data: whole.subarray(8, dataBytes + 8), whole };
    if (type === 'IEND') return;
    start += whole.length;
  }
}

export function createChunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8);
  return whole;
}

/** Uncompressed, no language, no translated keyword. */
function formatInternationalText(text: string): Buffer {
  return Buffer.from(`${keyword}\0\0\0\0\0${text}`);
}
