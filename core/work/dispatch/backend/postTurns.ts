import { untilAborted } from '../../../ground/runtime/untilAborted.ts';
import type { PostTurn } from '../attempt/attempt.ts';

/** @returns a function that gives the next turn: after all that were given before it. */
export function createPostTurns(): () => PostTurn {
  let lastPassed: Promise<void> = Promise.resolve();
  return () => {
    const earlierPassed = lastPassed;
    const { promise: passed, resolve: pass } = Promise.withResolvers<void>();
    lastPassed = earlierPassed.then(() => passed);
    return { comes: (signal) => untilAborted(signal, () => earlierPassed), pass };
  };
}
