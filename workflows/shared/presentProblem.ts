import type { PointedFault } from './pointer.ts';
import { type ProblemCode, problems, problemTypePrefix } from './problems.ts';

/** A failure as RFC 9457 has it. */
interface ProblemDocument {
  type: `${typeof problemTypePrefix}${ProblemCode}`;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors?: PointedFault[];
  ticket?: string;
  traceId?: string;
}

interface ProblemOccurrence {
  code: ProblemCode;
  detail: string;
  /** The request or the task it is about, as a URN. */
  instance: string;
  errors?: readonly PointedFault[];
  /** Where one code has two statuses: broken JSON is `invalid-params` with 400. */
  status?: number;
  /** For the second step of a sign-in. */
  ticket?: string | undefined;
  /** The trace that operators find it by. */
  traceId?: string | undefined;
}

export function presentProblem({
  code,
  detail,
  instance,
  errors,
  status,
  ticket,
  traceId,
}: ProblemOccurrence): ProblemDocument {
  return {
    type: `${problemTypePrefix}${code}`,
    title: problems[code].title,
    status: status ?? problems[code].status,
    detail,
    instance,
    ...(errors && errors.length > 0 ? { errors: [...errors] } : {}),
    ...(ticket === undefined ? {} : { ticket }),
    ...(traceId === undefined ? {} : { traceId }),
  };
}
