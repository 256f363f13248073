import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import {
  Collection,
  CollectionGroup,
  CollectionLink,
  CollectionMember,
  type CollectionRole,
} from '../../ground/db/models/collection.ts';
import { GroupMember } from '../../ground/db/models/group.ts';
import { User } from '../../ground/db/models/user.ts';
import { hashSecret } from '../../ground/encryption/secrets.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import {
  dropWithoutPart,
  findParts,
  lockCollection,
  type OpenCollection,
  requireCollection,
} from './collections.ts';

/*
 * A collection is shared by links: whoever opens one, signed in, is a member from then on. Only its own pictures are
 * shared; a collection in it is shared by itself. Who is in it, and what may lead to it, changes under the lock of the
 * collection's row, and what a person has joined is counted under that of their account, which is taken first. It is
 * shared with groups too, whose people are no members of it.
 */

const membersPerCollection = 100;
const linksPerCollection = 10;
const membershipsPerPerson = 200;

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

const noMember = () => new Problem('not-found', 'There is no such member.');
const byGroup = (step: string) => new Problem('forbidden', `You are in this collection by a group. ${step}`);
const deadLink = () =>
  new Problem(
    'not-found',
    'This link leads nowhere: it has ended, was used up or withdrawn, or is not complete. Ask whoever sent it for another one.',
  );

export interface NamedMember {
  member: CollectionMember;
  username: string | null;
}

/** In the order in which they came. */
export async function listMembers(database: Database, collectionId: string): Promise<NamedMember[]> {
  const members = await CollectionMember.query(database)
    .where({ collectionId })
    .orderBy(['joinedAt', 'userId']);
  const names = await namePeople(
    database,
    members.map(({ userId }) => userId),
  );
  return members.map((member) => ({ member, username: names.get(member.userId) ?? null }));
}

export async function namePeople(
  database: Database,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (userIds.length === 0) return new Map();
  const people = await User.query(database)
    .findByIds([...new Set(userIds)])
    .select('id', 'username');
  return new Map(people.map(({ id, username }) => [id, username]));
}

const sharerTables = { members: CollectionMember.tableName, groups: CollectionGroup.tableName } as const;

/** How many members, or groups, each has; those without any are absent. */
export async function countSharers(
  database: Database,
  of: keyof typeof sharerTables,
  collectionIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (collectionIds.length === 0) return new Map();
  const rows: { collectionId: string; count: number }[] = await database(sharerTables[of])
    .whereIn('collectionId', collectionIds)
    .groupBy('collectionId')
    .select('collectionId', database.raw('COUNT(*) AS count'));
  return new Map(rows.map(({ collectionId, count }) => [collectionId, Number(count)]));
}

/**
 * Collections of others that a person is in, by a link or by a group, the newest collection first; `beforeId` continues
 * a page.
 */
