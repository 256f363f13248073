import type { Database, Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { CollectionGroup, CollectionLink, CollectionMember } from '../../ground/db/models/collection.ts';

/**
 * Which assets of collections are shown: those of the collection's own people, while nobody has blocked them, that are
 * neither deleted nor withheld. To be joined with `collection_assets`, and to be read in this order.
 */
export const shownTables = `STRAIGHT_JOIN assets ON assets.id = collection_assets.asset_id
  STRAIGHT_JOIN collections ON collections.id = collection_assets.collection_id
  STRAIGHT_JOIN users ON users.id = assets.user_id`;
/** Whether the owner of `assets` is in `collections`: as its owner, by a link or by a group. */
export const partRule = `(assets.user_id = collections.user_id OR EXISTS (
    SELECT 1 FROM collection_members AS m WHERE m.collection_id = collections.id AND m.user_id = assets.user_id)
  OR EXISTS (SELECT 1 FROM collection_groups AS g STRAIGHT_JOIN group_members AS p ON p.group_id = g.group_id
    WHERE g.collection_id = collections.id AND p.user_id = assets.user_id))`;
export const shownRule = `assets.deleted_at IS NULL AND assets.quarantined_at IS NULL AND NOT assets.is_mask
  AND users.disabled_at IS NULL AND ${partRule}`;

/** Whether others see, or may come to see, what is put into it. */
export async function isSharedCollection(trx: Transaction, collectionId: string): Promise<boolean> {
  const of = { collectionId };
  const found =
    (await CollectionMember.query(trx).where(of).select('userId').first()) ??
    (await CollectionGroup.query(trx).where(of).select('groupId').first()) ??
    (await CollectionLink.query(trx).where(of).select('id').first());
  return found !== undefined;
}

const members = 'SELECT 1 FROM collection_members AS other WHERE other.collection_id = collections.id';
const groups = 'SELECT 1 FROM collection_groups AS given WHERE given.collection_id = collections.id';
const inGroups = `SELECT 1 FROM collection_groups AS given STRAIGHT_JOIN group_members AS one ON one.group_id = given.group_id
  WHERE given.collection_id = collections.id`;

/** Whether any collection shows the asset to somebody beside its owner, or to this person. */
export async function isShownInCollection(
  database: Database | Transaction,
  assetId: string,
  viewerId?: string,
): Promise<boolean> {
  const query = Asset.query(database)
    .from(database.raw(`collection_assets FORCE INDEX (collection_assets_asset) ${shownTables}`))
    .select('assets.id')
    .where('collection_assets.assetId', assetId)
    .whereRaw(shownRule)
    .whereRaw(
      'EXISTS (SELECT 1 FROM users AS owner WHERE owner.id = collections.user_id AND owner.disabled_at IS NULL)',
    )
    .limit(1);
  if (viewerId === undefined) query.whereRaw(`(EXISTS (${members}) OR EXISTS (${groups}))`);
  else
    query.whereRaw(
      `(collections.user_id = ? OR EXISTS (${members} AND other.user_id = ?)
        OR EXISTS (${inGroups} AND one.user_id = ?))`,
      [viewerId, viewerId, viewerId],
    );
  return (await query).length > 0;
}
