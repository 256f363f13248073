import { z } from 'zod';

/** Every code a client can meet. The server refuses to compile when this list and its own differ. */
export const problemCodeSchema = z.enum([
  'invalid-params',
  'unauthenticated',
  'refresh-reused',
  'forbidden',
  'account-disabled',
  'not-found',
  'insufficient-credits',
  'credits-locked',
  'idempotency-conflict',
  'task-finished',
  'too-large',
  'unsupported-media',
  'rate-limited',
  'quota-exceeded',
  'daily-limit',
  'queue-full',
  'no-backend',
  'workflow-unavailable',
  'model-unusable',
  'unavailable',
  'internal',
  'generation-failed',
  'out-of-memory',
  'backend-lost',
  'timed-out',
  'content-refused',
]);
export type ProblemCodeView = z.output<typeof problemCodeSchema>;

export const problemTypePrefix = 'urn:star-graph:problem:';

export const pointedErrorSchema = z.object({
  pointer: z
    .string()
    .meta({ description: 'RFC 6901, without #; empty for the whole body', examples: ['/steps'] }),
  message: z.string(),
});

/** A failure as RFC 9457 has it, served as `application/problem+json`. */
export const problemSchema = z
  .object({
    type: z.templateLiteral([problemTypePrefix, problemCodeSchema]),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened and what to do about it' }),
    instance: z.string().meta({ description: 'The request or task this is about' }),
    errors: z.array(pointedErrorSchema).optional(),
  })
  .meta({ id: 'Problem', description: 'A failure (RFC 9457)' });
export type ProblemView = z.output<typeof problemSchema>;

/** The code at the end of a problem's type; undefined for a type of another making. */
export function findProblemCode(type: string): ProblemCodeView | undefined {
  if (!type.startsWith(problemTypePrefix)) return undefined;
  const parsed = problemCodeSchema.safeParse(type.slice(problemTypePrefix.length));
  return parsed.success ? parsed.data : undefined;
}
