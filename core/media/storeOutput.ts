import { isUtf8 } from 'node:buffer';
import { createHash, hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../ground/errors.ts';
import { outputKey } from '../ground/storage/keys.ts';
import { type MediaExtension, type MediaMime, mimeByExtension } from '../ground/storage/mediaTypes.ts';
import type { Body, Storage } from '../ground/storage/storage.ts';
import { isNoRoom, noRoomProblem } from '../ground/storage/storageProblems.ts';
import { cleanBody, cleanObj } from './bodies.ts';
import { digestFile } from './digestFile.ts';
import { findFileType, findType, isFilmType, isPictureType, isSoundType } from './fileType.ts';
import { findRewriter } from './metadata/findRewriter.ts';
import { formatProvenance, type Provenance } from './metadata/provenance.ts';
import { DamagedFile } from './metadata/rewrittenFile.ts';
import { beginResult } from './pictures.ts';
import { type ReceivedFile, type ReceiveOptions, receiveStream } from './receiveUpload.ts';
import { createTemporaryFile } from './temporaryFile.ts';
import { drawBodyOf } from './thumbnail.ts';
import { ToolRefusal } from './videos/runTool.ts';
import {
  probeSound,
  probeVideo,
  proveSound,
  proveVideo,
  rewriteSound,
  rewriteVideo,
  type SoundExtension,
  type SoundFacts,
  type VideoExtension,
} from './videos/videoFile.ts';
import { withHeldFile } from './workLanes.ts';

export interface StoreOutputOptions extends ReceiveOptions {
  taskId: string;
  provenance: Provenance;
  mostPixels?: number;
  /** How long the check of a video may take. */
  checkTimeoutMs?: number | undefined;
  /** What its name says of bytes whose beginning says nothing: words, or a body in words. */
  claims?: 'txt' | 'obj' | undefined;
  /** What else must be known before the object may appear; see `ObjectFacts`. */
  proof?: Promise<unknown>;
}

export interface StoredOutput extends OutputFacts {
  key: string;
  mime: MediaMime;
  bytes: number;
  sha256: string;
  /** Of a picture, a moment later; one that rejects is to be drawn from the object. Of a body, at once or never. */
  thumbnail?: Promise<Buffer>;
}

interface OutputFacts {
  ext: MediaExtension;
  /** In pixels; 0 of what is no picture and no film. */
  width: number;
  height: number;
  /** 1 for a still image. */
  frames: number | null;
  /** Of a film, as its file says. */
  fps?: number;
  /** Films, sounds and animated images. */
  durationMs?: number;
  /** Of a sound, and of a film with a sound track. */
  sound?: SoundFacts;
  /** Of a sound; see `proveSound`. */
  waveform?: string;
  /** Of a text: what its row keeps of it. */
  text?: string;
}

/** A fourfold upscale of 16 megapixels; outputs come from the operator's own backends. */
const defaultMostOutputPixels = 268_000_000;

/**
 * Stores one output file of a backend: checks that it is whole, replaces foreign metadata (above all the graph that
 * ComfyUI embeds) by our provenance without touching a pixel, and puts it under a key of task and digest. The same
 * bytes give the same object again.
 *
 * A PNG gets its new metadata while it comes, so what is written is what will be stored: it is hashed once and copied
 * never. Every picture is brought to the disk while it is still being decoded, which takes as long. The object appears
 * after the proof.
 *
 * Throws `generation-failed` for a file that is cut off, damaged, too large or of no known type.
 */
export async function storeOutput(
  deps: { storage: Pick<Storage, 'put'> },
  source: Readable,
  options: StoreOutputOptions,
): Promise<StoredOutput> {
  await using files = new AsyncDisposableStack();
  const received = await receiveOutput(files, source, options).finally(() => source.destroy());
  const cleanAndPut = async () => {
    const { facts, digest, body, proof, thumbnail } = await cleanOutput(files, received, options);
    const key = outputKey(options.taskId, digest.sha256, facts.ext);
    const mime = mimeByExtension[facts.ext];
    const proofs = Promise.all([proof, options.proof]);
    // A store that fails before does not ask for it.
    proofs.catch(() => undefined);
    await deps.storage.put(key, body, { mime, ...digest, proof: proofs });
    return { ...facts, ...digest, key, mime, ...(thumbnail && { thumbnail }) };
  };
  const holdsFile = typeof received === 'string' && (await isPicture(received, options));
  return await (holdsFile ? withHeldFile(received, cleanAndPut, options.signal) : cleanAndPut());
}

/** What is of no known type is refused as a picture. */
const isPicture = async (file: string, { claims }: StoreOutputOptions): Promise<boolean> => {
  const ext = await findFileType(file);
  return claims !== 'txt' && (ext === undefined ? claims !== 'obj' : isPictureType(ext));
};

/** The bytes of a small picture, the path of a file as it came, or a file that is finished. */
type Received = Buffer | string | ReceivedFile;

/** To write and read a file costs more than to hand so many bytes to another process; with more it is the other way round. */
const mostHeldBytes = 128 * 1_024;

async function receiveOutput(
  files: AsyncDisposableStack,
  source: Readable,
  options: StoreOutputOptions,
): Promise<Received> {
  const { head, rest } = await readUpTo(mostHeldBytes, source);
  const createTooLarge = () =>
    badOutput(new Problem('too-large', `It has more than ${options.limitBytes} bytes.`));
  if (!rest && head.length > options.limitBytes) throw createTooLarge();
  const ext = options.claims === 'txt' ? undefined : findType(head);
  if (!rest && isPictureType(ext)) return head;
  const metadata = ext && findRewriter(ext)?.begin?.(formatProvenance(options.provenance));
  const whole = Readable.from(joinChunks(head, rest));
  const receiving = receiveStream(whole, options, createTooLarge, metadata);
  const received = files.use(
    await receiving.catch((error: unknown) => {
      throw toOutputFault(error);
    }),
  );
  return metadata ? received : received.path;
}

/** `rest` is undefined when the source has ended. */
async function readUpTo(
  mostBytes: number,
  source: Readable,
): Promise<{ head: Buffer; rest: AsyncIterator<Buffer> | undefined }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // By hand: leaving a `for await` would destroy the source.
  const rest: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  while (bytes <= mostBytes) {
    const next = await rest.next();
    if (next.done) return { head: Buffer.concat(chunks), rest: undefined };
    const chunk = Buffer.from(next.value);
    chunks.push(chunk);
    bytes += chunk.length;
  }
  return { head: Buffer.concat(chunks), rest };
}

