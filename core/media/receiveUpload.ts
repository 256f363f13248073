import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import { Problem } from '../ground/errors.ts';
import { isNoRoom, noRoomProblem } from '../ground/storage/storageProblems.ts';
import type { MetadataStream } from './metadata/rewrittenFile.ts';
import { createTemporaryFile, type TemporaryFile } from './temporaryFile.ts';

export interface ReceiveOptions {
  limitBytes: number;
  tempDirectory: string;
  /** Ends the upload, so that neither a stalled sender nor a stopping server leaves a file behind. */
  signal: AbortSignal;
}

/** The received bytes, on disk until the scope ends. */
export interface ReceivedFile extends TemporaryFile {
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/**
 * Writes a person's upload to a temporary file, hashing on the way; memory stays at one chunk. Throws `too-large` as
 * soon as the limit is passed, without reading on (the stream is destroyed), and `invalid-params` for an empty file.
 */
export async function receiveUpload(stream: Readable, options: ReceiveOptions): Promise<ReceivedFile> {
  const received = await receiveStream(
    stream,
    options,
    () => new Problem('too-large', uploadRefusals.bytes(options.limitBytes)),
  );
  if (received.bytes > 0) return received;
  await received[Symbol.asyncDispose]();
  throw new Problem('invalid-params', uploadRefusals.empty, {
    errors: [{ pointer: '/file', message: 'must not be empty' }],
  });
}

/**
 * Like `receiveUpload`, for bytes of any origin: the caller words the refusal of too many.
 * @param metadata replaces that of the file on the way: what is written, measured and hashed is the new file
 */
export async function receiveStream(
  stream: Readable,
  options: ReceiveOptions,
  createTooLarge: () => Error,
  metadata?: MetadataStream,
): Promise<ReceivedFile> {
  const file = await createTemporaryFile(options.tempDirectory);
  const hash = createHash('sha256');
  let received = 0;
  let bytes = 0;
  let pieces: Buffer[] = [];
  let held = 0;
  const take = (piece: Buffer) => {
    hash.update(piece);
    bytes += piece.length;
    held += piece.length;
    pieces.push(piece);
  };
  const giveOn = (to: Transform) => {
    to.push(pieces);
    pieces = [];
    held = 0;
  };
  const measure = new Transform({
    readableObjectMode: true,
    transform(this: Transform, chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received > options.limitBytes) return done(createTooLarge());
      tellFault(done, () => {
        for (const piece of metadata?.write(chunk) ?? [chunk]) take(piece);
        if (held >= writeBytes) giveOn(this);
      });
    },
    flush(this: Transform, done) {
      tellFault(done, () => {
        metadata?.end();
        // A signature over the whole file will be the last that is written here.
        giveOn(this);
      });
    },
  });
  try {
    await pipeline(stream, measure, (written) => writePieces(file.path, written), { signal: options.signal });
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw isNoRoom(error) ? noRoomProblem(error) : error;
  }
  return { ...file, bytes, sha256: hash.digest('hex') };
}

function tellFault(done: (error?: Error | null) => void, work: () => void): void {
  let fault: Error | undefined;
  try {
    work();
  } catch (error) {
    fault = error as Error;
  }
  done(fault);
}

/** What is written at once: each write is a message to another thread. */
const writeBytes = 512 * 1_024;

async function writePieces(path: string, source: AsyncIterable<Buffer[]>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    for await (const pieces of source) await writeAll(handle, pieces);
  } finally {
    await handle.close();
  }
}

/** A disk may take less than it is given: what then does not fit is told by the next write. */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  let left = pieces.filter(({ length }) => length > 0);
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left);
    left = left.flatMap((piece) => {
      const taken = Math.min(bytesWritten, piece.length);
      bytesWritten -= taken;
      return taken < piece.length ? [piece.subarray(taken)] : [];
    });
  }
}
