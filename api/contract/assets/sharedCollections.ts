import { mediaKinds } from '@star-graph/workflows/shared/mediaKinds';
import { z } from 'zod';
import { idParamsSchema, idSchema, namedPersonSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { namedGroupSchema } from '../users/groups.ts';
import { collectionRoles, collectionSchema } from './collections.ts';

const v1 = '/api/v1';

const roleSchema = z.enum(collectionRoles).meta({
  description:
    'see: look, and take out what is one’s own; add: also put in own pictures; edit: also rename, and take out any',
});
export type CollectionRoleView = z.output<typeof roleSchema>;

const hoursFault = { error: 'Choose a whole number of hours from 1 to 720.' };
const usesFault = { error: 'Choose a whole number of people from 1 to 100.' };

const newLinkSchema = z
  .strictObject({
    role: roleSchema,
    expiresInHours: z.int(hoursFault).min(1, hoursFault).max(720, hoursFault).default(168),
    uses: z
      .int(usesFault)
      .min(1, usesFault)
      .max(100, usesFault)
      .default(10)
      .meta({ description: 'How many people it lets in' }),
  })
  .meta({ id: 'NewCollectionLink' });

const linkSchema = z
  .object({
    id: idSchema,
    role: roleSchema,
    uses: z.int(),
    used: z.int().meta({ description: 'How many people came by it' }),
    createdAt: timeSchema,
    expiresAt: timeSchema,
  })
  .meta({ id: 'CollectionLink' });
export type CollectionLinkView = z.output<typeof linkSchema>;

const createdLinkSchema = linkSchema
  .extend({ url: z.url().meta({ description: 'For whom you let in; it is never shown again' }) })
  .meta({ id: 'CreatedCollectionLink' });

const tokenFault = { error: 'Give the part of the link behind its #.' };
const tokenSchema = z
  .strictObject({ token: z.string(tokenFault).regex(/^[\w-]{22}$/, tokenFault) })
  .meta({ id: 'CollectionToken' });

const previewSchema = z
  .object({
    id: idSchema.meta({ description: 'Of the collection' }),
    name: z.string(),
    owner: namedPersonSchema,
    role: roleSchema.meta({ description: 'What you would be' }),
    count: z.int().meta({ description: 'Assets in it' }),
    isIn: z.boolean().meta({ description: 'You are in it already' }),
  })
  .meta({ id: 'CollectionInvitation' });

const memberSchema = z
  .object({ person: namedPersonSchema, role: roleSchema, joinedAt: timeSchema })
  .meta({ id: 'CollectionMember' });
export type CollectionMemberView = z.output<typeof memberSchema>;

const sharedGroupSchema = z
  .object({ group: namedGroupSchema, role: roleSchema, people: z.int() })
  .meta({ id: 'CollectionGroup' });
export type SharedGroupView = z.output<typeof sharedGroupSchema>;

const membersSchema = z
  .object({
    owner: namedPersonSchema,
    members: z.array(memberSchema).meta({ description: 'At most 100, in the order in which they came' }),
    groups: z.array(sharedGroupSchema).meta({ description: 'At most 10, by name' }),
    showsPrompts: z
      .boolean()
      .meta({ description: 'Whether the others read the prompts of your pictures here' }),
  })
  .meta({ id: 'CollectionPeople' });
export type CollectionPeopleView = z.output<typeof membersSchema>;

const memberParamsSchema = z.strictObject({ id: idSchema, userId: idSchema });

const changedRoleSchema = z
  .strictObject({ role: roleSchema, was: roleSchema.meta({ description: 'As it was read' }) })
  .meta({ id: 'ChangedCollectionRole' });

const groupParamsSchema = z.strictObject({ id: idSchema, groupId: idSchema });

const groupRoleSchema = z
  .strictObject({
    role: roleSchema.nullable().meta({ description: 'null: it is shared with the group no more' }),
    was: roleSchema.nullable().meta({ description: 'As it was read; null: it was not shared' }),
  })
  .meta({ id: 'CollectionGroupRole' });

const sharedAssetSchema = z
  .object({
    id: idSchema,
    media: z.enum(mediaKinds),
    mime: z.string(),
    width: z.int(),
    height: z.int(),
    durationMs: z.int().optional(),
    thumbnailUrl: z.url().optional(),
    person: namedPersonSchema.meta({ description: 'Whose it is' }),
    isOwn: z.boolean(),
    prompt: z.string().optional().meta({ description: 'Of your own, and of people who show theirs' }),
    createdAt: timeSchema,
  })
  .meta({ id: 'SharedAsset' });
export type SharedAssetView = z.output<typeof sharedAssetSchema>;

const sharing = { auth: 'user', tag: 'sharing' } as const;
const ofCollection = `${v1}/collections/{id}` as const;

/** Collections that several people are in. A collection shares its own pictures; one that lies in it is shared by itself. */
export const sharedCollectionRoutes = {
  createCollectionLink: route({
    ...sharing,
    method: 'post',
    path: `${ofCollection}/links`,
    summary: 'Make a link by which people join a collection of yours',
    description:
      'Whoever opens it, signed in, becomes a member of this role. A collection has 10 links that work, and 100 members.',
    params: idParamsSchema,
    body: newLinkSchema,
    needsPresence: true,
    success: { status: 201, description: 'The link', body: createdLinkSchema },
    problems: ['not-found', 'forbidden', 'quota-exceeded'],
  }),
  listCollectionLinks: route({
    ...sharing,
    method: 'get',
    path: `${ofCollection}/links`,
    summary: 'List the links to a collection of yours that still work',
    params: idParamsSchema,
    needsSession: true,
    success: {
      status: 200,
      description: 'Newest first, without their addresses',
      body: z.object({ links: z.array(linkSchema) }).meta({ id: 'CollectionLinks' }),
    },
    problems: ['not-found', 'forbidden'],
  }),
  withdrawCollectionLink: route({
    ...sharing,
    method: 'delete',
    path: `${v1}/collection-links/{id}`,
    summary: 'Withdraw a link to a collection of yours; who came by it stays',
    params: idParamsSchema,
    needsSession: true,
    success: { status: 204, description: 'It leads nowhere any more' },
    problems: ['not-found'],
  }),
  previewCollectionLink: route({
    ...sharing,
    method: 'post',
    path: `${v1}/collection-links/preview`,
    summary: 'See what a link leads to, before joining',
    body: tokenSchema,
    needsSession: true,
    success: { status: 200, description: 'The collection', body: previewSchema },
    problems: ['not-found'],
  }),
  joinCollection: route({
    ...sharing,
    method: 'post',
    path: `${v1}/shared-collections`,
    summary: 'Join a collection by a link',
    description: 'You may be in 200 collections of others.',
    body: tokenSchema,
    needsSession: true,
    success: { status: 201, description: 'The collection', body: collectionSchema },
    unchanged: 'You are in it already, with the role that you have',
    problems: ['not-found', 'quota-exceeded'],
  }),
  listJoinedCollections: route({
    ...sharing,
    method: 'get',
    path: `${v1}/shared-collections`,
    summary: 'List the collections of others that you are in',
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first', body: pageOf(collectionSchema) },
  }),
  listCollectionMembers: route({
    ...sharing,
    method: 'get',
    path: `${ofCollection}/members`,
    summary: 'List who is in a collection that you are in',
    params: idParamsSchema,
    success: { status: 200, description: 'Its people', body: membersSchema },
    problems: ['not-found'],
  }),
  setCollectionRole: route({
    ...sharing,
    method: 'put',
    path: `${ofCollection}/members/{userId}`,
    summary: 'Change the role of a member of a collection of yours',
    params: memberParamsSchema,
    body: changedRoleSchema,
    needsPresence: true,
    success: { status: 200, description: 'Its people', body: membersSchema },
    problems: ['not-found', 'forbidden', 'changed-meanwhile'],
  }),
  shareWithGroup: route({
    ...sharing,
    method: 'put',
    path: `${ofCollection}/groups/{groupId}`,
    summary: 'Share a collection of yours with a group that you are in, or no more',
    description:
      'Everybody in the group has the role while they are in it, or a higher one of their own. A collection is shared with 10 groups at most.',
    params: groupParamsSchema,
    body: groupRoleSchema,
    needsPresence: true,
    success: { status: 200, description: 'Its people', body: membersSchema },
    problems: ['not-found', 'forbidden', 'changed-meanwhile', 'quota-exceeded'],
  }),
  removeCollectionMember: route({
    ...sharing,
    method: 'delete',
    path: `${ofCollection}/members/{userId}`,
    summary: 'Remove a member from a collection of yours, or leave one',
    description:
      'Their pictures are out of it with them, and stay theirs. Whoever is in it by a group leaves with the group.',
    params: memberParamsSchema,
    needsSession: true,
    success: { status: 204, description: 'They are not in it' },
    problems: ['not-found', 'forbidden'],
  }),
  showCollectionPrompts: route({
    ...sharing,
    method: 'put',
    path: `${ofCollection}/shown-prompts`,
    summary: 'Say whether the others in a collection read the prompts of your pictures',
    description: 'They do not, until you say so.',
    params: idParamsSchema,
    body: z.strictObject({ showsPrompts: z.boolean() }).meta({ id: 'ShownPrompts' }),
    needsSession: true,
    success: { status: 200, description: 'Its people', body: membersSchema },
    problems: ['not-found', 'forbidden'],
  }),
  listCollectionAssets: route({
    ...sharing,
    method: 'get',
    path: `${ofCollection}/assets`,
    summary: 'List what everybody has put into a collection that you are in',
    params: idParamsSchema,
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first', body: pageOf(sharedAssetSchema) },
    problems: ['not-found'],
  }),
  viewCollectionAsset: route({
    ...sharing,
    method: 'get',
    path: `${ofCollection}/assets/{assetId}/view`,
    summary: 'A link to look at an asset in a collection that you are in',
    description:
      'To a copy of at most 2,048 pixels without metadata, which is made when it is first asked for. Good for ten minutes.',
    params: z.strictObject({ id: idSchema, assetId: idSchema }),
    success: {
      status: 200,
      description: 'The link',
      body: z.object({ url: z.url(), mime: z.string() }).meta({ id: 'SharedAssetUrl' }),
    },
    problems: ['not-found'],
  }),
};
