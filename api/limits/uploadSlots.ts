import { Problem } from '@star-graph/core/ground/errors';
import { createNamedSemaphore } from './namedSemaphore.ts';

/**
 * Takes one of the person's and one of the process' slots for uploads, until the returned function is called. An
 * upload holds a socket, a temporary file and, while it is decoded, a picture in memory, which the number of requests
 * a minute does not bound.
 * @throws Problem `quota-exceeded` when the person has none left, `unavailable` when the process has none.
 */
export type TakeUploadSlot = (userId: string) => () => void;

const retryAfterSeconds = 5;

export function createUploadSlots(limits: { perUser: number; inAll: number }): TakeUploadSlot {
  const ofUsers = createNamedSemaphore(limits.perUser);
  const ofProcess = createNamedSemaphore(limits.inAll);
  return (userId) => {
    const leaveOwn = ofUsers.take(userId);
    if (!leaveOwn)
      throw new Problem(
        'quota-exceeded',
        `You are sending ${limits.perUser} files already, which is the limit. Send this one when one of them is through.`,
        { retryAfterSeconds },
      );
    const leaveProcess = ofProcess.take('');
    if (!leaveProcess) {
      leaveOwn();
      throw new Problem('unavailable', 'Too many files are being uploaded. Try again in a few seconds.', {
        retryAfterSeconds,
      });
    }
    return () => {
      leaveProcess();
      leaveOwn();
    };
  };
}
