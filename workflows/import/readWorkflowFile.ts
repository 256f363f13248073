import { JsonTooRich, parseJson } from '../shared/boundedJson.ts';
import { readExifTexts } from './exifTexts.ts';
import { readMp4Texts } from './mp4Texts.ts';
import { readPngTexts } from './pngTexts.ts';
import { UnreadableFile } from './unreadableFile.ts';

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
