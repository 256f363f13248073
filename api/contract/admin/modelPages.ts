import { modelFolders } from '@star-graph/workflows/models/loaders';
import { modelLicenceSchema } from '@star-graph/workflows/models/modelEntry';
import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import { z } from 'zod';
import { assetSchema } from '../assets/assets.ts';
import { adminRoute } from './adminRoute.ts';

const askedSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'Give the address of a model’s page, as the browser shows it.' })
    .max(2_000)
    .meta({ examples: ['https://civitai.com/models/827184?modelVersionId=2514310'] }),
});

const modelPageSchema = z
  .object({
    address: z.url().meta({ description: 'Where people read it' }),
    title: z.string(),
    baseModel: z.string().nullable().meta({ description: 'What it was made of, as the page names it' }),
    family: z.enum(modelFamilies).nullable().meta({ description: 'By the base model; null: not known here' }),
    licence: modelLicenceSchema.nullable().meta({ description: 'null: the page names none' }),
    triggerWords: z.array(z.string()),
    isGated: z.boolean().meta({
      description: 'Its files are sent only to an account that was let in: the agent needs that key',
    }),
    hasSample: z.boolean().meta({ description: 'It shows a picture that everybody may see' }),
    files: z.array(
      z.object({
        folder: z
          .enum(modelFolders)
          .meta({ description: 'Where ComfyUI looks for it, as far as the page tells' }),
        name: z.string(),
        url: z.url(),
        bytes: z.int().optional(),
        sha256: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'ModelPage' });
export type ModelPageView = z.output<typeof modelPageSchema>;

/** Pages of Hugging Face and Civitai, read by their public interfaces. */
export const modelPageRoutes = {
  adminReadModelPage: adminRoute('model-pages', {
    method: 'post',
    summary: 'Read a model’s page on Hugging Face or Civitai',
    description:
      'With the operator’s own key for that site, where one is set. Nothing is fetched to a GPU server and nothing is said of a model before an administrator confirms it: order the files, and set what is said of the model.',
    body: askedSchema,
    success: { status: 200, description: 'What the page says', body: modelPageSchema },
    problems: ['unavailable'],
    keyScope: 'admin:pool',
    asksOthers: true,
  }),
  adminTakeModelSample: adminRoute('model-pages/samples', {
    method: 'post',
    summary: 'Take the first picture of a model’s page as an upload of yours',
    description: 'Checked like any other upload. Its id can be the sample of a model.',
    body: askedSchema,
    success: { status: 201, description: 'The picture', body: assetSchema },
    problems: ['unavailable', 'too-large', 'unsupported-media', 'content-refused', 'daily-limit'],
    keyScope: 'admin:pool',
    asksOthers: true,
  }),
};
