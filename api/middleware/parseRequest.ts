import type { ParsedRequest, RouteSpec } from '@star-graph/contract/route';
import { Problem } from '@star-graph/core/ground/errors';
import { toPointedFaults, unknownKeys } from '@star-graph/workflows/shared/pointer';
import { z } from 'zod';
import type { ApiContext } from '../apiContext.ts';
import { requireWholeText } from './wholeText.ts';

/** Routes without a query refuse one: a mistyped filter must not look as if everything matched it. */
const noQuery = z.strictObject({});

/**
 * The parts of a request as the contract has them, defaults filled in.
 * @throws Problem `not-found` for impossible path parameters; `invalid-params` with the pointer of each fault in the
 * body, or `/name` of a query parameter.
 */
export function parseRequest<Spec extends RouteSpec>(
  spec: Spec,
  ctx: ApiContext,
  pathParams: Record<string, string>,
): ParsedRequest<Spec> {
  const params = spec.params?.safeParse(pathParams);
  if (params && !params.success) throw new Problem('not-found', 'There is nothing at this address.');
  const isJson = spec.bodyType !== 'multipart/form-data';
  return {
    params: params?.data,
    // A key that comes twice is a list, which no schema accepts.
    query: parsePart(spec.query ?? noQuery, { ...ctx.query }),
    body: spec.body && isJson ? parsePart(spec.body, ctx.request.body) : undefined,
  } as ParsedRequest<Spec>;
}

function parsePart(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value, unknownKeys);
  if (result.success) {
    requireWholeText(result.data);
    return result.data;
  }
  throw new Problem(
    'invalid-params',
    'Some values are not accepted. Correct those listed and send it again.',
    { errors: toPointedFaults(result.error) },
  );
}
