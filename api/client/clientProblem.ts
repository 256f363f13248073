import type { ProblemCodeView, ProblemView } from '@star-graph/contract/problems';

/** The server refused: its problem document, as an error. `message` is the sentence for people. */
export class ClientProblem extends Error {
  readonly problem: ProblemView;
  readonly code: ProblemCodeView;
  /** Seconds after which trying again makes sense, if the server said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: ProblemView, retryAfterSeconds?: number) {
    super(problem.detail);
    this.name = 'ClientProblem';
    this.problem = problem;
    this.code = codeOf(problem);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The server did not answer, or something in between answered instead. The request may or may not have taken effect. */
export class Unreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unreachable';
  }
}

const typePrefix = 'urn:star-graph:problem:';

/** An unknown code is passed on as it is: the sentence in `detail` still holds. */
export const codeOf = (problem: Pick<ProblemView, 'type'>): ProblemCodeView =>
  problem.type.slice(typePrefix.length) as ProblemCodeView;

export function isProblem(body: unknown): body is ProblemView {
  if (typeof body !== 'object' || body === null) return false;
  const { type, detail, status } = body as Partial<Record<string, unknown>>;
  return (
    typeof type === 'string' &&
    type.startsWith(typePrefix) &&
    typeof detail === 'string' &&
    typeof status === 'number'
  );
}

/** @throws Unreachable for an answer that is not a problem document: it did not come from the API. */
export async function requireProblem(response: Response): Promise<ClientProblem> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!isProblem(body))
    throw new Unreachable(`The answer with status ${response.status} did not come from the API.`);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ClientProblem(body, Number.isFinite(seconds) ? seconds : undefined);
}
