import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import { z } from 'zod';
import { localizedTextSchema } from '../fields.ts';
import { pageOf } from '../pages.ts';

export const modelLicenceNameSchema = z
  .object({ name: z.string(), url: z.url().nullable() })
  .meta({ description: 'Where an operator or the platform says it' });

const modelSchema = z
  .object({
    folder: z.string().meta({ examples: ['checkpoints'] }),
    name: z.string().meta({ description: 'The file name: the value of a parameter' }),
    title: localizedTextSchema.meta({
      description: 'The name that people read; a request may send it in place of the file name',
    }),
    backends: z.int().meta({ description: 'GPU servers that have it' }),
    triggerWords: z
      .array(z.string())
      .optional()
      .meta({ description: 'Words of a prompt that the model answers to' }),
    licence: modelLicenceNameSchema.optional(),
    pricePercent: z.int().optional().meta({
      description: 'Multiplies the price of tasks that load it; absent: nothing does',
    }),
    sampleUrl: z
      .url()
      .optional()
      .meta({ description: 'A picture that shows what it draws; signed, and good for an hour' }),
    family: z.enum(modelFamilies).optional().meta({
      description:
        'What a model or a LoRA was trained for: as administrators say, as the file says, else as its name does; absent where nothing tells',
    }),
  })
  .meta({ id: 'Model' });
export type ModelView = z.output<typeof modelSchema>;
export const modelListSchema = pageOf(modelSchema);
