import { type ProblemCode, problemCodes, problemTypePrefix } from '@star-graph/workflows/shared/problems';
import { z } from 'zod';

/** Every code that a client can meet. */
export const problemCodeSchema = z.enum(problemCodes);
export type ProblemCodeView = ProblemCode;

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
    ticket: z.string().optional().meta({
      description: 'Of second-factor-needed, for the second step of the sign-in; good for 5 minutes',
    }),
    traceId: z.string().optional().meta({
      description: 'The trace it belongs to (W3C Trace Context), for whoever runs the platform',
    }),
  })
  .meta({ id: 'Problem', description: 'A failure (RFC 9457)' });
export type ProblemView = z.output<typeof problemSchema>;

/** The code at the end of a problem's type; undefined for a foreign type. */
export function findProblemCode(type: string): ProblemCodeView | undefined {
  if (!type.startsWith(problemTypePrefix)) return undefined;
  const parsed = problemCodeSchema.safeParse(type.slice(problemTypePrefix.length));
  return parsed.success ? parsed.data : undefined;
}
