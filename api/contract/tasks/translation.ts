import { translationCodes } from '@star-graph/workflows/translation/notes';
import { z } from 'zod';
import { workflowNameSchema } from '../fields.ts';
import { quoteSchema } from './generate.ts';

export const translationQuerySchema = z.strictObject({
  workflow: workflowNameSchema.meta({ description: 'What to make it with' }),
  output: z.coerce
    .number()
    .pipe(z.int().min(0).max(1_000))
    .optional()
    .meta({ description: 'Which of the results the workflow gets, if it takes one; the first is 0' }),
});

export const translationSchema = z
  .object({
    workflow: z.object({ name: z.string(), version: z.int() }),
    params: z.record(z.string(), z.unknown()).meta({
      description: 'What to send to `POST /api/v1/generate/{workflow}`; absent values get its defaults',
    }),
    notes: z.array(
      z.object({
        code: z.enum(translationCodes).meta({
          description:
            '`result`: it is the result now. `size`: width and height, in the same aspect. `nearest`: the nearest value that is accepted. `default`: the workflow’s own value. `dropped`: the workflow has no such parameter. `needed`: there is no value, and somebody must give one',
        }),
        param: z.string(),
        from: z.unknown().optional(),
        to: z.unknown().optional(),
      }),
    ),
    quote: quoteSchema.optional().meta({ description: 'Absent while a value is needed' }),
  })
  .meta({ id: 'Translation' });
export type TranslationView = z.output<typeof translationSchema>;
