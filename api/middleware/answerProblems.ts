import type { Problem } from '@star-graph/core/ground/errors';
import { presentProblem } from '@star-graph/workflows/shared/presentProblem';
import { problems } from '@star-graph/workflows/shared/problems';
import { type ApiContext, type ApiMiddleware, requestUrn } from '../apiContext.ts';
import { problemsAnswered } from '../metrics.ts';
import { HttpProblem } from '../transport/httpProblem.ts';
import { toProblem } from '../transport/toProblem.ts';
import { noRoute } from './measureRequests.ts';

const defaultRetrySeconds = 5;

/**
 * When the same request is worth another try; undefined where waiting mends nothing that is known. Some limits of a
 * number of things end only by what their person does, so of those the time has to be known.
 */
export function retrySecondsOf({ code, retryAfterSeconds }: Problem): number | undefined {
  if (retryAfterSeconds !== undefined) return Math.ceil(retryAfterSeconds);
  return problems[code].retryable && code !== 'quota-exceeded' ? defaultRetrySeconds : undefined;
}

/** Turns thrown errors into problem documents. */
export const answerProblems: ApiMiddleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    answerProblem(ctx, toProblem(ctx.state.log, error));
  }
};

/** Writes the document; an answer that has begun can only be cut off. */
export function answerProblem(ctx: ApiContext, problem: Problem): void {
  const view = presentProblem({
    code: problem.code,
    detail: problem.detail,
    instance: requestUrn(ctx.state.requestId),
    errors: problem.errors,
    ticket: problem.ticket,
    traceId: ctx.state.span.traceId,
    ...(problem instanceof HttpProblem ? { status: problem.status } : {}),
  });
  const { status } = view;
  answerRefusal(ctx, problem, { status, type: 'application/problem+json', body: JSON.stringify(view) });
}

/** A refusal in the words of a protocol. */
interface Refusal {
  status: number;
  type: string;
  body: string;
  /** What its clients authenticate by. */
  challenge?: string;
}

/** The same in the words of another protocol. */
export function answerRefusal(
  ctx: ApiContext,
  problem: Problem,
  { status, type, body, challenge = 'Bearer realm="star-graph"' }: Refusal,
): void {
  problemsAnswered.inc({ route: ctx.state.routePath ?? noRoute, code: problem.code });
  if (ctx.headerSent) {
    ctx.res.destroy();
    return;
  }
  ctx.status = status;
  ctx.type = type;
  ctx.body = body;
  if (problem instanceof HttpProblem) ctx.set(problem.headers);
  if (problem.ticket !== undefined) ctx.set('Cache-Control', 'no-store');
  if (status === 401) ctx.set('WWW-Authenticate', ctx.state.challenge ?? challenge);
  const retrySeconds = status === 429 || status === 503 ? retrySecondsOf(problem) : undefined;
  if (retrySeconds !== undefined) ctx.set('Retry-After', String(retrySeconds));
  if (!ctx.req.complete) answerAndDiscard(ctx, body);
}

const discardLimitMs = 5_000;

/**
 * Writes the whole answer and ends it when the rest of the refused body was read and discarded, or after a while. The
 * end of an answer may close its connection, and a connection that closes over unread bytes is reset: the client may
 * lose the answer that says why. Not by Koa, which ends its answers at once.
 */
function answerAndDiscard(ctx: ApiContext, body: string): void {
  const { req, res } = ctx;
  ctx.respond = false;
  res.statusCode = ctx.status;
  res.write(body);
  const timer = setTimeout(() => res.end(() => req.destroy()), discardLimitMs);
  const end = () => {
    clearTimeout(timer);
    res.end();
  };
  req.on('end', end);
  req.on('close', end);
  req.on('error', end);
  req.unpipe();
  req.resume();
}
