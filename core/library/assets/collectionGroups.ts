import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { CollectionGroup, type CollectionRole } from '../../ground/db/models/collection.ts';
import { GroupMember, PeopleGroup } from '../../ground/db/models/group.ts';
import { Problem } from '../../ground/errors.ts';
import { dropWithoutPart, lockCollection } from './collections.ts';

/*
 * Everybody in a group has the role that a collection gives the group, while they are in it: nothing is kept for each
 * person, so nothing of it outlasts the group, or their place in it.
 */

const groupsPerCollection = 10;

/** A group that a collection is shared with. */
export interface SharedGroup {
  group: PeopleGroup;
  role: CollectionRole;
  people: number;
}

/** The groups of a person, by name. */
export async function listGroups(database: Database, userId: string): Promise<PeopleGroup[]> {
  const rows = await GroupMember.query(database).where({ userId }).select('groupId');
  const groups = await PeopleGroup.query(database).findByIds(rows.map(({ groupId }) => groupId));
  return groups.toSorted(byName);
}

const byName = (a: PeopleGroup, b: PeopleGroup): number => a.name.localeCompare(b.name, 'en');

/** By name. */
export async function listSharedGroups(database: Database, collectionId: string): Promise<SharedGroup[]> {
  const given = await CollectionGroup.query(database).where({ collectionId });
  const ids = given.map(({ groupId }) => groupId);
  const groups = await PeopleGroup.query(database).findByIds(ids);
  const people = await countPeople(database, ids);
  return groups.toSorted(byName).flatMap((group) => {
    const role = given.find(({ groupId }) => groupId === group.id)?.role;
    return role ? [{ group, role, people: people.get(group.id) ?? 0 }] : [];
  });
}

/** How many are in each; groups without anybody are absent. */
export async function countPeople(
  database: Database,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (groupIds.length === 0) return new Map();
  const rows: { groupId: string; people: number }[] = await database(GroupMember.tableName)
    .whereIn('groupId', groupIds)
    .groupBy('groupId')
    .select('groupId', database.raw('COUNT(*) AS people'));
  return new Map(rows.map(({ groupId, people }) => [groupId, Number(people)]));
}

/**
 * Says what a group of the owner's may do in a collection. A repeat changes nothing.
 * @param role null: it is shared with the group no more, and takes the pictures of its people out.
 * @param was as it was read.
 * @throws Problem `not-found`, for a group that the owner is not in too; `forbidden` for all but the owner;
 * `changed-meanwhile`; `quota-exceeded`.
 */
export async function shareWithGroup(
  database: Database,
  ownerId: string,
  of: { collectionId: string; groupId: string },
  { role, was }: { role: CollectionRole | null; was: CollectionRole | null },
): Promise<void> {
  const { collectionId, groupId } = of;
  await inTransaction(database, async (trx) => {
    await lockCollection(trx, collectionId, ownerId, 'owner');
    const given = await CollectionGroup.query(trx).findById([collectionId, groupId]);
    const before = given?.role ?? null;
    if (before === role) return;
    if (before !== was)
      throw new Problem(
        'changed-meanwhile',
        'What this group may do here was changed. Read it, and decide again.',
      );
    if (role === null) {
      await CollectionGroup.query(trx).deleteById([collectionId, groupId]);
      await dropWithoutPart(trx, collectionId);
    } else if (given) await CollectionGroup.query(trx).findById([collectionId, groupId]).patch({ role });
    else {
      // Held, so that it does not go with its last person before it is in.
      const group = await PeopleGroup.query(trx).findById(groupId).forShare();
      if (!group || !(await GroupMember.query(trx).findById([groupId, ownerId])))
        throw new Problem('not-found', 'You are in no such group.');
      if ((await CollectionGroup.query(trx).where({ collectionId }).resultSize()) >= groupsPerCollection)
        throw new Problem(
          'quota-exceeded',
          `This collection is shared with ${groupsPerCollection} groups. Remove one first.`,
        );
      await CollectionGroup.query(trx).insert({ collectionId, groupId, role });
    }
  });
}
