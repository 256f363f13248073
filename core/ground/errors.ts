import { mostFaults, type PointedFault } from '@star-graph/workflows/shared/pointer';
import type { ProblemCode } from '@star-graph/workflows/shared/problems';

export type { ProblemCode };

export interface ProblemOptions {
  /** The first `mostFaults` are told. */
  errors?: readonly PointedFault[];
  /** Whole seconds after which trying again makes sense; shown as Retry-After. */
  retryAfterSeconds?: number;
  /** The ticket for the second step of a sign-in. */
  ticket?: string;
  cause?: unknown;
}

/**
 * An expected failure. `detail` is shown to the person: it says what happened and what to do, and holds no
 * internals (paths, SQL, stack traces, addresses of backends).
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly PointedFault[];
  readonly retryAfterSeconds: number | undefined;
  readonly ticket: string | undefined;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.errors = (options.errors ?? []).slice(0, mostFaults);
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.ticket = options.ticket;
  }
}

/** An impossible state: a bug, never a user's fault. Throws where the condition does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${message}`);
}
