import type { IncomingMessage } from 'node:http';
import { isDatabaseUnavailable } from '@star-graph/core/db/connect';
import { Problem } from '@star-graph/core/errors';
import { type ApiContext, type ApiMiddleware, requestUrn } from '../apiContext.ts';
import { presentProblem } from '../presenters/presentProblem.ts';
import { HttpProblem } from '../problems/httpProblem.ts';

const defaultRetrySeconds = 5;

/**
 * Turns whatever is thrown into a problem document. What nobody expected is logged whole under the request's id and
 * shown as `internal` without a word of it.
 */
export const answerProblems: ApiMiddleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    answerProblem(ctx, toProblem(ctx, error));
  }
};

function toProblem(ctx: ApiContext, error: unknown): Problem {
  if (error instanceof Problem) {
    if (error.cause !== undefined) ctx.state.log.debug({ err: error }, 'refused');
    return error;
  }
  if (isDatabaseUnavailable(error)) {
    ctx.state.log.warn({ err: error }, 'the database does not answer');
    return new Problem('unavailable', 'The platform cannot reach its database. Try again in a few seconds.', {
      retryAfterSeconds: defaultRetrySeconds,
    });
  }
  ctx.state.log.error({ err: error }, 'unexpected error');
  return new Problem(
    'internal',
    'Something went wrong on the server. Try again; if it stays so, tell the operator the instance below.',
  );
}

/** Writes the document; an answer that has begun can only be cut off. */
export function answerProblem(ctx: ApiContext, problem: Problem): void {
  if (ctx.headerSent) {
    ctx.res.destroy();
    return;
  }
  const view = presentProblem({
    code: problem.code,
    detail: problem.detail,
    instance: requestUrn(ctx.state.requestId),
    errors: problem.errors,
    ...(problem instanceof HttpProblem ? { status: problem.status } : {}),
  });
  ctx.status = view.status;
  ctx.type = 'application/problem+json';
  ctx.body = JSON.stringify(view);
  if (problem instanceof HttpProblem) ctx.set(problem.headers);
  if (view.status === 401) ctx.set('WWW-Authenticate', 'Bearer realm="star-graph"');
  if (view.status === 429 || view.status === 503)
    ctx.set('Retry-After', String(Math.ceil(problem.retryAfterSeconds ?? defaultRetrySeconds)));
  if (!ctx.req.complete) discardBody(ctx.req);
}

const discardLimitMs = 5_000;

/**
 * Reads the rest of a refused body to nowhere for a while. A connection that is closed over unread bytes is reset,
 * and the client may lose the answer that says why.
 */
function discardBody(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), discardLimitMs);
  request.on('close', () => clearTimeout(timer));
  request.on('error', () => undefined);
  request.unpipe();
  request.resume();
}
