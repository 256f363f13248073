import type { BotClock } from '../clock.ts';

/**
 * What is there within a time; undefined: it was not. A failure after that counts no more.
 * @throws what the work throws before.
 */
export async function findInTime<Value>(
  clock: BotClock,
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
