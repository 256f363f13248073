import { createHash } from 'node:crypto';
import { Problem } from '@star-graph/core/ground/errors';
import type { ApiMiddleware } from '../apiContext.ts';

/** Compares a body with the Content-Digest that was signed. @throws Problem `unauthenticated`. */
export interface BodyCheck {
  update(bytes: Buffer): void;
  requireSame(): void;
}

/** @param signedDigest empty: without a body. */
export function createBodyCheck(signedDigest: string): BodyCheck {
  const hash = createHash('sha256');
  let isEmpty = true;
  return {
    update(bytes) {
      isEmpty &&= bytes.length === 0;
      hash.update(bytes);
    },
    requireSame() {
      const digest = `sha-256=:${hash.digest('base64')}:`;
      // A public value: it needs no constant time.
      if (signedDigest === digest || (signedDigest === '' && isEmpty)) return;
      throw new Problem(
        'unauthenticated',
        'The body differs from what was signed. Send its SHA-256 as Content-Digest: sha-256=:<base64>:.',
      );
    },
  };
}

/** For routes without an upload, whose bodies are short. A body that no route reads counts as none. */
export const checkSignedBody: ApiMiddleware = async (ctx, next) => {
  const { signedDigest } = ctx.state;
  if (signedDigest !== undefined) {
    const check = createBodyCheck(signedDigest);
    check.update(Buffer.from(ctx.request.rawBody ?? ''));
    check.requireSame();
  }
  await next();
};
