import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import { z } from 'zod';
import { pageOf } from '../pages.ts';

export const modelSchema = z
  .object({
    folder: z.string().meta({ examples: ['checkpoints'] }),
    name: z.string(),
    backends: z.int().meta({ description: 'GPU servers that have it' }),
    family: z.enum(modelFamilies).optional().meta({
      description:
        'What a checkpoint or a LoRA was trained for: as administrators say, as the file says, else as its name does; absent where nothing tells',
    }),
  })
  .meta({ id: 'Model' });
export type ModelView = z.output<typeof modelSchema>;
export const modelListSchema = pageOf(modelSchema);
