import { type ProblemCodeView, problemSchema } from '@star-graph/contract/problems';
import type { RouteSpec } from '@star-graph/contract/route';
import { problems } from '@star-graph/workflows/shared/problems';
import type { ZodOpenApiOperationObject } from 'zod-openapi';

interface PossibleProblem {
  status: number;
  code: ProblemCodeView;
}

/** All problems of a route: its own list, and those that follow from the rest of its spec. */
function problemsOf(spec: RouteSpec): PossibleProblem[] {
  const isJson = spec.body !== undefined && spec.bodyType !== 'multipart/form-data';
  const codes: ProblemCodeView[] = [
    ...(spec.params ? (['not-found'] as const) : []),
    // For every route: none takes an unknown query parameter.
    'invalid-params',
    ...(spec.body ? (['too-large', 'unsupported-media'] as const) : []),
    ...(spec.auth === 'none' ? [] : (['unauthenticated', 'forbidden', 'account-disabled'] as const)),
    ...(spec.needsPresence ? (['presence-required'] as const) : []),
    ...(spec.sessionCookie ? (['forbidden'] as const) : []),
    ...(spec.unlimited ? [] : (['rate-limited'] as const)),
    ...(spec.problems ?? []),
    'unavailable',
    'internal',
  ];
  return [
    ...(isJson ? [{ status: 400, code: 'invalid-params' as const }] : []),
    ...codes.map((code) => ({ status: problems[code].status, code })),
  ];
}

export const problemContent = { 'application/problem+json': { schema: problemSchema } };

/** What the server says before it knows which operation was meant, so that each may be answered with it. */
export const transportProblem = {
  description:
    'Before the operation: a request that is not HTTP (400), no such path (404) or method (405), too slow (408), an expectation (417), another host (421), headers that are too large (431)',
  content: problemContent,
};

export function describeProblems(spec: RouteSpec): NonNullable<ZodOpenApiOperationObject['responses']> {
  const byStatus = Map.groupBy(problemsOf(spec), ({ status }) => status);
  const described = [...byStatus].map(([status, problems]) => {
    const description = [...new Set(problems.map(({ code }) => code))].join(', ');
    return [String(status), { description, content: problemContent }] as const;
  });
  return { ...Object.fromEntries(described), ...describeRefusal(spec) };
}

/** The route's own answer of that status, in place of a problem document. */
function describeRefusal({ refusal }: RouteSpec): NonNullable<ZodOpenApiOperationObject['responses']> {
  if (!refusal) return {};
  const { status, description, body } = refusal;
  return { [status]: { description, content: { 'application/json': { schema: body } } } };
}
