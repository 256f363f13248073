import { idempotencyKeySchema } from '@star-graph/contract/tasks/generate';
import { Problem } from '@star-graph/core/ground/errors';
import type { ApiContext } from '../apiContext.ts';

/** Undefined: the request may be made twice. @throws Problem `invalid-params`. */
export function parseIdempotencyKey(ctx: ApiContext): string | undefined {
  const header = ctx.get('idempotency-key');
  if (header === '') return undefined;
  const parsed = idempotencyKeySchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new Problem(
    'invalid-params',
    'The Idempotency-Key has to be 1 to 64 printable ASCII characters without spaces.',
  );
}
