import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import { z } from 'zod';

/** The name as servers list it. A name outside a server's list is never sent to it. */
const fileNameSchema = z
  .string()
  .min(1)
  .max(255)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  .regex(/^[^\u0000-\u001f\u007f]*$/, { error: 'Remove control characters.' });
const folderAndNameSchema = fileNameSchema.regex(/^[a-z_]+\//, {
  error: 'Write the folder and the file name, such as controlnet/control_v11p_sd15_canny_fp16.safetensors.',
});
const mostEntries = 1_000;
const bounded = <Schema extends z.ZodType<Record<string, unknown>>>(schema: Schema) =>
  schema.refine((record) => Object.keys(record).length <= mostEntries, {
    error: `At most ${mostEntries} entries.`,
  });

/** An administrator's settings for model files. */
export const modelSettingsSchema = z
  .strictObject({
    defaults: bounded(z.record(z.string().max(64), z.record(z.string().max(64), fileNameSchema)))
      .default({})
      .meta({
        description: 'Default file of a parameter, by workflow and parameter',
        examples: [{ text2img: { model: 'juggernautXL_v9.safetensors' } }],
      }),
    fileNames: bounded(z.record(folderAndNameSchema, fileNameSchema))
      .default({})
      .meta({
        description:
          'The name on the servers of a file that workflows know under another one, by folder/name',
        examples: [{ 'controlnet/control_v11p_sd15_canny_fp16.safetensors': 'sd15/canny.safetensors' }],
      }),
    families: bounded(z.record(folderAndNameSchema, z.enum(modelFamilies)))
      .default({})
      .meta({
        description:
          'Families that were guessed wrong, by folder/name. The earlier way: the family of a model’s entry comes first',
        examples: [{ 'checkpoints/my-mix.safetensors': 'sdxl' }],
      }),
  })
  .meta({ id: 'ModelSettings' });
