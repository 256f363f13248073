import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { AssetTag, Tag } from '../../ground/db/models/collection.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';

const tagsPerPerson = 1_000;
const tagsPerPicture = 50;

/** All of a person's, by their letters. */
export const listTags = (database: Database, userId: string): Promise<string[]> =>
  database(Tag.tableName).where({ userId }).orderBy('name').pluck('name');

/** Undefined: no picture of the person's has it. */
export const findTag = async (database: Database, userId: string, name: string): Promise<Tag | undefined> =>
  Tag.query(database).findOne({ userId, name });

/** Those of one picture, by their letters. */
export const listTagsOf = (database: Database, assetId: string): Promise<string[]> =>
  database(AssetTag.tableName)
    .join(Tag.tableName, 'tags.id', 'asset_tags.tagId')
    .where('asset_tags.assetId', assetId)
    .orderBy('name')
    .pluck('name');

/**
 * Takes words off a person's pictures and puts others on. What is not theirs, deleted or withheld is left out, and a
 * repeat changes nothing.
 * @returns the pictures that it was done to.
 * @throws Problem `quota-exceeded`, and then none of it is done.
 */
export async function changeTags(
  database: Database,
  userId: string,
  change: { assetIds: readonly string[]; add: readonly string[]; remove: readonly string[] },
): Promise<string[]> {
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's tags are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const own = await Asset.query(trx)
      .select('id')
      .findByIds(change.assetIds.filter(isId))
      .where({ userId })
      .whereNull('deletedAt')
      .whereNull('quarantinedAt')
      .orderBy('id')
      .forShare();
    const assetIds = own.map(({ id }) => id);
    if (assetIds.length === 0) return [];
    await takeOff(trx, userId, assetIds, change.remove);
    await putOn(trx, userId, assetIds, [...new Set(change.add)]);
    return assetIds;
  });
}

async function takeOff(
  trx: Transaction,
  userId: string,
  assetIds: readonly string[],
  names: readonly string[],
): Promise<void> {
  const tags = names.length === 0 ? [] : await Tag.query(trx).where({ userId }).whereIn('name', names);
  if (tags.length === 0) return;
  const ids = tags.map(({ id }) => id);
  await AssetTag.query(trx).whereIn('tagId', ids).whereIn('assetId', assetIds).delete();
  await dropUnused(trx, userId, ids);
}

/** Words that no picture has any more: also what was deleted takes them along. */
const dropUnused = async (trx: Transaction, userId: string, ids?: readonly string[]): Promise<unknown> =>
  Tag.query(trx)
    .where({ userId })
    .where((query) => ids && query.whereIn('id', ids))
    .whereNotExists(AssetTag.query(trx).whereRaw('asset_tags.tag_id = tags.id'))
    .delete();

async function putOn(
  trx: Transaction,
  userId: string,
  assetIds: readonly string[],
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const known = await Tag.query(trx).where({ userId }).whereIn('name', names);
  const knownNames = new Set(known.map(({ name }) => name));
  const fresh = names.filter((name) => !knownNames.has(name)).map((name) => ({ id: newId(), userId, name }));
  if (fresh.length > 0) {
    await requireRoom(trx, userId, fresh.length);
    await trx(Tag.tableName).insert(fresh);
  }
  const rows = [...known, ...fresh].flatMap(({ id: tagId }) =>
    assetIds.map((assetId) => ({ tagId, assetId })),
  );
  await trx(AssetTag.tableName).insert(rows).onConflict(['tagId', 'assetId']).ignore();
  const [fullest] = await AssetTag.query(trx)
    .whereIn('assetId', assetIds)
    .groupBy('assetId')
    .having(trx.raw('COUNT(*)'), '>', tagsPerPicture)
    .select('assetId')
    .limit(1);
  if (fullest)
    throw new Problem('quota-exceeded', `A picture has at most ${tagsPerPicture} tags. Take one off first.`);
}

async function requireRoom(trx: Transaction, userId: string, wanted: number): Promise<void> {
  const count = () => Tag.query(trx).where({ userId }).resultSize();
  if ((await count()) + wanted <= tagsPerPerson) return;
  await dropUnused(trx, userId);
  if ((await count()) + wanted > tagsPerPerson)
    throw new Problem(
      'quota-exceeded',
      `You have ${tagsPerPerson} tags. Take one that you no longer need off its pictures.`,
    );
}
