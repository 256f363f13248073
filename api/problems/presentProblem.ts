import type { ProblemCode } from '@star-graph/core/errors';
import type { PointedFault } from '@star-graph/workflows/shared/pointer';
import { problems } from '@star-graph/workflows/shared/problems';
import { type ProblemView, problemTypePrefix } from '../contract/problems.ts';

export interface ProblemOccurrence {
  code: ProblemCode;
  detail: string;
  /** The request or the task it is about, as a URN. */
  instance: string;
  errors?: readonly PointedFault[];
  /** Where one code has two statuses: broken JSON is `invalid-params` with 400. */
  status?: number;
}

export function presentProblem({ code, detail, instance, errors, status }: ProblemOccurrence): ProblemView {
  return {
    type: `${problemTypePrefix}${code}`,
    title: problems[code].title,
    status: status ?? problems[code].status,
    detail,
    instance,
    ...(errors && errors.length > 0 ? { errors: [...errors] } : {}),
  };
}
