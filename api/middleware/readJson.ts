import { bodyParser } from '@koa/bodyparser';
import { Problem } from '@star-graph/core/ground/errors';
import {
  type JsonBounds,
  JsonTooRich,
  parseJson,
  usualBounds,
} from '@star-graph/workflows/shared/boundedJson';
import type { ApiMiddleware } from '../apiContext.ts';
import { HttpProblem } from '../transport/httpProblem.ts';

/**
 * Reads a JSON body of limited size and content; the raw text stays in `ctx.request.rawBody`.
 * @param config.takesAnyType for programs that call their JSON by another type, or by none.
 */
export function readJson(config: {
  limitBytes: number;
  takesAnyType?: boolean;
  bounds?: JsonBounds;
}): ApiMiddleware {
  const takesAnyType = config.takesAnyType === true;
  const read = bodyParser({
    enableTypes: ['text'],
    extendTypes: { text: ['application/json', '+json'] },
    textLimit: config.limitBytes,
    parsedMethods: ['POST', 'PUT', 'PATCH'],
    onError: (error) => {
      throw toProblem(error, config.limitBytes);
    },
  });
  return async (ctx, next) => {
    if (ctx.request.body !== undefined) return next();
    if (takesAnyType) ctx.req.headers['content-type'] = 'application/json';
    else if (hasBody(ctx.req.headers) && !ctx.request.is('application/json', '+json'))
      throw new Problem('unsupported-media', 'Send the body as application/json.');
    await read(ctx, async () => {});
    const text: unknown = ctx.request.body;
    // JSON that is not an object is refused by the route's schema, which can say what it takes instead. A missing body
    // counts as an empty object.
    if (typeof text === 'string') ctx.request.body = text === '' ? {} : parseBody(text, config.bounds);
    await next();
  };
}

/** @throws Problem `invalid-params`, `too-large`. */
export function parseBody(text: string, bounds: JsonBounds = usualBounds): unknown {
  try {
    return parseJson(text, bounds);
  } catch (cause) {
    if (!(cause instanceof JsonTooRich))
      throw new HttpProblem(400, 'invalid-params', 'The body is not JSON. Check its syntax.', { cause });
    if (cause.bound === 'depth')
      throw new Problem('invalid-params', `The body is nested deeper than ${bounds.depth} levels.`);
    throw new Problem('too-large', `The body has more than ${bounds.values} values. Send less at once.`);
  }
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
