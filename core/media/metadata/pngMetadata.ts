import { crc32 } from 'node:zlib';
import { orientationExif, readOrientation } from './provenance.ts';
import { DamagedFile, type MetadataRewriter, type MetadataStream, requireBytes } from './rewrittenFile.ts';

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
  rewrite(file, { provenanceText }) {
    const stream = createPngStream(provenanceText);
    const pieces = stream.write(file);
    stream.end();
    return pieces;
  },
  begin: createPngStream,
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

/** Of the parts of a file that are no data. */
const fieldBytes = { signature: 8, head: 8, checksum: 4 };
type Part = keyof typeof fieldBytes | 'data' | 'nothing';
/** More is no EXIF of a picture. */
const mostExifBytes = 65_536;

/** Every chunk that decides about pixels, its checksum verified, and our text behind the first. */
function createPngStream(provenanceText: string): MetadataStream {
  const field = Buffer.alloc(8);
  let part: Part = 'signature';
  let fieldHeld = 0;
  let type = '';
  let dataLeft = 0;
  let checksum = 0;
  let isKept = true;
  let hasPixels = false;
  let hasExif = false;
  let exif: Buffer[] | undefined;

  function beginChunk(): void {
    dataLeft = field.readUInt32BE(0);
    type = field.toString('latin1', 4, 8);
    checksum = crc32(field.subarray(4));
    isKept = keptTypes.has(type);
    hasPixels ||= type === 'IDAT';
    // The first one counts, and none behind the pixels.
    const isExif = type === 'eXIf';
    exif = isExif && !hasExif && !hasPixels && dataLeft <= mostExifBytes ? [] : undefined;
    hasExif ||= isExif;
    part = dataLeft === 0 ? 'checksum' : 'data';
  }

  function endChunk(): Buffer[] {
    if (field.readUInt32BE(0) !== checksum) throw new DamagedFile(`bad checksum of ${type}`);
    part = type === 'IEND' ? 'nothing' : 'head';
    if (type === 'IHDR') return [createChunk('iTXt', formatInternationalText(provenanceText))];
    const sideways = exif && orientationExif(readOrientation(Buffer.concat(exif)));
    return sideways ? [createChunk('eXIf', sideways)] : [];
  }

  /** @returns what comes behind the field */
  function endField(): Buffer[] {
    if (part === 'checksum') return endChunk();
    if (part === 'head') beginChunk();
    else if (!field.equals(signature)) throw new DamagedFile('no PNG signature');
    else part = 'head';
    return [];
  }

  function readField(bytes: Buffer, start: number, wanted: number, pieces: Pieces): number {
    const end = Math.min(bytes.length, start + wanted - fieldHeld);
    bytes.copy(field, fieldHeld, start, end);
    fieldHeld += end - start;
    if (fieldHeld < wanted) return end;
    fieldHeld = 0;
    const behind = endField();
    if (isKept) pieces.keep(field.subarray(0, wanted), bytes, end);
    for (const piece of behind) pieces.add(piece);
    return end;
  }

  function readData(bytes: Buffer, start: number, pieces: Pieces): number {
    const end = Math.min(bytes.length, start + dataLeft);
    const data = bytes.subarray(start, end);
    checksum = crc32(data, checksum);
    if (isKept) pieces.keep(data, bytes, end);
    exif?.push(Buffer.from(data));
    dataLeft -= data.length;
    if (dataLeft === 0) part = 'checksum';
    return end;
  }

  return {
    write(bytes) {
      const pieces = createPieces();
      for (let at = 0; at < bytes.length && part !== 'nothing'; ) {
        at = part === 'data' ? readData(bytes, at, pieces) : readField(bytes, at, fieldBytes[part], pieces);
      }
      return pieces.all();
    },
    end() {
      if (part !== 'nothing') throw new DamagedFile(`ends inside a block, behind ${type || 'nothing'}`);
    },
  };
}

interface Pieces {
  /** What ends there in `bytes`. If its beginning came in another read, it is copied. */
  keep(piece: Buffer, bytes: Buffer, end: number): void;
  add(piece: Buffer): void;
  all(): Buffer[];
}

/** What lies side by side in one read stays one piece: a file may have thousands of chunks. */
function createPieces(): Pieces {
  const pieces: Buffer[] = [];
  let run: { bytes: Buffer; start: number; end: number } | undefined;
  const flush = () => {
    if (run) pieces.push(run.bytes.subarray(run.start, run.end));
    run = undefined;
  };
  const add = (piece: Buffer) => {
    flush();
    pieces.push(piece);
  };
  return {
    keep(piece, bytes, end) {
      const start = end - piece.length;
      if (start < 0) add(Buffer.from(piece));
      else if (run?.end === start) run.end = end;
      else {
        flush();
        run = { bytes, start, end };
      }
    },
    add,
    all() {
      flush();
      return pieces;
    },
  };
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
