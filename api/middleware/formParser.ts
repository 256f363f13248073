import { Problem } from '@star-graph/core/ground/errors';
import busboy from 'busboy';
import type { ApiContext } from '../apiContext.ts';

/** The most bytes that the headers and the boundary of one part may have. */
export const overheadBytes = 10_000;
/** A sender silent for this long while its bytes are awaited is gone; a slow one may take as long as it needs. */
const silenceLimitMs = 30_000;

export const cutOff = (cause?: unknown) =>
  new Problem('invalid-params', 'The upload was cut off. Send it again.', { cause });

/** @param notAForm what is said to a sender of another thing. */
export function createFormParser(
  ctx: ApiContext,
  limits: busboy.Limits,
  notAForm: (cause?: unknown) => Problem,
): busboy.Busboy {
  // The parser takes it for a boundary, and every line that begins with two dashes for the end of a part.
  if (/;\s*boundary=(?:"")?\s*(?:;|$)/i.test(ctx.get('content-type'))) throw notAForm();
  try {
    return busboy({ headers: ctx.req.headers, limits: { headerPairs: 20, ...limits } });
  } catch (error) {
    throw notAForm(error);
  }
}

/** Ends an upload whose sender left, fell silent, or sends more than `limitBytes`. */
export function watchSender(
  ctx: ApiContext,
  limitBytes: number,
  fail: (problem: Problem) => void,
  tooLarge: () => Problem,
): () => void {
  const gone = () => {
    if (!ctx.req.complete) fail(cutOff());
  };
  const silence = setTimeout(() => {
    // All of it is here, or what has come is not read yet: this side is slow, and the sender waits for it.
    if (ctx.req.complete) return;
    if (ctx.req.isPaused()) {
      silence.refresh();
      return;
    }
    fail(new Problem('invalid-params', 'The upload stood still for too long. Send it again.'));
  }, silenceLimitMs);
  let receivedBytes = 0;
  const heard = (chunk: Buffer) => {
    silence.refresh();
    receivedBytes += chunk.length;
    if (receivedBytes > limitBytes) fail(tooLarge());
  };
  ctx.req.on('data', heard);
  ctx.req.on('close', gone);
  return () => {
    clearTimeout(silence);
    ctx.req.off('data', heard);
    ctx.req.off('close', gone);
  };
}
