import { requirePart } from './unreadableFile.ts';

/** Texts of the Exif block in a WebP or JPEG file: ComfyUI writes `prompt:{…}` and `workflow:{…}` into its first directory. */
export function* readExifTexts(file: Buffer): Generator<readonly [string, string]> {
  const block = file.toString('latin1', 0, 4) === 'RIFF' ? findInWebp(file) : findInJpeg(file);
  if (!block) return;
  const tiff = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
  for (const text of readAsciiEntries(tiff)) {
    const colon = text.indexOf(':');
    if (colon > 0) yield [text.slice(0, colon), text.slice(colon + 1)];
  }
}

/** RIFF container of WebP (RFC 9649 §2.7). */
function findInWebp(file: Buffer): Buffer | undefined {
  for (let start = 12; start + 8 <= file.length; ) {
    const length = file.readUInt32LE(start + 4);
    if (file.toString('latin1', start, start + 4) === 'EXIF') return requirePart(file, start + 8, length);
    start += 8 + length + (length % 2);
  }
  return undefined;
}

/** Marker segments of JPEG (ITU-T T.81 B.1.1) up to the picture itself. */
function findInJpeg(file: Buffer): Buffer | undefined {
  for (let start = 2; start + 4 <= file.length && file[start] === 0xff; ) {
    const marker = file[start + 1];
    if (marker === 0xda) return undefined;
    const length = file.readUInt16BE(start + 2);
    const data = requirePart(file, start + 4, Math.max(0, length - 2));
    if (marker === 0xe1 && data.toString('latin1', 0, 4) === 'Exif') return data;
    start += 2 + Math.max(2, length);
  }
  return undefined;
}

const entryBytes = 12;
const asciiType = 2;

/** Texts of the first image file directory (TIFF 6.0 §2). */
function* readAsciiEntries(tiff: Buffer): Generator<string> {
  const isLittle = requirePart(tiff, 0, 8).toString('latin1', 0, 2) === 'II';
  const read16 = (at: number) =>
    isLittle ? requirePart(tiff, at, 2).readUInt16LE(0) : requirePart(tiff, at, 2).readUInt16BE(0);
  const read32 = (at: number) =>
    isLittle ? requirePart(tiff, at, 4).readUInt32LE(0) : requirePart(tiff, at, 4).readUInt32BE(0);
  const directory = read32(4);
  const count = read16(directory);
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 2 + index * entryBytes;
    if (read16(entry + 2) !== asciiType) continue;
    const length = read32(entry + 4);
    const text = requirePart(tiff, length > 4 ? read32(entry + 8) : entry + 8, length);
    const end = text.indexOf(0);
    yield text.toString('utf8', 0, end < 0 ? length : end);
  }
}
