import { bodyParser } from '@koa/bodyparser';
import { Problem } from '@star-graph/core/errors';
import type { ApiMiddleware } from '../apiContext.ts';
import { HttpProblem } from '../problems/httpProblem.ts';

/**
 * Reads a JSON body of limited size; the raw text stays in `ctx.request.rawBody`.
 * @param config.takesAnyType for programs that call their JSON by another type, or by none.
 */
export function readJson(config: { limitBytes: number; takesAnyType?: boolean }): ApiMiddleware {
  const takesAnyType = config.takesAnyType === true;
  const parse = bodyParser({
    enableTypes: ['json'],
    extendTypes: { json: ['application/json', '+json'] },
    // JSON that is not an object is refused by the route's schema, which can say what it takes instead.
    jsonStrict: false,
    detectJSON: () => takesAnyType,
    jsonLimit: config.limitBytes,
    parsedMethods: ['POST', 'PUT', 'PATCH'],
    onError: (error) => {
      throw toProblem(error, config.limitBytes);
    },
  });
  return async (ctx, next) => {
    if (!takesAnyType && hasBody(ctx.req.headers) && !ctx.request.is('application/json', '+json'))
      throw new Problem('unsupported-media', 'Send the body as application/json.');
    await parse(ctx, () => {
      // A missing body counts as an empty object.
      if (ctx.request.body === '') ctx.request.body = {};
      return next();
    });
  };
}

const hasBody = (headers: { 'content-length'?: string; 'transfer-encoding'?: string }): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function toProblem(error: Error, limitBytes: number): Problem {
  const status = 'status' in error ? error.status : undefined;
  if (status === 413)
    return new Problem('too-large', `The body is larger than ${limitBytes} bytes. Send less at once.`);
  if (status === 415)
    return new Problem('unsupported-media', 'Send the body as UTF-8 JSON, not encoded otherwise.');
  return new HttpProblem(400, 'invalid-params', 'The body is not JSON. Check its syntax.', { cause: error });
}
