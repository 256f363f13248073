import { z } from 'zod';
import { idParamsSchema, idSchema, namedPersonSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { assetIdsSchema, assetSchema } from './assets.ts';

const v1 = '/api/v1';

const nameFault = { error: 'Give a name of 1 to 100 characters.' };
const nameSchema = z.string(nameFault).trim().min(1, nameFault).max(100, nameFault);

const newCollectionSchema = z
  .strictObject({
    name: nameSchema,
    parentId: idSchema.optional().meta({ description: 'The collection of yours that it lies in' }),
  })
  .meta({ id: 'NewCollection' });

const renamedCollectionSchema = z
  .strictObject({
    name: nameSchema,
    version: z.int().min(1).meta({ description: 'As it was read' }),
  })
  .meta({ id: 'RenamedCollection' });

const movedCollectionSchema = z
  .strictObject({
    parentId: idSchema.nullable().meta({ description: 'The collection that it lies in; null: in none' }),
    version: z.int().min(1).meta({ description: 'As it was read' }),
  })
  .meta({ id: 'MovedCollection' });

export const collectionRoles = ['see', 'add', 'edit'] as const;

export const collectionSchema = z
  .object({
    id: idSchema,
    parentId: idSchema.optional().meta({ description: 'The one that it lies in; absent: in none' }),
    name: z.string(),
    version: z.int().meta({ description: 'Raised by each renaming and each move' }),
    role: z
      .enum([...collectionRoles, 'owner'])
      .meta({ description: 'Yours: what you may do, which is more from each to the next' }),
    owner: namedPersonSchema.optional().meta({ description: 'Of somebody else’s' }),
    isByGroup: z.boolean().meta({
      description: 'You are in it by a group alone: you lose it with the group, and cannot leave it',
    }),
    members: z.int().meta({ description: 'How many others are in it, without the people of groups' }),
    groups: z.int().meta({ description: 'How many groups it is shared with' }),
    count: z.int().meta({ description: 'Assets in it that are neither deleted nor withheld' }),
    cover: assetSchema.optional().meta({ description: 'The newest of them, where it is yours' }),
    coverUrl: z
      .url()
      .optional()
      .meta({ description: 'A small picture of the newest, where it is not yours' }),
    createdAt: timeSchema,
  })
  .meta({ id: 'Collection' });
export type CollectionView = z.output<typeof collectionSchema>;

/** Pictures and videos that their owner put together. */
export const collectionRoutes = {
  createCollection: route({
    method: 'post',
    path: `${v1}/collections`,
    auth: 'user',
    tag: 'assets',
    summary: 'Make a collection',
    description:
      'You may have 200, in each other up to five deep. A collection keeps nothing: what is in it expires as it would outside.',
    body: newCollectionSchema,
    success: { status: 201, description: 'The collection', body: collectionSchema },
    unchanged: 'You have one of this name there: this is it',
    problems: ['quota-exceeded', 'not-found'],
  }),
  listCollections: route({
    method: 'get',
    path: `${v1}/collections`,
    auth: 'user',
    tag: 'assets',
    summary: 'List your collections',
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first', body: pageOf(collectionSchema) },
  }),
  getCollection: route({
    method: 'get',
    path: `${v1}/collections/{id}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Read a collection that you are in; GET /api/v1/assets?collection= lists what of yours is in it',
    params: idParamsSchema,
    success: { status: 200, description: 'The collection', body: collectionSchema },
    problems: ['not-found'],
  }),
  renameCollection: route({
    method: 'patch',
    path: `${v1}/collections/{id}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Rename a collection',
    description: 'For its owner and members who may edit it',
    params: idParamsSchema,
    body: renamedCollectionSchema,
    success: { status: 200, description: 'The collection', body: collectionSchema },
    problems: ['not-found', 'forbidden', 'changed-meanwhile'],
  }),
  moveCollection: route({
    method: 'put',
    path: `${v1}/collections/{id}/parent`,
    auth: 'user',
    tag: 'assets',
    summary: 'Move a collection into another one, or out of all',
    description: 'With all that lies in it. It lies neither in itself nor deeper than five.',
    params: idParamsSchema,
    body: movedCollectionSchema,
    success: { status: 200, description: 'The collection', body: collectionSchema },
    problems: ['not-found', 'forbidden', 'changed-meanwhile'],
  }),
  deleteCollection: route({
    method: 'delete',
    path: `${v1}/collections/{id}`,
    auth: 'user',
    tag: 'assets',
    summary: 'Delete a collection with all collections in it; the assets stay',
    params: idParamsSchema,
    success: { status: 204, description: 'Deleted' },
    problems: ['not-found'],
  }),
  addToCollection: route({
    method: 'post',
    path: `${v1}/collections/{id}/additions`,
    auth: 'user',
    tag: 'assets',
    summary: 'Put assets into a collection',
    description:
      'Up to 1,000 in all. What is not yours, deleted or withheld is left out, and what is in it stays: a repeat changes nothing. No key puts anything into a collection that others see.',
    params: idParamsSchema,
    body: assetIdsSchema,
    success: { status: 200, description: 'The collection', body: collectionSchema },
    problems: ['not-found', 'forbidden', 'quota-exceeded'],
  }),
  takeFromCollection: route({
    method: 'post',
    path: `${v1}/collections/{id}/removals`,
    auth: 'user',
    tag: 'assets',
    summary: 'Take assets out of a collection; they are not deleted',
    description: 'Members who may not edit take out their own alone.',
    params: idParamsSchema,
    body: assetIdsSchema,
    success: { status: 200, description: 'The collection', body: collectionSchema },
    problems: ['not-found'],
  }),
};
