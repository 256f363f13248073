import { Problem, type ProblemOptions } from '../errors.ts';

const retryAfterSeconds = 60;

/** The store, or the disk for temporary files, is full or away: an operator can mend that. */
class StorageFault extends Problem {
  constructor(detail: string, options: ProblemOptions) {
    super('unavailable', detail, options);
    this.name = 'StorageFault';
  }
}

/** Error codes of a disk that is full, away, broken or read-only for us. */
const diskFaults = [
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ENXIO', 'ENODEV'],
  ...['EMFILE', 'ENFILE', 'EBUSY', 'ESTALE', 'ENOTCONN', 'ETIMEDOUT'],
];

/**
 * Whether our own storage was at fault, not the object. Only for this kind of fault a result is kept and tried again
 * without end. A program that cannot be started has the same codes and does not count.
 */
export function isStorageFault(error: unknown): boolean {
  if (error instanceof StorageFault) return true;
  const isOfFile = error instanceof Error && 'path' in error && 'syscall' in error;
  return isOfFile && !String(error.syscall).startsWith('spawn') && hasErrorCode(error, ...diskFaults);
}

export function noRoomProblem(cause: unknown): StorageFault {
  return new StorageFault(
    'The server has no room left on its disk. Try again later; if it stays so, tell whoever runs this server.',
    { cause, retryAfterSeconds },
  );
}

export function storeUnreachableProblem(cause: unknown): StorageFault {
  return new StorageFault('The file store does not answer. Try again in a minute.', {
    cause,
    retryAfterSeconds,
  });
}

/** Errno codes that say the disk, or this user's share of it, is full. */
export function isNoRoom(error: unknown): boolean {
  return hasErrorCode(error, 'ENOSPC', 'EDQUOT');
}

/** Whether a stream was ended by its reader for a fault of our own storage. @returns what people are told of it */
export function findStorageProblem(error: unknown): Problem | undefined {
  if (isNoRoom(error)) return noRoomProblem(error);
  return isStorageFault(error) ? storeUnreachableProblem(error) : undefined;
}

export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
