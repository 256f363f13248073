import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertyRuns } from '../testing/propertyRuns.ts';
import { mostTextBytes, readWorkflowFile } from './readWorkflowFile.ts';
import { UnreadableFile } from './unreadableFile.ts';

const prompt = { '1': { class_type: 'EmptyImage', inputs: { text: 'ü' } } };
const workflow = { nodes: [], links: [] };
const written = { prompt: JSON.stringify(prompt), workflow: JSON.stringify(workflow) };
/** Python writes letters beyond ASCII as escapes. */
const ascii = (text: string) => text.replaceAll('ü', '\\u00fc');

function chunk(type: string, ...parts: (string | Buffer)[]): Buffer {
  const data = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)),
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}
const png = (...chunks: Buffer[]) =>
  Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.alloc(13)),
    ...chunks,
    chunk('IEND'),
  ]);

/** A directory with one text for each. */
function exif(texts: readonly string[]): Buffer {
  const head = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  const directory = Buffer.alloc(2 + texts.length * 12 + 4);
  directory.writeUInt16LE(texts.length, 0);
  const values = texts.map((text) => Buffer.from(`${text}\0`));
  let at = head.length + directory.length;
  for (const [index, value] of values.entries()) {
    const entry = 2 + index * 12;
    directory.writeUInt16LE(0x010f + index, entry);
    directory.writeUInt16LE(2, entry + 2);
    directory.writeUInt32LE(value.length, entry + 4);
    directory.writeUInt32LE(at, entry + 8);
    at += value.length;
  }
  return Buffer.concat([head, directory, ...values]);
}
const exifTexts = exif([`workflow:${written.workflow}`, `prompt:${written.prompt}`]);
function webp(): Buffer {
  const head = Buffer.from('RIFF\0\0\0\0WEBPVP8 \x02\0\0\0xxEXIF', 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(exifTexts.length);
  return Buffer.concat([head, length, exifTexts]);
}
function jpeg(): Buffer {
  const data = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifTexts]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length + 2);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe1]),
    length,
    data,
    Buffer.from([0xff, 0xda, 0, 2]),
  ]);
}
function box(type: string | number, ...parts: Buffer[]): Buffer {
  const data = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length + 8, 0);
  if (typeof type === 'number') head.writeUInt32BE(type, 4);
  else head.write(type, 4, 'latin1');
  return Buffer.concat([head, data]);
}
function mp4(): Buffer {
  const names = Object.keys(written).map((name) => box('mdta', Buffer.from(name)));
  const values = Object.values(written).map((text, index) =>
    box(index + 1, box('data', Buffer.alloc(8), Buffer.from(text))),
  );
  const count = Buffer.from([0, 0, 0, 0, 0, 0, 0, names.length]);
  const meta = box('meta', Buffer.alloc(4), box('keys', count, ...names), box('ilst', ...values));
  return Buffer.concat([box('ftyp', Buffer.from('isom')), box('moov', box('udta', meta))]);
}

const files: [string, Buffer][] = [
  [
    'a PNG file',
    png(...Object.entries(written).map(([key, text]) => chunk('tEXt', `${key}\0${ascii(text)}`))),
  ],
  [
    'compressed texts',
    png(
      ...Object.entries(written).map(([key, text]) => chunk('zTXt', `${key}\0\0`, deflateSync(ascii(text)))),
    ),
  ],
  [
    'texts of all languages',
    png(
      ...Object.entries(written).map(([key, text]) => chunk('iTXt', `${key}\0\x01\0\0\0`, deflateSync(text))),
    ),
  ],
  [
    'an animated PNG file',
    png(...Object.entries(written).map(([key, text]) => chunk('comf', `${key}\0${ascii(text)}`))),
  ],
  ['a WebP file', webp()],
  ['a JPEG file', jpeg()],
  ['an mp4 file', mp4()],
];

test.each(files)('finds what ComfyUI wrote into %s', (_what, file) => {
  expect(readWorkflowFile(file)).toEqual({ prompt, workflow });
});

test('reads a JSON file as it is', () => {
  expect(readWorkflowFile(Buffer.from(written.workflow))).toEqual(workflow);
});

describe('a file is refused with a sentence', () => {
  const bomb = deflateSync(Buffer.alloc(mostTextBytes + 1, 32));
  test.each<[string, Buffer, RegExp]>([
    [
      'for a text that unpacks to too much',
      png(chunk('zTXt', 'prompt\0\0', bomb)),
      /too large when it is unpacked/,
    ],
    ['for more JSON than is read', Buffer.alloc(mostTextBytes + 1, 32), /at most 8 MB/],
    ['without a workflow in it', png(), /Results of this platform never carry one/],
    ['that is no picture', Buffer.from('GIF89a'), /PNG, WebP, JPEG or mp4/],
    ['that is empty', Buffer.alloc(0), /is no JSON/],
    ['that is cut off', png(chunk('tEXt', 'prompt\0{}')).subarray(0, 60), /damaged or cut off/],
  ])('%s', (_what, file, sentence) => {
    expect(() => readWorkflowFile(file)).toThrow(sentence);
  });

  test('however its bytes are changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.constantFrom(...files.map(([, file]) => file)),
        changes,
        fc.nat(),
        (file, bytes, cut) => {
          const spoilt = Buffer.from(file.subarray(0, cut % 3 === 0 ? cut % file.length : file.length));
          for (const [at, value] of bytes) if (spoilt.length > 0) spoilt[at % spoilt.length] = value;
          try {
            readWorkflowFile(spoilt);
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadableFile);
          }
        },
      ),
      propertyRuns(2_000),
    );
  });
});
