import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import { Problem } from '../ground/errors.ts';
import { isNoRoom, noRoomProblem } from '../ground/storage/storageProblems.ts';
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

/** Like `receiveUpload`, for bytes of any origin: the caller words the refusal of too many. */
export async function receiveStream(
  stream: Readable,
  options: ReceiveOptions,
  createTooLarge: () => Error,
): Promise<ReceivedFile> {
  const file = await createTemporaryFile(options.tempDirectory);
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > options.limitBytes) return done(createTooLarge());
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(stream, measure, createWriteStream(file.path, { flags: 'wx' }), {
      signal: options.signal,
    });
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw isNoRoom(error) ? noRoomProblem(error) : error;
  }
  return { ...file, bytes, sha256: hash.digest('hex') };
}