export async function listJoined(
  database: Database,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<OpenCollection[]> {
  const groups = await GroupMember.query(database).where({ userId }).select('groupId');
  const found = await listShares(database, 'members', { userId }, page);
  // Each along an index of its own: a person is in few groups.
  for (const { groupId } of groups)
    found.push(...(await listShares(database, 'groups', { groupId, userId }, page)));
  const ids = [...new Set(found)].toSorted().toReversed().slice(0, page.limit);
  const collections = await Collection.query(database).findByIds(ids);
  const byId = new Map(collections.map((collection) => [collection.id, collection]));
  const parts = await findParts(database, collections, userId);
  return ids.flatMap((id) => {
    const [collection, part] = [byId.get(id), parts.get(id)];
    return collection && part ? [{ collection, ...part }] : [];
  });
}

async function listShares(
  database: Database,
  of: keyof typeof sharerTables,
  { userId, groupId }: { userId: string; groupId?: string },
  page: { limit: number; beforeId?: string },
): Promise<string[]> {
  const query: Knex.QueryBuilder = database(sharerTables[of])
    .where(groupId === undefined ? { userId } : { groupId })
    .whereExists(
      database('collections')
        .join('users', 'users.id', 'collections.userId')
        .whereRaw('collections.id = ??', [`${sharerTables[of]}.collectionId`])
        .whereNot('collections.userId', userId)
        .whereNull('users.disabledAt'),
    )
    .orderBy('collectionId', 'desc')
    .limit(page.limit)
    .select('collectionId');
  if (page.beforeId !== undefined) query.where('collectionId', '<', page.beforeId);
  const rows: { collectionId: string }[] = await query;
  return rows.map(({ collectionId }) => collectionId);
}

/**
 * A repeat changes nothing.
 * @param was the role as it was read.
 * @throws Problem `not-found`; `forbidden` for all but the owner; `changed-meanwhile`.
 */
export async function setMemberRole(
  database: Database,
  ownerId: string,
  of: { collectionId: string; userId: string },
  { role, was }: { role: CollectionRole; was: CollectionRole },
): Promise<void> {
  await inTransaction(database, async (trx) => {
    await lockCollection(trx, of.collectionId, ownerId, 'owner');
    const member = await CollectionMember.query(trx).findById([of.collectionId, of.userId]);
    if (!member) throw noMember();
    if (member.role === role) return;
    if (member.role !== was)
      throw new Problem(
        'changed-meanwhile',
        'The role of this member was changed. Read it, and decide again.',
      );
    await CollectionMember.query(trx).findById([of.collectionId, of.userId]).patch({ role });
  });
}

/**
 * The owner removes a member, or a member leaves. Their pictures are out of the collection with them, and stay theirs.
 * @throws Problem `not-found`; `forbidden`.
 */
export async function removeMember(
  database: Database,
  callerId: string,
  { collectionId, userId }: { collectionId: string; userId: string },
): Promise<void> {
  await inTransaction(database, async (trx) => {
    const { isByGroup } = await lockCollection(
      trx,
      collectionId,
      callerId,
      callerId === userId ? 'see' : 'owner',
    );
    if (isByGroup) throw byGroup('Ask an administrator to take you out of the group.');
    const removed = await CollectionMember.query(trx).deleteById([collectionId, userId]);
    if (removed === 0) throw noMember();
    await dropWithoutPart(trx, collectionId);
  });
}

/** Whether the others there read the prompts of this person's pictures. @throws Problem `not-found`. */
export async function setShownPrompts(
  database: Database,
  userId: string,
  collectionId: string,
  showsPrompts: boolean,
): Promise<OpenCollection> {
  return inTransaction(database, async (trx) => {
    const open = await lockCollection(trx, collectionId, userId, 'see');
    if (open.isByGroup) throw byGroup('Join it by a link too, to show your prompts.');
    if (open.access === 'owner') await Collection.query(trx).findById(collectionId).patch({ showsPrompts });
    else await CollectionMember.query(trx).findById([collectionId, userId]).patch({ showsPrompts });
    return open;
  });
}

export async function readShownPrompts(
  database: Database,
  userId: string,
  { collection, access }: OpenCollection,
): Promise<boolean> {
  if (access === 'owner') return Boolean(collection.showsPrompts);
  const member = await CollectionMember.query(database)
    .findById([collection.id, userId])
    .select('showsPrompts');
  return Boolean(member?.showsPrompts);
}

/** Makes a link; a repeat makes another one. @throws Problem `not-found`; `forbidden`; `quota-exceeded`. */
export async function createCollectionLink(
  { database, clock }: Deps,
  ownerId: string,
  collectionId: string,
  { role, hours, uses }: { role: CollectionRole; hours: number; uses: number },
): Promise<{ link: CollectionLink; token: string }> {
  const token = randomBytes(16).toString('base64url');
  const link = await inTransaction(database, async (trx) => {
    await lockCollection(trx, collectionId, ownerId, 'owner');
    const now = clock.now();
    if ((await openLinks(trx, collectionId, now).resultSize()) >= linksPerCollection)
      throw new Problem(
        'quota-exceeded',
        `This collection has ${linksPerCollection} links. Withdraw one that you no longer need.`,
      );
    return CollectionLink.query(trx).insertAndFetch({
      id: newId(),
      collectionId,
      tokenHash: hashSecret(token),
      role,
      uses,
      used: 0,
      createdAt: now,
      expiresAt: new Date(now.getTime() + hours * 3_600_000),
    });
  });
  return { link, token };
}

const openLinks = (database: Database | Transaction, collectionId: string, now: Date) =>
  CollectionLink.query(database)
    .where({ collectionId })
    .where('expiresAt', '>', now)
    .whereColumn('used', '<', 'uses');

/** Those that still work, the newest first. @throws Problem `not-found`; `forbidden` for all but the owner. */
export async function listCollectionLinks(
  { database, clock }: Deps,
  ownerId: string,
  collectionId: string,
): Promise<CollectionLink[]> {
  await requireCollection(database, collectionId, ownerId, 'owner');
  return openLinks(database, collectionId, clock.now()).orderBy('id', 'desc');
}

/** Nobody comes by it any more; who came stays. @throws Problem `not-found`. */
export async function withdrawCollectionLink(
  database: Database,
  ownerId: string,
  linkId: string,
): Promise<void> {
  const link = isId(linkId) ? await CollectionLink.query(database).findById(linkId) : undefined;
  const own =
    link && (await Collection.query(database).findById(link.collectionId).where({ userId: ownerId }));
  if (!own) throw new Problem('not-found', 'There is no such link.');
  await inTransaction(database, async (trx) => {
    await lockCollection(trx, own.id, ownerId, 'owner');
    await CollectionLink.query(trx).deleteById(linkId);
  });
}

/** What a link leads to, for whoever opens it. */
export interface FoundLink {
  link: CollectionLink;
  collection: Collection;
  owner: Pick<User, 'id' | 'username'>;
  /** The person has a part in it already. */
  isIn: boolean;
}

/** @throws Problem `not-found` for a link that leads nowhere, without saying why. */
export async function findLink(
  { database, clock }: { database: Database | Transaction; clock: Pick<Clock, 'now'> },
  userId: string,
  token: string,
): Promise<FoundLink> {
  const link = await CollectionLink.query(database).findOne({ tokenHash: hashSecret(token) });
  const collection = link && (await Collection.query(database).findById(link.collectionId));
  const owner =
    collection &&
    (await User.query(database).findById(collection.userId).whereNull('disabledAt').select('id', 'username'));
  if (!link || !collection || !owner || link.expiresAt <= clock.now()) throw deadLink();
  const isIn =
    collection.userId === userId ||
    (await CollectionMember.query(database).findById([collection.id, userId]).select('userId')) !== undefined;
  // Whoever came by its last use still finds the way.
  if (!isIn && link.used >= link.uses) throw deadLink();
  return { link, collection, owner, isIn };
}

/**
 * Makes the person a member. Whoever has a part in the collection keeps it as it is, and no use is counted.
 * @throws Problem `not-found`; `quota-exceeded`.
 */
export async function joinCollection(
  { database, clock }: Deps,
  userId: string,
  token: string,
): Promise<{ open: OpenCollection; isNew: boolean }> {
  return inTransaction(database, async (trx) => {
    await User.query(trx).findById(userId).select('id').forUpdate();
    const { collection } = await findLink({ database: trx, clock }, userId, token);
    await Collection.query(trx).findById(collection.id).select('id').forUpdate();
    // Read again: it may have been used up, withdrawn or narrowed until the lock was there.
    const { link, isIn } = await findLink({ database: trx, clock }, userId, token);
    if (!isIn) {
      await requireRoom(trx, userId, collection.id);
      const { role } = link;
      await CollectionLink.query(trx).findById(link.id).increment('used', 1);
      const member = { collectionId: collection.id, userId, role, joinedAt: clock.now() };
      await CollectionMember.query(trx).insert(member);
    }
    return { open: await requireCollection(trx, collection.id, userId), isNew: !isIn };
  });
}

async function requireRoom(trx: Transaction, userId: string, collectionId: string): Promise<void> {
  if ((await CollectionMember.query(trx).where({ userId }).resultSize()) >= membershipsPerPerson)
    throw new Problem(
      'quota-exceeded',
      `You are in ${membershipsPerPerson} collections of others. Leave one that you no longer need.`,
    );
  if ((await CollectionMember.query(trx).where({ collectionId }).resultSize()) >= membersPerCollection)
    throw new Problem(
      'quota-exceeded',
      `This collection has ${membersPerCollection} members. Ask its owner to make room.`,
    );
}