async function* joinChunks(head: Buffer, rest: AsyncIterator<Buffer> | undefined): AsyncGenerator<Buffer> {
  yield head;
  try {
    for (let next = await rest?.next(); next && !next.done; next = await rest?.next()) yield next.value;
  } finally {
    await rest?.return?.();
  }
}

interface CleanedOutput {
  facts: OutputFacts;
  digest: { bytes: number; sha256: string };
  body: Body;
  /** Of a picture; everything else is proven before it is rewritten. */
  proof?: Promise<void>;
  thumbnail?: Promise<Buffer>;
}

async function cleanOutput(
  files: AsyncDisposableStack,
  received: Received,
  options: StoreOutputOptions,
): Promise<CleanedOutput> {
  try {
    if (Buffer.isBuffer(received)) return await cleanImage(received, options);
    if (typeof received !== 'string') return await proveFinished(received, options);
    if (options.claims === 'txt') return await cleanText(received);
    const ext = (await findFileType(received)) ?? (options.claims === 'obj' ? 'obj' : undefined);
    if (ext !== 'glb' && ext !== 'obj' && !isFilmType(ext) && !isSoundType(ext))
      return await cleanImage(received, options);
    const target = files.use(await createTemporaryFile(options.tempDirectory));
    if (ext === 'glb' || ext === 'obj') return await cleanModel(received, target.path, ext, options);
    return await (isFilmType(ext)
      ? cleanVideo(received, target.path, ext, options)
      : cleanSound(received, target.path, ext, options));
  } catch (error) {
    throw toOutputFault(error);
  }
}

async function cleanImage(file: Buffer | string, options: StoreOutputOptions): Promise<CleanedOutput> {
  const { orientation, ...begun } = await beginImage(file, options);
  const { ext } = begun.facts;
  const rewriter = findRewriter(ext);
  if (!rewriter) throw badOutput(`no metadata can be written into ${ext}`);
  const provenanceText = formatProvenance(options.provenance);
  // Pieces of the file in memory: no second file, and nothing is read twice.
  const bytes = Buffer.isBuffer(file) ? file : await readFile(file);
  const pieces = rewriter.rewrite(bytes, { provenanceText, orientation });
  return { ...begun, ...toContent(pieces, Buffer.isBuffer(file)) };
}

async function proveFinished(
  { path, bytes, sha256 }: ReceivedFile,
  options: StoreOutputOptions,
): Promise<CleanedOutput> {
  const { facts, proof, thumbnail } = await beginImage(path, options);
  return { facts, proof, thumbnail, digest: { bytes, sha256 }, body: { path } };
}

async function beginImage(file: Buffer | string, options: StoreOutputOptions) {
  const mostPixels = options.mostPixels ?? defaultMostOutputPixels;
  const { image, proof, thumbnail } = await beginResult(file, { mostPixels, signal: options.signal });
  const { orientation, ext, width, height, frames, durationMs } = image;
  const shape = { ext, width, height, frames, ...(durationMs !== undefined && { durationMs }) };
  const judged = proof.catch((error: unknown) => {
    throw toOutputFault(error);
  });
  // Its reader may come later than its end, or never.
  judged.catch(() => undefined);
  return { facts: shape, orientation, thumbnail, proof: judged };
}

