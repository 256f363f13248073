import { orientationExif, unwrapXmp, wrapInXmp } from './provenance.ts';
import { DamagedFile, type MetadataRewriter, requireBytes } from './rewrittenFile.ts';

interface JpegSegment {
  marker: number;
  /** After the length. */
  data: Buffer;
  whole: Buffer;
}

const startOfImage = 0xffd8;
const endOfImage = 0xffd9;
const startOfScan = 0xffda;
const [app0, app1, app2, app14, app15] = [0xffe0, 0xffe1, 0xffe2, 0xffee, 0xffef];
const comment = 0xfffe;
const fill = 0xffff;
const xmpHeader = 'http://ns.adobe.com/xap/1.0/\0';
const exifHeader = 'Exif\0\0';

export const jpegMetadata: MetadataRewriter = {
  rewrite(file, { provenanceText, orientation }) {
    const segments = readSegments(file);
    const exif = orientationExif(orientation);
    return [
      file.subarray(0, 2),
      ...segments.filter(isJfif).map(({ whole }) => whole),
      ...(exif ? [createSegment(Buffer.concat([Buffer.from(exifHeader), exif]))] : []),
      createSegment(Buffer.concat([Buffer.from(xmpHeader), wrapInXmp(provenanceText)])),
      ...segments.filter((segment) => !isJfif(segment) && isKept(segment)).map(({ whole }) => whole),
      Buffer.from([0xff, 0xd9]),
    ];
  },
  findProvenanceText(file) {
    const xmp = readSegments(file).find(({ marker, data }) => marker === app1 && startsWith(data, xmpHeader));
    return xmp && unwrapXmp(xmp.data.subarray(xmpHeader.length));
  },
};

function isJfif({ marker, data }: JpegSegment): boolean {
  return marker === app0 && startsWith(data, 'JFIF\0');
}

/** Tables and frame headers, the colour profile, and Adobe's note on colour coding; no other application segments. */
function isKept({ marker, data }: JpegSegment): boolean {
  if (marker === app2) return startsWith(data, 'ICC_PROFILE\0');
  if (marker === app14) return startsWith(data, 'Adobe');
  return !(marker >= app0 && marker <= app15) && marker !== comment;
}

/**
 * Segments up to the end of the picture, the scans' coded data with the segment that starts them. Data that cameras
 * and editors append after the end (thumbnails, second pictures, depth) is not read.
 */
function readSegments(file: Buffer): JpegSegment[] {
  if (requireBytes(file, 0, 2).readUInt16BE(0) !== startOfImage) throw new DamagedFile('no JPEG start');
  const segments: JpegSegment[] = [];
  for (let start = 2; ; ) {
    const marker = requireBytes(file, start, 2).readUInt16BE(0);
    if (marker === endOfImage) return segments;
    if (marker < 0xff00) throw new DamagedFile('no JPEG marker where one must be');
    if (marker === fill) {
      start += 1;
      continue;
    }
    const headEnd = start + 2 + requireBytes(file, start + 2, 2).readUInt16BE(0);
    const end = marker === startOfScan ? endOfCodedData(file, headEnd) : headEnd;
    const whole = requireBytes(file, start, end - start);
    segments.push({ marker, data: whole.subarray(4), whole });
    start = end;
  }
}

/** In coded data FF is followed by 00 or a restart marker; any other marker ends it. */
function endOfCodedData(file: Buffer, start: number): number {
  for (let at = file.indexOf(0xff, start); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const next = requireBytes(file, at, 2).readUInt8(1);
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw new DamagedFile('no JPEG end');
}

function createSegment(data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(app1, 0);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

function startsWith(data: Buffer, text: string): boolean {
  return data.toString('latin1', 0, text.length) === text;
}
