import { Problem } from '@star-graph/core/ground/errors';
import type { ApiMiddleware } from '../apiContext.ts';

/**
 * Answers 503 when the work takes too long: several statements within their own limits may exceed this one together.
 * The work goes on and may still take effect, as with any lost answer.
 */
export function limitTime(config: { limitMs: number }): ApiMiddleware {
  return async (ctx, next) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = () =>
        reject(
          new Problem('unavailable', 'The platform did not answer in time. Try again in a few seconds.', {
            retryAfterSeconds: 5,
          }),
        );
      // A process that stood still meets its timers first: what it waited for may have come meanwhile.
      timer = setTimeout(() => setImmediate(giveUp), config.limitMs);
    });
    const work = next();
    try {
      await Promise.race([work, late]);
    } catch (error) {
      work.catch((lateError: unknown) =>
        ctx.state.log.debug({ err: lateError }, 'work of a late answer failed'),
      );
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}
