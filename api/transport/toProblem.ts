import { isContended, isDatabaseFull, isDatabaseUnavailable } from '@star-graph/core/ground/db/connect';
import { Problem } from '@star-graph/core/ground/errors';
import { isNoRoom, noRoomProblem } from '@star-graph/core/ground/storage/storageProblems';
import type { Logger } from 'pino';

/**
 * A thrown error as a problem that a person may see. An unexpected error is logged in full and shown as `internal`
 * without details.
 */
export function toProblem(log: Logger, error: unknown): Problem {
  if (error instanceof Problem) {
    if (error.cause !== undefined) log.debug({ err: error }, 'refused');
    return error;
  }
  if (isDatabaseUnavailable(error)) {
    log.warn({ err: error }, 'the database does not answer');
    return new Problem('unavailable', 'The platform cannot reach its database. Try again in a few seconds.', {
      retryAfterSeconds: 5,
      cause: error,
    });
  }
  if (isContended(error)) {
    log.warn({ err: error }, 'other transactions kept blocking this one');
    return new Problem('unavailable', 'Others are changing the same data. Try again in a few seconds.', {
      retryAfterSeconds: 5,
      cause: error,
    });
  }
  if (isNoRoom(error) || isDatabaseFull(error)) {
    log.error({ err: error }, 'there is no room left on the disk');
    return noRoomProblem(error);
  }
  log.error({ err: error }, 'unexpected error');
  return new Problem(
    'internal',
    'Something went wrong on the server. Try again; if it stays so, tell the operator the instance below.',
    { cause: error },
  );
}
