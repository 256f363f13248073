import { z } from 'zod';
import { localizedTextSchema } from '../fields.ts';

/** A look that any workflow with a prompt can draw. */
const styleSchema = z
  .object({
    name: z.string(),
    title: localizedTextSchema,
    words: z.string().meta({ description: 'Put behind what the picture shows, after a comma' }),
    avoid: z.string().meta({ description: 'For `negativePrompt`, where the workflow takes one' }),
    subject: localizedTextSchema.meta({ description: 'What its sample shows' }),
    sampleUrl: z.url().meta({ description: 'A WebP of 320 × 320 pixels, for everybody' }),
  })
  .meta({ id: 'Style' });
export type StyleView = z.output<typeof styleSchema>;
export const styleListSchema = z.object({ items: z.array(styleSchema) }).meta({ id: 'StyleList' });
