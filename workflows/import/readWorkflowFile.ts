import { inflateSync } from 'node:zlib';
import { JsonTooRich, parseJson } from '../shared/boundedJson.ts';
import { readMp4Texts } from './mp4Texts.ts';
import { requirePart, UnreadableFile } from './unreadableFile.ts';

/** Of a workflow as text; ten times the largest official template. */
export const mostTextBytes = 8_000_000;
const fileBounds = { values: 100_000, depth: 100 };

/**
 * The workflow in a file: a JSON file of ComfyUI's, or a picture or film that ComfyUI saved, with what it wrote into
 * it as `{ prompt, workflow }`. `importDocument` reads the result.
 * @throws UnreadableFile with a sentence for any file without a workflow.
 */
export function readWorkflowFile(file: Buffer): unknown {
  const read = formats.find(({ isOne }) => isOne(file))?.read;
  const texts = read ? read(file) : undefined;
  if (!texts) return parseText(file.toString('utf8'), file.length);
  const found = new Map<string, string>();
  for (const [key, text] of texts) {
    const name = key.toLowerCase();
    if ((name === 'prompt' || name === 'workflow') && !found.has(name)) found.set(name, text);
  }
  if (found.size === 0)
    throw new UnreadableFile(
      'ComfyUI wrote no workflow into this file, or a program removed it since. Results of this platform never carry one: import the workflow that made them.',
    );
  return Object.fromEntries(
    [...found].map(([name, text]) => [name, parseText(text, Buffer.byteLength(text))]),
  );
}

/** Name and text of everything that is written beside the pixels. */
type Texts = Iterable<readonly [string, string]>;

const startsWith =
  (bytes: string, at = 0) =>
  (file: Buffer) =>
    file.toString('latin1', at, at + bytes.length) === bytes;

const formats: readonly { isOne(file: Buffer): boolean; read(file: Buffer): Texts }[] = [
  { isOne: startsWith('\x89PNG'), read: (file) => readPngTexts(file, mostTextBytes) },
  { isOne: startsWith('RIFF'), read: readExifTexts },
  { isOne: startsWith('\xff\xd8'), read: readExifTexts },
  { isOne: startsWith('ftyp', 4), read: readMp4Texts },
];

function parseText(text: string, bytes: number): unknown {
  if (bytes > mostTextBytes)
    throw new UnreadableFile(`A workflow may have at most ${mostTextBytes / 1_000_000} MB.`);
  try {
    return parseJson(text, fileBounds);
  } catch (error) {
    if (error instanceof JsonTooRich)
      throw new UnreadableFile(
        `A workflow may have at most ${fileBounds.values} values, nested ${fileBounds.depth} deep.`,
      );
    throw new UnreadableFile(
      'The file is no JSON, and no PNG, WebP, JPEG or mp4 file of ComfyUI either. Save the workflow in ComfyUI as JSON.',
      { cause: error },
    );
  }
}

/** Texts of the Exif block in a WebP or JPEG file: ComfyUI writes `prompt:{…}` and `workflow:{…}` into its first directory. */
function* readExifTexts(file: Buffer): Generator<readonly [string, string]> {
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

const signatureBytes = 8;

/**
 * Texts of a PNG file (third edition, §11.3.3), and of `comf`, in which ComfyUI writes into animations. Compressed ones
 * grow to `mostBytes` at most.
 */
function* readPngTexts(file: Buffer, mostBytes: number): Generator<readonly [string, string]> {
  for (let start = signatureBytes; start < file.length; ) {
    const length = requirePart(file, start, 8).readUInt32BE(0);
    const type = file.toString('latin1', start + 4, start + 8);
    const data = requirePart(file, start + 8, length);
    start += length + 12;
    if (type === 'IEND') return;
    const text = readText(type, data, mostBytes);
    if (text) yield text;
  }
}

function readText(type: string, data: Buffer, mostBytes: number): readonly [string, string] | undefined {
  const end = data.indexOf(0);
  if (end < 0) return undefined;
  const keyword = data.toString('latin1', 0, end);
  const rest = data.subarray(end + 1);
  switch (type) {
    case 'tEXt':
    case 'comf':
      return [keyword, rest.toString('latin1')];
    case 'zTXt':
      return [keyword, inflate(rest.subarray(1), mostBytes).toString('latin1')];
    case 'iTXt': {
      const language = rest.indexOf(0, 2) + 1;
      const text = rest.subarray(rest.indexOf(0, language) + 1);
      return [keyword, (rest[0] === 1 ? inflate(text, mostBytes) : text).toString('utf8')];
    }
    default:
      return undefined;
  }
}

function inflate(data: Buffer, mostBytes: number): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: mostBytes });
  } catch (error) {
    throw new UnreadableFile('A text in this picture is damaged, or too large when it is unpacked.', {
      cause: error,
    });
  }
}
