import { type PointedError, type ProblemCode, problemFacts } from '@star-graph/core/errors';
import { type ProblemView, problemTypePrefix } from '../contract/problems.ts';
import { problemStatus } from './problemStatus.ts';

export interface ProblemOccurrence {
  code: ProblemCode;
  detail: string;
  /** The request or the task it is about, as a URN. */
  instance: string;
  errors?: readonly PointedError[];
  /** Where one code has two statuses: broken JSON is `invalid-params` with 400. */
  status?: number;
}

export function presentProblem({ code, detail, instance, errors, status }: ProblemOccurrence): ProblemView {
  return {
    type: `${problemTypePrefix}${code}`,
    title: problemFacts[code].title,
    status: status ?? problemStatus[code],
    detail,
    instance,
    ...(errors && errors.length > 0 ? { errors: [...errors] } : {}),
  };
}
