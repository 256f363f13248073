import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Problem } from '../errors.ts';
import { outputKey } from '../storage/keys.ts';
import { type MediaExtension, type MediaMime, mimeByExtension } from '../storage/mediaTypes.ts';
import type { Storage } from '../storage/storage.ts';
import { isNoRoom, noRoomProblem } from '../storage/storageProblems.ts';
import { digestFile } from './digestFile.ts';
import { findFileType } from './fileType.ts';
import { findRewriter } from './findRewriter.ts';
import { probeImage } from './probeImage.ts';
import { formatProvenance, type Provenance } from './provenance.ts';
import { type ReceiveOptions, receiveStream } from './receiveUpload.ts';
import { DamagedFile } from './rewrittenFile.ts';
import { ToolRefusal } from './runTool.ts';
import { createTemporaryFile } from './temporaryFile.ts';
import { probeVideo, proveVideo, rewriteVideo, type VideoExtension } from './videoFile.ts';

export interface StoreOutputOptions extends ReceiveOptions {
  taskId: string;
  provenance: Provenance;
  mostPixels?: number;
}

export interface StoredOutput extends OutputFacts {
  key: string;
  mime: MediaMime;
  bytes: number;
  sha256: string;
}

interface OutputFacts {
  kind: 'image' | 'video';
  ext: MediaExtension;
  width: number;
  height: number;
  /** Images only: 1 for a still one. */
  frames?: number;
  /** Videos only. */
  durationMs?: number;
}

/** A fourfold upscale of 16 megapixels; outputs come from the operator's own backends. */
const defaultMostOutputPixels = 268_000_000;

/**
 * Takes one file of a backend to its place: checks by content that it is whole, replaces foreign metadata (the graph
 * that ComfyUI embeds above all) by our provenance without touching a pixel, and puts it under
 * `outputs/{taskId}/{sha256}.{ext}`. Repeating it with the same bytes writes the same object again.
 *
 * Throws `generation-failed` for a file that is cut off, damaged, too large or of no known type.
 */
export async function storeOutput(
  deps: { storage: Pick<Storage, 'put'> },
  source: Readable,
  options: StoreOutputOptions,
): Promise<StoredOutput> {
  const createTooLarge = () => badOutput(`more than ${options.limitBytes} bytes`);
  await using received = await receiveStream(source, options, createTooLarge);
  await using cleaned = await createTemporaryFile(options.tempDirectory);
  const { facts, digest, body } = await cleanOutput(received.path, cleaned.path, options);
  const key = outputKey(options.taskId, digest.sha256, facts.ext);
  const mime = mimeByExtension[facts.ext];
  await deps.storage.put(key, body, { mime, bytes: digest.bytes });
  return { ...facts, ...digest, key, mime };
}

interface CleanedOutput {
  facts: OutputFacts;
  digest: { bytes: number; sha256: string };
  body: Readable;
}

async function cleanOutput(
  file: string,
  target: string,
  options: StoreOutputOptions,
): Promise<CleanedOutput> {
  try {
    const ext = await findFileType(file);
    if (ext === 'mp4' || ext === 'webm') return await cleanVideo(file, target, ext, options);
    return await cleanImage(file, options);
  } catch (error) {
    if (isNoRoom(error)) throw noRoomProblem(error);
    throw isFaultOfFile(error) ? badOutput(error) : error;
  }
}

async function cleanImage(file: string, options: StoreOutputOptions): Promise<CleanedOutput> {
  const probed = await probeImage(file, { mostPixels: options.mostPixels ?? defaultMostOutputPixels });
  const rewriter = findRewriter(probed.ext);
  if (!rewriter) throw badOutput(`no metadata can be written into ${probed.ext}`);
  const { orientation, ext, width, height, frames } = probed;
  const provenanceText = formatProvenance(options.provenance);
  // Pieces of the file in memory: no second file, and nothing is read twice.
  const pieces = rewriter.rewrite(await readFile(file), { provenanceText, orientation });
  const facts = { kind: 'image', ext, width, height, frames } as const;
  return { facts, digest: digestPieces(pieces), body: Readable.from(pieces) };
}

async function cleanVideo(
  file: string,
  target: string,
  ext: VideoExtension,
  options: StoreOutputOptions,
): Promise<CleanedOutput> {
  await proveVideo(file, ext, options);
  await rewriteVideo(file, target, ext, formatProvenance(options.provenance), options);
  // What players will see is the written file: a copy that lost something is found here.
  const facts = { kind: 'video', ext, ...(await probeVideo(target, ext, options)) } as const;
  return { facts, digest: await digestFile(target), body: createReadStream(target) };
}

function digestPieces(pieces: readonly Buffer[]): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
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
