import type { Problem, ProblemCode } from '@star-graph/core/ground/errors';
import { problems } from '@star-graph/workflows/shared/problems';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { answerRefusal, retrySecondsOf } from '../../middleware/answerProblems.ts';
import { HttpProblem } from '../../transport/httpProblem.ts';
import { toProblem } from '../../transport/toProblem.ts';
import { ClientGone } from '../waitingClients.ts';
import { routerImagesPath, routerVideosPath, speaksGemini } from './answer.ts';

/** An error as clients of OpenAI read it. */
interface OpenAiError {
  message: string;
  type: string;
  param: string | null;
  code: string;
}

interface Shape {
  type: string;
  code: string;
  /** Default: of the problem. */
  status?: number;
}

const invalid = 'invalid_request_error';
const limited: Shape = { type: 'requests', code: 'rate_limit_exceeded' };

/** Problems that these clients know by names of their own. */
const shapes: Partial<Record<ProblemCode, Shape>> = {
  unauthenticated: { type: invalid, code: 'invalid_api_key' },
  'account-disabled': { type: invalid, code: 'account_deactivated' },
  'insufficient-credits': { type: 'insufficient_quota', code: 'insufficient_quota' },
  'rate-limited': limited,
  'quota-exceeded': limited,
  'daily-limit': limited,
  'invalid-params': { type: invalid, code: 'invalid_value', status: 400 },
  'unsupported-media': { type: invalid, code: 'invalid_image_file', status: 400 },
  'content-refused': { type: invalid, code: 'content_policy_violation', status: 400 },
};

/** Parameters of workflows, as these clients call them. */
const paramNames: Readonly<Record<string, string>> = {
  steps: 'quality',
  count: 'n',
};

export function presentError(problem: Problem): { status: number; error: OpenAiError } {
  const [first] = problem.errors;
  const param = first ? paramOf(first.pointer) : null;
  const isModel = problem.code === 'not-found' && param === 'model';
  const own = isModel ? { type: invalid, code: 'model_not_found' } : shapes[problem.code];
  const status =
    problem instanceof HttpProblem ? problem.status : (own?.status ?? problems[problem.code].status);
  const { type, code } = own ?? {
    type: status >= 500 ? 'server_error' : invalid,
    code: problem.code.replaceAll('-', '_'),
  };
  const listed = problem.errors.map(({ pointer, message }) => `${paramOf(pointer)}: ${message}`);
  return { status, error: { message: [problem.detail, ...listed].join(' '), type, param, code } };
}

function paramOf(pointer: string): string {
  const [, name = ''] = pointer.split('/');
  if (/^(image\d*|file)$/.test(name)) return 'image';
  return Object.hasOwn(paramNames, name) ? (paramNames[name] ?? name) : name;
}

/** As clients of OpenRouter read it, which cannot read a code in letters. */
const toRouterError = (code: number, { message, ...metadata }: OpenAiError) => ({ code, message, metadata });

const geminiStatuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

/** As clients of Gemini read it: what the rules refuse is an answer without a picture there. */
export function presentGeminiError(problem: Problem): { status: number; body: object } {
  const { status: own, error } = presentError(problem);
  if (problem.code === 'content-refused') {
    const promptFeedback = { blockReason: 'PROHIBITED_CONTENT', blockReasonMessage: error.message };
    return { status: 200, body: { candidates: [], promptFeedback } };
  }
  // They have no word for too few credits but this one.
  const code = own === 402 ? 429 : own;
  const status = geminiStatuses[code] ?? (code >= 500 ? 'INTERNAL' : 'FAILED_PRECONDITION');
  return { status: code, body: { error: { code, message: error.message, status } } };
}

/** Clients repeat by themselves what is worth repeating, unless they are told. */
const longestRetrySeconds = 60;

const isWorthRepeating = (problem: Problem): boolean =>
  (retrySecondsOf(problem) ?? Number.POSITIVE_INFINITY) <= longestRetrySeconds;

/** In the words of those who ask. */
function presentTo(ctx: ApiContext, problem: Problem): { status: number; body: object } {
  if (speaksGemini(ctx)) return presentGeminiError(problem);
  const { status, error } = presentError(problem);
  return {
    status,
    body: {
      error:
        ctx.path === routerImagesPath || ctx.path.startsWith(routerVideosPath)
          ? toRouterError(status, error)
          : error,
    },
  };
}

/** Turns thrown errors into errors of OpenAI's API. */
export const answerErrors: ApiMiddleware = async (ctx, next) => {
  try {
    await next();
  } catch (thrown) {
    if (thrown instanceof ClientGone) return leaveUnanswered(ctx);
    const problem = toProblem(ctx.state.log, thrown);
    const { status, body } = presentTo(ctx, problem);
    ctx.set('X-Should-Retry', String(isWorthRepeating(problem)));
    answerRefusal(ctx, problem, { status, type: 'application/json', body: JSON.stringify(body) });
  }
};

/** For the log: nobody reads it. */
const clientClosedRequest = 499;

function leaveUnanswered(ctx: ApiContext): void {
  ctx.status = clientClosedRequest;
  ctx.respond = false;
}
