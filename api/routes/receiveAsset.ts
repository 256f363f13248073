import type { Readable } from 'node:stream';
import { type UploadDeps, uploadAsset } from '@star-graph/core/assets/uploadAsset';
import { Problem } from '@star-graph/core/errors';
import busboy from 'busboy';
import type { ApiContext } from '../apiContext.ts';

type Asset = Awaited<ReturnType<typeof uploadAsset>>;

/** Parts beside the file, with their headers and boundaries. */
const overheadBytes = 10_000;
/** A sender that is silent for this long is gone; one that is slow but sends may take as long as it takes. */
const silenceLimitMs = 30_000;

const cutOff = (cause?: unknown) =>
  new Problem('invalid-params', 'The upload was cut off. Send it again.', { cause });

const notAForm = (cause?: unknown) =>
  new Problem('invalid-params', 'Send the picture as multipart/form-data, in one part named file.', {
    errors: [{ pointer: '/file', message: 'A file is needed here.' }],
    cause,
  });

/**
 * Reads the one file of a multipart body as it comes; nothing is kept in memory.
 * @throws Problem `too-large` before anything is read where the length says so, else as soon as it is too much;
 * `unsupported-media` for another kind of body; `invalid-params` for a form without the file or with more than it.
 */
export async function receiveAsset(deps: UploadDeps, userId: string, ctx: ApiContext): Promise<Asset> {
  const { limitBytes } = deps.uploads;
  if (Number(ctx.get('content-length') || 0) > limitBytes + overheadBytes)
    throw new Problem('too-large', `The file is larger than ${Math.floor(limitBytes / 1_000_000)} MB.`);
  if (!ctx.request.is('multipart/form-data'))
    throw new Problem('unsupported-media', 'Send the picture as multipart/form-data, in a part named file.');
  const aborting = new AbortController();
  const { file, ended, stop } = readForm(ctx, aborting);
  try {
    const stream = await file;
    const asset = await uploadAsset(deps, userId, stream, aborting.signal);
    await ended;
    return asset;
  } catch (error) {
    throw aborting.signal.aborted ? aborting.signal.reason : error;
  } finally {
    stop();
  }
}

interface ReadForm {
  file: Promise<Readable>;
  /** Resolves when the form was read to its end and had nothing else. */
  ended: Promise<void>;
  stop(): void;
}

function readForm(ctx: ApiContext, aborting: AbortController): ReadForm {
  const form = createParser(ctx);
  const tellFormFault = () => {
    if (form.errored) aborting.abort(toFormProblem(form.errored));
  };
  form.on('error', tellFormFault);
  const ended = new Promise<void>((resolve, reject) => {
    form.on('close', resolve);
    form.on('error', reject);
  });
  // Nobody waits for the end of a form whose file was refused.
  ended.catch(() => undefined);
  const file = new Promise<Readable>((resolve, reject) => {
    form.on('file', (name, stream) => {
      // Ahead of whoever reads it, and whether or not anybody does yet.
      stream.on('error', tellFormFault);
      if (name === 'file') resolve(stream);
      else fail(notAForm());
    });
    form.on('field', () => fail(notAForm()));
    form.on('filesLimit', () => fail(notAForm()));
    form.on('close', () => reject(notAForm()));
    aborting.signal.addEventListener('abort', () => reject(aborting.signal.reason), { once: true });
  });
  const fail = (problem: Problem) => {
    aborting.abort(problem);
    form.destroy();
  };
  const stopWatching = watchSender(ctx, fail);
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

/** The parser has no codes, only words, for a body that stops before its closing boundary. */
const toFormProblem = (error: unknown): Problem =>
  error instanceof Error && error.message.startsWith('Unexpected end') ? cutOff(error) : notAForm(error);

function createParser(ctx: ApiContext): busboy.Busboy {
  try {
    return busboy({
      headers: ctx.req.headers,
      limits: { files: 1, fields: 1, parts: 2, headerPairs: 20 },
    });
  } catch (error) {
    throw notAForm(error);
  }
}

/** Ends an upload whose sender went away or fell silent. */
function watchSender(ctx: ApiContext, fail: (problem: Problem) => void): () => void {
  const gone = () => {
    if (!ctx.req.complete) fail(cutOff());
  };
  const silence = setTimeout(() => {
    fail(new Problem('invalid-params', 'The upload stood still for too long. Send it again.'));
  }, silenceLimitMs);
  const heard = () => silence.refresh();
  ctx.req.on('data', heard);
  ctx.req.on('close', gone);
  return () => {
    clearTimeout(silence);
    ctx.req.off('data', heard);
    ctx.req.off('close', gone);
  };
}
