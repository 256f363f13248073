import { isDeepStrictEqual } from 'node:util';
import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { GroupMember, PeopleGroup } from '../../ground/db/models/group.ts';
import { User } from '../../ground/db/models/user.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { countPeople } from '../../library/assets/collectionGroups.ts';
import { partRule } from '../../people/safety/shownInCollections.ts';

/*
 * An administrator names the groups of each person. A group is made by the first one who is put into it and goes with
 * the last: what was shared with it is then shared with nobody, and another one of that name begins with nothing.
 */

const groupsInAll = 200;

/** All groups by name, each with how many are in it. */
export async function listAllGroups(database: Database): Promise<{ group: PeopleGroup; people: number }[]> {
  const groups = await PeopleGroup.query(database).orderBy('name');
  const people = await countPeople(
    database,
    groups.map(({ id }) => id),
  );
  return groups.map((group) => ({ group, people: people.get(group.id) ?? 0 }));
}

/** The ids of those in the group of this name, for a query. */
export const listPeopleOf = (database: Database, name: string) =>
  GroupMember.query(database)
    .select('userId')
    .whereIn('groupId', PeopleGroup.query(database).where({ name }).select('id'));

/** In the order of their names. */
export async function listGroupsOf(
  database: Database | Transaction,
  userId: string,
): Promise<readonly PeopleGroup[]> {
  const groups = await PeopleGroup.query(database)
    .join('group_members', 'group_members.groupId', 'people_groups.id')
    .where('group_members.userId', userId)
    .select('people_groups.*');
  return groups.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

/**
 * Sets the groups of a person, by their names. A repeat changes nothing.
 * @param was as they were read.
 * @throws Problem `not-found`; `changed-meanwhile`; `quota-exceeded`.
 */
export async function setGroups(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  userId: string,
  { groups, was }: { groups: readonly string[]; was: readonly string[] },
): Promise<string[]> {
  const after = sorted(groups);
  await inTransaction(deps.database, async (trx) => {
    const user = await User.query(trx).findById(userId).select('id').forUpdate();
    if (!user) throw new Problem('not-found', 'There is no such person.');
    const present = await listGroupsOf(trx, userId);
    const before = present.map(({ name }) => name);
    if (isDeepStrictEqual(before, after)) return;
    if (!isDeepStrictEqual(before, sorted(was)))
      throw new Problem(
        'changed-meanwhile',
        'The groups of this person were changed. Read them, and decide again.',
      );
    await enter(
      trx,
      userId,
      after.filter((name) => !before.includes(name)),
    );
    const left = present.filter(({ name }) => !after.includes(name));
    await leave(
      trx,
      userId,
      left.map(({ id }) => id),
    );
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'user.groups',
      target: `user:${userId}`,
      data: {
        before: { groups: before.join(', ') },
        after: { groups: after.join(', ') },
        ...noteKeyOf(actor),
      },
    });
  });
  return after;
}

async function enter(trx: Transaction, userId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await trx(PeopleGroup.tableName)
    .insert(names.map((name) => ({ id: newId(), name })))
    .onConflict('name')
    .ignore();
  if ((await PeopleGroup.query(trx).resultSize()) > groupsInAll)
    throw new Problem(
      'quota-exceeded',
      `There are ${groupsInAll} groups. Empty one that is no longer needed.`,
    );
  const groups = await PeopleGroup.query(trx)
    .whereIn('name', [...names])
    .orderBy('id')
    .forUpdate();
  invariant(groups.length === names.length, 'a group that was named is there until the end');
  await trx(GroupMember.tableName).insert(groups.map(({ id }) => ({ groupId: id, userId })));
}

/** Their pictures are out of what was shared with the groups, unless they are in it otherwise. */
async function leave(trx: Transaction, userId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await PeopleGroup.query(trx)
    .findByIds([...ids])
    .orderBy('id')
    .forUpdate();
  await GroupMember.query(trx).where({ userId }).whereIn('groupId', ids).delete();
  await trx.raw(
    `DELETE collection_assets FROM collection_groups
     STRAIGHT_JOIN collections ON collections.id = collection_groups.collection_id
     STRAIGHT_JOIN collection_assets ON collection_assets.collection_id = collections.id
     STRAIGHT_JOIN assets ON assets.id = collection_assets.asset_id
     WHERE collection_groups.group_id IN (${ids.map(() => '?').join(', ')}) AND assets.user_id = ?
       AND NOT ${partRule}`,
    [...ids, userId],
  );
  // A statement of its own, which sees who came while the lock was waited for.
  await PeopleGroup.query(trx)
    .findByIds([...ids])
    .whereNotExists(GroupMember.query(trx).whereColumn('group_members.groupId', 'people_groups.id'))
    .delete();
}

/** A deleted account is in none. */
export const leaveGroups = (database: Database, userId: string): Promise<void> =>
  inTransaction(database, async (trx) => {
    const rows = await GroupMember.query(trx).where({ userId }).select('groupId');
    await leave(
      trx,
      userId,
      rows.map(({ groupId }) => groupId),
    );
  });
