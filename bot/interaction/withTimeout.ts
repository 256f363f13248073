import type { Clock } from '@star-graph/core/ground/runtime/clock';

/**
 * The result within a time; undefined: it took longer. A later failure is ignored.
 * @throws what the work throws before.
 */
export async function findInTime<Value>(
  clock: Clock,
  work: Promise<Value>,
  ms: number,
): Promise<Value | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(ms, () => resolve(undefined));
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
