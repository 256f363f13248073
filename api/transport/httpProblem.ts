import { Problem, type ProblemCode } from '@star-graph/core/ground/errors';

/** A problem of HTTP itself, whose status differs from its code's: broken JSON, a method that a path does not have. */
export class HttpProblem extends Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ProblemCode,
    detail: string,
    options: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(code, detail, { cause: options.cause });
    this.status = status;
    this.headers = options.headers ?? {};
  }
}
