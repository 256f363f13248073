import { Problem } from '../errors.ts';

const retryAfterSeconds = 60;

export function noRoomProblem(cause: unknown): Problem {
  return new Problem(
    'internal',
    'The server has no room left for files. Try again later; if it stays so, tell whoever runs this server.',
    { cause, retryAfterSeconds },
  );
}

export function storeUnreachableProblem(cause: unknown): Problem {
  return new Problem('internal', 'The file store does not answer. Try again in a minute.', {
    cause,
    retryAfterSeconds,
  });
}

/** Errno codes that say the disk, or this user's share of it, is full. */
export function isNoRoom(error: unknown): boolean {
  return hasErrorCode(error, 'ENOSPC', 'EDQUOT');
}

export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
