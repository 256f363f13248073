import type { IncomingMessage } from 'node:http';
import type { Problem } from '@star-graph/core/errors';
import { type ApiContext, type ApiMiddleware, requestUrn } from '../apiContext.ts';
import { presentProblem } from '../presenters/presentProblem.ts';
import { HttpProblem } from '../problems/httpProblem.ts';
import { toProblem } from '../problems/toProblem.ts';

const defaultRetrySeconds = 5;

/** Turns whatever is thrown into a problem document. */
export const answerProblems: ApiMiddleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    answerProblem(ctx, toProblem(ctx.state.log, error));
  }
};

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