async function cleanVideo(
  file: string,
  target: string,
  ext: VideoExtension,
  options: StoreOutputOptions,
): Promise<CleanedOutput> {
  await proveVideo(file, ext, await probeVideo(file, ext, options), options);
  await rewriteVideo(file, target, ext, formatProvenance(options.provenance), options);
  // Players will see the written file, so a copy that lost something is found here.
  const { coded, ...seen } = await probeVideo(target, ext, options);
  return { facts: { ext, ...seen }, digest: await digestFile(target), body: createReadStream(target) };
}

async function cleanSound(
  file: string,
  target: string,
  ext: SoundExtension,
  options: StoreOutputOptions,
): Promise<CleanedOutput> {
  const waveform = await proveSound(file, ext, await probeSound(file, ext, options), options);
  await rewriteSound(file, target, ext, formatProvenance(options.provenance), options);
  const heard = await probeSound(target, ext, options);
  return {
    facts: { ...unseen, ext, ...heard, waveform },
    digest: await digestFile(target),
    body: createReadStream(target),
  };
}

const unseen = { width: 0, height: 0, frames: null };

async function cleanModel(
  file: string,
  target: string,
  ext: 'glb' | 'obj',
  options: StoreOutputOptions,
): Promise<CleanedOutput> {
  const provenanceText = formatProvenance(options.provenance);
  const clean = ext === 'glb' ? await cleanBody(file, provenanceText) : cleanObj(file, provenanceText);
  await pipeline(clean, createWriteStream(target), { signal: options.signal });
  // Drawn while the file is here, so that the result has it from the first moment: a chat shows it once.
  const [digest, [drawn]] = await Promise.all([
    digestFile(target),
    Promise.allSettled([drawBodyOf(target, options)]),
  ]);
  options.signal.throwIfAborted();
  const thumbnail =
    drawn.status === 'fulfilled' ? Promise.resolve(drawn.value) : Promise.reject(drawn.reason);
  // Its reader comes later.
  thumbnail.catch(() => undefined);
  return { facts: { ...unseen, ext }, digest, body: createReadStream(target), thumbnail };
}

/** The file is as it should be: nothing was said. */
export class EmptyText extends Error {
  constructor() {
    super('a text without a word');
    this.name = 'EmptyText';
  }
}

/** A long book of captions. */
const mostTextBytes = 1_000_000;
/** Of what a text says, its row keeps the beginning: what is shown and sent as a message. */
const keptCharacters = 4_000;

async function cleanText(file: Buffer | string): Promise<CleanedOutput> {
  const body = Buffer.isBuffer(file) ? file : await readText(file);
  if (!isUtf8(body)) throw badOutput('a text that is no UTF-8');
  const text = body.toString().replaceAll('\0', '').trim();
  if (text === '') throw new EmptyText();
  const kept = Buffer.from(text);
  return {
    facts: { ...unseen, ext: 'txt', text: [...text].slice(0, keptCharacters).join('') },
    ...toContent([kept], true),
  };
}

async function readText(file: string): Promise<Buffer> {
  if ((await stat(file)).size > mostTextBytes)
    throw badOutput(new Problem('too-large', `It has more than ${mostTextBytes} bytes.`));
  return readFile(file);
}

/** A small picture is one more buffer, which is written at once; a large one is not copied. */
function toContent(pieces: readonly Buffer[], isSmall: boolean): Pick<CleanedOutput, 'digest' | 'body'> {
  if (isSmall) {
    const body = Buffer.concat(pieces);
    return { body, digest: { bytes: body.length, sha256: hash('sha256', body) } };
  }
  const sha256 = createHash('sha256');
  let bytes = 0;
  for (const piece of pieces) {
    sha256.update(piece);
    bytes += piece.length;
  }
  return { body: Readable.from(pieces), digest: { bytes, sha256: sha256.digest('hex') } };
}

function toOutputFault(error: unknown): unknown {
  if (isNoRoom(error)) return noRoomProblem(error);
  return isFaultOfFile(error) ? badOutput(error) : error;
}

function isFaultOfFile(error: unknown): boolean {
  if (error instanceof DamagedFile || error instanceof ToolRefusal) return true;
  return error instanceof Problem && (error.code === 'unsupported-media' || error.code === 'too-large');
}

function badOutput(cause: unknown): Problem {
  return new Problem(
    'generation-failed',
    'The GPU server delivered a file that is damaged or of a kind that cannot be stored. Nothing was charged; try again.',
    { cause },
  );
}
