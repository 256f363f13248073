import { z } from 'zod';
import { idParamsSchema } from '../fields.ts';
import { route } from '../route.ts';
import { assetIdsSchema, foundIdsSchema } from './assets.ts';

const v1 = '/api/v1';

const nameFault = { error: 'Give a tag of 1 to 50 characters.' };

/** One form for each tag: small letters, single spaces. */
export const tagSchema = z
  .string(nameFault)
  .transform((name) => name.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase())
  .pipe(z.string().min(1, nameFault).max(50, nameFault));

const manyFault = { error: 'Name at most 50 tags.' };
const namesSchema = z.array(tagSchema).max(50, manyFault).default([]);

const tagChangeSchema = assetIdsSchema
  .extend({ add: namesSchema, remove: namesSchema })
  .meta({ id: 'TagChange' });

const tagListSchema = z.object({ tags: z.array(z.string()) }).meta({ id: 'TagList' });

/** The words that people put on their pictures and videos. */
export const tagRoutes = {
  listTags: route({
    method: 'get',
    path: `${v1}/tags`,
    auth: 'user',
    tag: 'assets',
    summary: 'List your tags; GET /api/v1/assets?tag= lists what has one',
    success: { status: 200, description: 'By their letters', body: tagListSchema },
  }),
  listAssetTags: route({
    method: 'get',
    path: `${v1}/assets/{id}/tags`,
    auth: 'user',
    tag: 'assets',
    summary: 'List the tags of an asset of yours',
    params: idParamsSchema,
    success: { status: 200, description: 'By their letters', body: tagListSchema },
    problems: ['not-found'],
  }),
  changeTags: route({
    method: 'post',
    path: `${v1}/assets/tags`,
    auth: 'user',
    tag: 'assets',
    summary: 'Put tags on assets of yours, and take tags off',
    description:
      'Tags are kept in small letters: 50 on an asset, 1,000 in all. What is not yours, deleted or withheld is left out; a repeat changes nothing. A tag goes with the last asset that has it.',
    body: tagChangeSchema,
    success: { status: 200, description: 'Those it was done to', body: foundIdsSchema },
    problems: ['quota-exceeded'],
  }),
};
