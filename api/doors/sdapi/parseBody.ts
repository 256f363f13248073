import { Problem } from '@star-graph/core/ground/errors';
import { type PointedFault, toPointedFaults } from '@star-graph/workflows/shared/pointer';
import type { z } from 'zod';
import { requireWholeText } from '../../middleware/wholeText.ts';

/** @throws Problem `invalid-params` that points at each fault. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(body);
  if (error) throw refused(toPointedFaults(error));
  requireWholeText(data);
  return data as z.output<Schema>;
}

export const refused = (errors: readonly PointedFault[]): Problem =>
  new Problem('invalid-params', 'Some values are not accepted.', { errors });
