import { z } from 'zod';
import { idParamsSchema, idSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';
import { route } from '../route.ts';
import { makerSchema } from '../users/makers.ts';

const hoursFault = { error: 'Choose a whole number of hours from 1 to 720.' };

const newShareSchema = z
  .strictObject({
    expiresInHours: z.int(hoursFault).min(1, hoursFault).max(720, hoursFault).default(168),
    showsPrompt: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether whoever has the link reads the prompt' }),
  })
  .meta({ id: 'NewShare' });

const shareSchema = z
  .object({
    id: idSchema,
    assetId: idSchema,
    showsPrompt: z.boolean(),
    createdAt: timeSchema,
    expiresAt: timeSchema,
    madeBy: makerSchema.optional(),
  })
  .meta({ id: 'Share' });
export type ShareView = z.output<typeof shareSchema>;

const createdShareSchema = shareSchema
  .extend({ url: z.url().meta({ description: 'A page for whoever has it; it is never shown again' }) })
  .meta({ id: 'CreatedShare' });

const shareQuerySchema = z.strictObject({
  ...pageQuery,
  asset: idSchema.optional().meta({ description: 'Links to this one alone' }),
});

/** Links by which anybody sees a picture or a video. */
export const shareRoutes = {
  shareAsset: route({
    method: 'post',
    path: '/api/v1/assets/{id}/shares',
    auth: 'user',
    tag: 'assets',
    summary: 'Make a link by which anybody sees an asset of yours',
    description:
      'They see a copy of at most 2,048 pixels without metadata, nothing about you, and the prompt only if you say so. You may have 100 links.',
    params: idParamsSchema,
    body: newShareSchema,
    success: { status: 201, description: 'The link', body: createdShareSchema },
    problems: ['not-found', 'quota-exceeded'],
  }),
  listShares: route({
    method: 'get',
    path: '/api/v1/shares',
    auth: 'user',
    tag: 'assets',
    summary: 'List your links that still work',
    query: shareQuerySchema,
    success: { status: 200, description: 'Newest first, without their addresses', body: pageOf(shareSchema) },
  }),
  withdrawShare: route({
    method: 'delete',
    path: '/api/v1/shares/{id}',
    auth: 'user',
    tag: 'assets',
    summary: 'Withdraw a link',
    params: idParamsSchema,
    success: { status: 204, description: 'It leads nowhere any more' },
    problems: ['not-found'],
  }),
};
