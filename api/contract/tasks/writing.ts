import { promptMaxCharacters } from '@star-graph/workflows/params/fields';
import { z } from 'zod';
import { creditsSchema } from '../fields.ts';
import { taskSchema } from './tasks.ts';

export const expansionSchema = z.strictObject({
  prompt: z.string().trim().min(1).max(promptMaxCharacters),
});

/** A text of the operator's model, at once, or the task of the workflow that writes it. */
export const writingSchema = z
  .object({
    cost: creditsSchema,
    text: z.string().optional().meta({ description: 'Present where a text model has written it' }),
    task: taskSchema
      .optional()
      .meta({ description: 'Present where a workflow writes it: the text is its result' }),
  })
  .meta({ id: 'Writing' });
export type WritingView = z.output<typeof writingSchema>;
