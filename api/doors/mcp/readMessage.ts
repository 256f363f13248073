import { Problem } from '@star-graph/core/ground/errors';
import { requirePerson } from '@star-graph/core/people/identity/caller';
import { doorUploads } from '@star-graph/workflows/shared/uploadRules';
import type { ApiMiddleware } from '../../apiContext.ts';
import { readJson } from '../../middleware/readJson.ts';
import type { DoorDeps } from '../doorDeps.ts';

/** Reads the message of a POST. A large one, or one of unknown length, takes a slot of those who upload. */
export function createBodyReader(deps: Pick<DoorDeps, 'config' | 'takeUploadSlot'>): ApiMiddleware {
  const usualBytes = deps.config.BODY_LIMIT_BYTES;
  const readUsual = readJson({ limitBytes: usualBytes });
  const readLarge = readJson({ limitBytes: doorUploads.jsonBytes });
  return async (ctx, next) => {
    if (ctx.method === 'POST') {
      const isUsual = (ctx.request.length ?? Number.POSITIVE_INFINITY) <= usualBytes;
      if (isUsual) await readUsual(ctx, async () => {});
      else {
        const leaveSlot = deps.takeUploadSlot(requirePerson(ctx.state.caller).account.id);
        await readLarge(ctx, async () => {}).finally(leaveSlot);
      }
      // Each would count as one request, whatever is in it; the protocol has none any more.
      if (Array.isArray(ctx.request.body))
        throw new Problem('invalid-params', 'Send one message a request, not a list of them.');
    }
    await next();
  };
}
