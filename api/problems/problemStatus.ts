import type { ProblemCode } from '@star-graph/core/errors';
import type { ProblemCodeView } from '../contract/problems.ts';

/** The HTTP status of each code. Exhaustive: a new code fails to compile until it has one, and a contract entry. */
export const problemStatus: Record<ProblemCode & ProblemCodeView, number> &
  Record<ProblemCode, number> &
  Record<ProblemCodeView, number> = {
  'invalid-params': 422,
  unauthenticated: 401,
  'refresh-reused': 401,
  forbidden: 403,
  'account-disabled': 403,
  'not-found': 404,
  'insufficient-credits': 402,
  'credits-locked': 403,
  'idempotency-conflict': 409,
  'task-finished': 409,
  'too-large': 413,
  'unsupported-media': 415,
  'rate-limited': 429,
  'quota-exceeded': 429,
  'daily-limit': 429,
  'queue-full': 503,
  'no-backend': 503,
  'workflow-unavailable': 503,
  'model-unusable': 503,
  unavailable: 503,
  internal: 500,
  'generation-failed': 500,
  'out-of-memory': 500,
  'backend-lost': 502,
  'timed-out': 504,
  'content-refused': 422,
};
