import { styles } from '@star-graph/workflows/shared/styles';
import { z } from 'zod';
import { idParamsSchema, idSchema, namedPersonSchema, timeSchema } from '../fields.ts';
import { snowflakeSchema } from '../guilds/guildPolicy.ts';
import { pageOf } from '../pages.ts';
import { route } from '../route.ts';
import { assetPage, listedAssetSchema } from './assetList.ts';

const v1 = '/api/v1';

const communitySchema = z.object({ id: snowflakeSchema, name: z.string() }).meta({ id: 'Community' });
export type CommunityView = z.output<typeof communitySchema>;

const publicationSchema = z
  .object({
    id: idSchema,
    asset: listedAssetSchema,
    person: namedPersonSchema,
    style: z.string().optional().meta({ description: 'Whose words the prompt has' }),
    community: communitySchema
      .optional()
      .meta({ description: 'In whose gallery it stands, of the servers that Explore shows' }),
    likes: z.int(),
    isLiked: z.boolean().meta({ description: 'By you' }),
    isOwn: z.boolean(),
    createdAt: timeSchema.meta({ description: 'When it was published' }),
  })
  .meta({ id: 'Publication' });
export type PublicationView = z.output<typeof publicationSchema>;

const publicationDetailSchema = publicationSchema
  .extend({
    taskId: idSchema.meta({ description: '`meta.parentId` of what is made of it' }),
    workflow: z.object({ name: z.string(), version: z.int() }),
    params: z
      .record(z.string(), z.unknown())
      .meta({ description: 'With which it was made, without the pictures and films that it was given' }),
  })
  .meta({ id: 'PublicationDetail' });
export type PublicationDetailView = z.output<typeof publicationDetailSchema>;

const exploreQuerySchema = z.strictObject({
  ...assetPage,
  order: z
    .enum(['newest', 'best'])
    .default('newest')
    .meta({ description: '`best`: what people chose most over another picture' }),
  person: idSchema.optional().meta({ description: 'What this person has published' }),
  style: z.enum(styles.map(({ name }) => name)).optional(),
  community: snowflakeSchema
    .optional()
    .meta({ description: 'What stands in the gallery of this Discord server' }),
});

const pairSchema = z
  .object({ id: idSchema, first: publicationSchema, second: publicationSchema })
  .meta({ id: 'PublicationPair' });
export type PublicationPairView = z.output<typeof pairSchema>;

/** What people show to everybody here. While an operator has closed it, all of it answers `forbidden`. */
export const exploreRoutes = {
  publishAsset: route({
    method: 'put',
    path: `${v1}/assets/{id}/publication`,
    auth: 'user',
    tag: 'explore',
    summary: 'Show a result of yours to everybody who is signed in here',
    description:
      'They see the picture or video, its prompt and settings, and your name, until you take it back or delete it. You may have published 1,000. A repeat changes nothing.',
    params: idParamsSchema,
    needsSession: true,
    success: { status: 200, description: 'The publication', body: publicationSchema },
    problems: ['forbidden', 'not-found', 'quota-exceeded'],
  }),
  findPublication: route({
    method: 'get',
    path: `${v1}/assets/{id}/publication`,
    auth: 'user',
    tag: 'explore',
    summary: 'Whether an asset of yours is published',
    params: idParamsSchema,
    success: {
      status: 200,
      description: 'Its publication, if it has one',
      body: z.object({ publication: publicationSchema.optional() }).meta({ id: 'PublicationState' }),
    },
    problems: ['not-found'],
  }),
  unpublishAsset: route({
    method: 'delete',
    path: `${v1}/assets/{id}/publication`,
    auth: 'user',
    tag: 'explore',
    summary: 'Take a publication back',
    params: idParamsSchema,
    success: { status: 204, description: 'It is not shown; a repeat changes nothing' },
    problems: ['not-found'],
  }),
  listPublications: route({
    method: 'get',
    path: `${v1}/explore`,
    auth: 'user',
    tag: 'explore',
    summary: 'List what people have published',
    query: exploreQuerySchema,
    success: {
      status: 200,
      description: 'In that order; a page may be short before the last',
      body: pageOf(publicationSchema),
    },
    problems: ['forbidden'],
  }),
  listCommunities: route({
    method: 'get',
    path: `${v1}/explore/communities`,
    auth: 'user',
    tag: 'explore',
    summary: 'List the Discord servers whose galleries Explore shows',
    description:
      'Their managers have named them for it. They see, as everybody does, what people have published.',
    success: {
      status: 200,
      description: 'By name; at most 100',
      body: z.object({ communities: z.array(communitySchema) }).meta({ id: 'Communities' }),
    },
    problems: ['forbidden'],
  }),
  offerPair: route({
    method: 'post',
    path: `${v1}/explore/pairs`,
    auth: 'user',
    tag: 'explore',
    summary: 'Ask for two pictures to compare',
    description:
      'The platform chooses two pictures of other people that you were never asked about. Until you answer you get the same two. A person compares 100 pairs a day.',
    body: z
      .strictObject({
        community: snowflakeSchema.optional().meta({ description: 'Of the gallery of this Discord server' }),
        generalOnly: z
          .boolean()
          .default(false)
          .meta({ description: 'Of a gallery, without what was shown in a channel for adults' }),
      })
      .meta({ id: 'PairWish' }),
    forDelegates: true,
    success: {
      status: 200,
      description: 'The pair; without one there are no two that you were not asked about',
      body: z.object({ pair: pairSchema.optional() }).meta({ id: 'PairOffer' }),
    },
    problems: ['forbidden', 'quota-exceeded'],
  }),
  answerPair: route({
    method: 'put',
    path: `${v1}/explore/pairs/{id}`,
    auth: 'user',
    tag: 'explore',
    summary: 'Say which picture of a pair is better',
    description: 'The first answer counts; a repeat, and a second opinion, change nothing.',
    params: idParamsSchema,
    body: z
      .strictObject({
        better: idSchema.nullable().meta({ description: 'A publication of the pair; null: neither' }),
      })
      .meta({ id: 'PairAnswer' }),
    forDelegates: true,
    success: {
      status: 200,
      description: 'What counts',
      body: z.object({ better: idSchema.nullable() }).meta({ id: 'PairResult' }),
    },
    problems: ['forbidden', 'not-found'],
  }),
  getPublication: route({
    method: 'get',
    path: `${v1}/explore/{id}`,
    auth: 'user',
    tag: 'explore',
    summary: 'Read a publication with the settings that made it',
    params: idParamsSchema,
    success: { status: 200, description: 'The publication', body: publicationDetailSchema },
    problems: ['forbidden', 'not-found'],
  }),
  likePublication: route({
    method: 'put',
    path: `${v1}/explore/{id}/like`,
    auth: 'user',
    tag: 'explore',
    summary: 'Like a publication of somebody else',
    params: idParamsSchema,
    success: { status: 200, description: 'The publication', body: publicationDetailSchema },
    problems: ['forbidden', 'not-found'],
  }),
  unlikePublication: route({
    method: 'delete',
    path: `${v1}/explore/{id}/like`,
    auth: 'user',
    tag: 'explore',
    summary: 'No longer like a publication',
    params: idParamsSchema,
    success: { status: 200, description: 'The publication', body: publicationDetailSchema },
    problems: ['forbidden', 'not-found'],
  }),
};
