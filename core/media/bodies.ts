import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { JsonTooRich, parseJson } from '@star-graph/workflows/shared/boundedJson';
import { DamagedFile } from './metadata/rewrittenFile.ts';

const magic = 0x46546c67;
const jsonChunk = 0x4e4f534a;
const headerBytes = 20;
/** The description of a body; its points are behind it. */
const mostDescriptionBytes = 8_000_000;
const bounds = { values: 1_000_000, depth: 100 };

/**
 * The file as it is stored: with our provenance in the place of the graph that ComfyUI puts into `asset.extras`. Its
 * points are not read.
 */
export async function cleanBody(file: string, provenanceText: string): Promise<Readable> {
  const { head, restAt } = await cleanHead(file, provenanceText);
  return Readable.from(joinHead(head, createReadStream(file, { start: restAt })));
}

async function* joinHead(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/**
 * Checks a body in binary glTF 2.0: header, length, description. One that names files elsewhere is refused, since whoever
 * opens it would fetch them. Throws `DamagedFile`.
 */
async function cleanHead(file: string, provenanceText: string): Promise<{ head: Buffer; restAt: number }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const header = Buffer.alloc(headerBytes);
    await handle.read(header, 0, headerBytes, 0);
    const [sign, version, whole, length, kind] = [0, 4, 8, 12, 16].map((at) => header.readUInt32LE(at));
    if (sign !== magic || version !== 2) throw new DamagedFile('no binary glTF 2');
    if (whole !== size) throw new DamagedFile(`has ${size} bytes of ${whole}`);
    if (kind !== jsonChunk || length === undefined || length > mostDescriptionBytes)
      throw new DamagedFile('no description in front, or one too long');
    const restAt = headerBytes + length;
    if (restAt > size) throw new DamagedFile('ends in its description');
    const text = Buffer.alloc(length);
    await handle.read(text, 0, length, headerBytes);
    const described = describe(text, provenanceText);
    const head = Buffer.alloc(headerBytes + described.length);
    [magic, 2, head.length + size - restAt, described.length, jsonChunk].forEach((word, at) => {
      head.writeUInt32LE(word, at * 4);
    });
    described.copy(head, headerBytes);
    return { head, restAt };
  } finally {
    await handle.close();
  }
}

function describe(text: Buffer, provenanceText: string): Buffer {
  const body = parseObject(text);
  const { asset, meshes, buffers, images } = body;
  if (!isObject(asset) || !Array.isArray(meshes) || meshes.length === 0)
    throw new DamagedFile('a description without a mesh');
  for (const list of [buffers, images]) {
    const all: unknown[] = Array.isArray(list) ? list : [];
    if (all.some((one) => isObject(one) && one.uri !== undefined))
      throw new DamagedFile('it names files outside itself');
  }
  const { version, copyright } = asset;
  const kept = { version, ...(copyright === undefined ? {} : { copyright }) };
  const extras = { provenance: provenanceText };
  const written = Buffer.from(JSON.stringify({ ...body, asset: { ...kept, extras } }));
  // Chunks end at a multiple of four, a description with spaces.
  return Buffer.concat([written, Buffer.alloc((4 - (written.length % 4)) % 4, ' ')]);
}

function parseObject(text: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = parseJson(text.toString(), bounds);
    if (isObject(parsed)) return parsed;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof JsonTooRich)) throw error;
  }
  throw new DamagedFile('its description is no object');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a body in Wavefront's text is made of; `mtllib` and `usemtl` name files elsewhere and are left out. */
const keptWords = new Set(['v', 'vt', 'vn', 'vp', 'f', 'l', 'p', 'o', 'g', 's']);
const leftWords = new Set(['mtllib', 'usemtl', 'usemap', 'maplib']);
/** A face has some corners, a name some words. */
const mostLineBytes = 100_000;
const pieceBytes = 65_536;

/**
 * A body in Wavefront's text as it is stored: with our provenance in the place of comments, and without the names of
 * files. Throws `DamagedFile` for a line of another kind, such as one that runs a command, and where no face is.
 */
export async function* cleanObj(file: string, provenanceText: string): AsyncGenerator<Buffer> {
  const found = new Set<string>();
  let piece = provenanceText === '' ? '' : `# ${provenanceText.replaceAll(/\s+/g, ' ')}\n`;
  for await (const line of readLines(file)) {
    const [word = ''] = /^\S*/.exec(line) ?? [];
    if (word === '' || word.startsWith('#') || leftWords.has(word)) continue;
    if (!keptWords.has(word)) throw new DamagedFile(`no line of a body: ${word.slice(0, 20)}`);
    found.add(word);
    piece += `${line}\n`;
    if (piece.length < pieceBytes) continue;
    yield Buffer.from(piece, 'latin1');
    piece = '';
  }
  if (!found.has('v') || !found.has('f')) throw new DamagedFile('a body without a face');
  yield Buffer.from(piece, 'latin1');
}

/** Byte by character, so that names in any writing stay as they are. */
async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'latin1')) {
    const lines = (rest + String(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > mostLineBytes) throw new DamagedFile('a line without an end');
    for (const line of lines) yield line.trim();
  }
  yield rest.trim();
}
