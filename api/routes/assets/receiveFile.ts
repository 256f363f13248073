import { type Readable, Transform } from 'node:stream';
import { Problem } from '@star-graph/core/ground/errors';
import { findStorageProblem } from '@star-graph/core/ground/storage/storageProblems';
import { uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import type { ApiContext } from '../../apiContext.ts';
import { createFormParser, cutOff, overheadBytes, watchSender } from '../../middleware/formParser.ts';
import { type BodyCheck, createBodyCheck } from '../../middleware/signedBody.ts';

const tooLarge = (limitBytes: number) => new Problem('too-large', uploadRefusals.bytes(limitBytes));

const notAForm = (cause?: unknown) =>
  new Problem('invalid-params', 'Send the file as multipart/form-data, in one part named file.', {
    errors: [{ pointer: '/file', message: 'A file is needed here.' }],
    cause,
  });

/**
 * Reads the one file of a multipart body as it comes; nothing is kept in memory but by `use`.
 * @throws Problem `too-large` before anything is read where the length says so, else as soon as it is too much;
 * `unsupported-media` for another kind of body; `invalid-params` for a form without the file or with more than it.
 */
export async function receiveFile<Used>(
  ctx: ApiContext,
  limitBytes: number,
  use: (file: Readable, signal: AbortSignal) => Promise<Used>,
): Promise<Used> {
  if (Number(ctx.get('content-length') || 0) > limitBytes + overheadBytes) throw tooLarge(limitBytes);
  if (!ctx.request.is('multipart/form-data'))
    throw new Problem('unsupported-media', 'Send the file as multipart/form-data, in a part named file.');
  const aborting = new AbortController();
  const { signedDigest } = ctx.state;
  const check = signedDigest === undefined ? undefined : createBodyCheck(signedDigest);
  if (check) ctx.req.on('data', check.update);
  const { file, ended, stop } = readForm(ctx, limitBytes, aborting);
  try {
    const stream = check ? endAfter(await file, ended, check, aborting) : await file;
    const used = await use(stream, aborting.signal);
    await ended;
    // An upload given up meanwhile has ended too.
    aborting.signal.throwIfAborted();
    return used;
  } catch (error) {
    throw aborting.signal.aborted ? aborting.signal.reason : error;
  } finally {
    if (check) ctx.req.off('data', check.update);
    stop();
  }
}

/** The file, which ends only when the whole body was what was signed: nothing is kept of another one. */
function endAfter(
  file: Readable,
  ended: Promise<void>,
  check: BodyCheck,
  aborting: AbortController,
): Readable {
  const whole = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, chunk),
    flush(done) {
      ended
        .then(() => {
          // A form that was given up has ended too.
          aborting.signal.throwIfAborted();
          check.requireSame();
        })
        .then(
          () => done(),
          (error) => {
            aborting.abort(error);
            done(error);
          },
        );
    },
  });
  // A short body can be over before the file has a reader, which the signal then tells.
  whole.on('error', () => undefined);
  file.on('error', (error) => whole.destroy(error));
  return file.pipe(whole);
}

interface ReadForm {
  file: Promise<Readable>;
  /** Resolves when the form was read to its end and had nothing else. */
  ended: Promise<void>;
  stop(): void;
}

function readForm(ctx: ApiContext, limitBytes: number, aborting: AbortController): ReadForm {
  const limits = { files: 1, fields: 1, fieldSize: 1_000, parts: 2 };
  const form = createFormParser(ctx, limits, notAForm);
  const fail = (problem: Problem) => {
    aborting.abort(problem);
    form.destroy();
  };
  // After a malformed part header the parser reports it and never finishes: only this ends such an upload.
  form.on('error', (error) => fail(toFormProblem(error)));
  const ended = new Promise<void>((resolve, reject) => {
    form.on('close', resolve);
    form.on('error', reject);
  });
  // No caller waits for the end of a form whose file was refused.
  ended.catch(() => undefined);
  const file = new Promise<Readable>((resolve, reject) => {
    form.on('file', (name, stream) => {
      // Runs before any reader and even without one.
      stream.on('error', (error) => fail(toFormProblem(error)));
      if (name === 'file') resolve(stream);
      else fail(notAForm());
    });
    form.on('field', () => fail(notAForm()));
    form.on('filesLimit', () => fail(notAForm()));
    form.on('partsLimit', () => fail(notAForm()));
    form.on('close', () => reject(notAForm()));
    aborting.signal.addEventListener('abort', () => reject(aborting.signal.reason), { once: true });
  });
  const most = limitBytes + overheadBytes;
  const stopWatching = watchSender(ctx, most, fail, () => tooLarge(limitBytes));
  ctx.req.pipe(form);
  return {
    file,
    ended,
    stop() {
      stopWatching();
      ctx.req.unpipe(form);
      form.destroy();
    },
  };
}

/** The parser has no codes, only words. A reader that refuses the file ends it with its own problem. */
function toFormProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const ofStorage = findStorageProblem(error);
  if (ofStorage) return ofStorage;
  const told = error instanceof Error ? error.message : '';
  if (told.startsWith('Unexpected end')) return cutOff(error);
  if (told !== 'Malformed part header') return notAForm(error);
  return new Problem(
    'invalid-params',
    'A part of the form has no headers, malformed ones, or more than 16 KB of them. Send the file in one part named file.',
    { errors: [{ pointer: '/file', message: 'The headers of its part cannot be read.' }], cause: error },
  );
}
