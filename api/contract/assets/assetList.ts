import { mediaKinds } from '@star-graph/workflows/shared/mediaKinds';
import { styles } from '@star-graph/workflows/shared/styles';
import { z } from 'zod';
import { idSchema, instantSchema, timeSchema, workflowNameSchema } from '../fields.ts';
import { cursorSchema, pageOf } from '../pages.ts';
import { assetSchema } from './assets.ts';
import { tagSchema } from './tags.ts';

const limitFault = { error: 'Choose a whole number from 1 to 200.' };

const mostWords = 10;
const seedFault = { error: 'Give a whole number that is not negative.' };

/** The words of a search, each once. */
export const wordsOf = (text: string): string[] => [
  ...new Set(text.split(/\s+/u).filter((word) => word !== '')),
];

/** Where a page of pictures begins, and how many it has. */
export const assetPage = {
  limit: z.coerce.number(limitFault).int(limitFault).min(1, limitFault).max(200, limitFault).default(60),
  cursor: cursorSchema.optional(),
};

export const assetQuerySchema = z.strictObject({
  ...assetPage,
  media: z.enum(mediaKinds).optional().meta({ description: 'Animated pictures are images' }),
  kind: z.enum(['input', 'output']).optional().meta({ description: 'Uploaded, or made by a task' }),
  workflow: workflowNameSchema.optional().meta({ description: 'Of the task that made it' }),
  model: z.string().min(1).max(200).optional().meta({ description: 'As its task names it' }),
  style: z
    .enum(styles.map(({ name }) => name))
    .optional()
    .meta({ description: 'Whose words are in the prompt, as GET /api/v1/styles lists them' }),
  seed: z.coerce
    .number(seedFault)
    .int(seedFault)
    .min(0, seedFault)
    .max(2 ** 53 - 1, seedFault)
    .optional(),
  shape: z
    .enum(['landscape', 'portrait', 'square'])
    .optional()
    .meta({ description: 'By its width and height' }),
  from: instantSchema.optional().meta({ description: 'Created at or after' }),
  to: instantSchema.optional().meta({ description: 'Created before' }),
  favourite: z.enum(['true']).optional(),
  collection: idSchema.optional().meta({ description: 'What is in this collection of yours' }),
  tag: tagSchema.optional().meta({ description: 'A tag of yours' }),
  sort: z
    .enum(['newest', 'oldest', 'favourites', 'largest'])
    .optional()
    .meta({ description: 'Favourites first, then the newest; or the largest file. Default: newest' }),
  q: z
    .string()
    .max(200)
    .refine((text) => wordsOf(text).length <= mostWords, { error: `Search for ${mostWords} words at most.` })
    .optional()
    .meta({
      description: 'Words that are all in the prompt, or parts of words, in any case; uploads have no prompt',
    }),
});

export const assetPageSchema = z.strictObject(assetPage);

/** A picture or video with what made it. */
export const listedAssetSchema = assetSchema
  .extend({
    media: z.enum(mediaKinds),
    createdAt: timeSchema,
    task: z
      .object({
        id: idSchema,
        workflow: z.object({ name: z.string(), version: z.int() }),
        model: z.string().optional(),
        prompt: z.string().optional().meta({ description: 'Its first 300 characters' }),
        parentId: idSchema.optional().meta({ description: 'The task that it goes on from' }),
        inputs: z.array(idSchema).optional().meta({ description: 'The pictures and films it was given' }),
      })
      .optional()
      .meta({ description: 'What made it; absent for uploads, and where that is not stored any more' }),
  })
  .meta({ id: 'ListedAsset' });
export type ListedAssetView = z.output<typeof listedAssetSchema>;
export const assetListSchema = pageOf(listedAssetSchema);

/** One whose deletion can be taken back. */
const deletedAssetSchema = listedAssetSchema
  .extend({ restorableUntil: timeSchema })
  .meta({ id: 'DeletedAsset' });
export type DeletedAssetView = z.output<typeof deletedAssetSchema>;
export const deletedListSchema = pageOf(deletedAssetSchema);

const offsetFault = { error: 'Choose a whole number from -840 to 840.' };

export const timelineQuerySchema = z.strictObject({
  utcOffset: z.coerce
    .number(offsetFault)
    .int(offsetFault)
    .min(-840, offsetFault)
    .max(840, offsetFault)
    .default(0)
    .meta({ description: 'Minutes by which your clock is ahead of UTC: months begin by it' }),
});

export const timelineSchema = z
  .object({
    months: z.array(z.object({ month: z.string().meta({ examples: ['2026-11'] }), count: z.int() })).meta({
      description: 'The newest month first, back to the one with your 100,000th picture or video',
    }),
  })
  .meta({ id: 'AssetTimeline' });
