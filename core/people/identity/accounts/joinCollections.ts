import { pathTo } from '@star-graph/workflows/shared/collectionTree';
import type { Transaction } from '../../../ground/db/connect.ts';
import {
  AssetTag,
  Collection,
  CollectionAsset,
  CollectionMember,
  Tag,
} from '../../../ground/db/models/collection.ts';
import { chunksOfRows } from '../../../ground/db/packet.ts';
import { isSharedCollection } from '../../safety/shownInCollections.ts';

/**
 * When accounts are joined: a tag or a collection whose name the other person has too, there, becomes a part of theirs.
 * A shared collection stays by itself, under another name: nobody sees more by it than before.
 */
export async function joinCollections(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  const tags = await Tag.query(trx).where({ userId: fromId }).forUpdate();
  const theirTags = await Tag.query(trx).where({ userId: intoId }).forUpdate();
  for (const { id, name } of tags)
    await joinSet(trx, intoId, { ...tagSet, id, twin: theirTags.find((one) => one.name === name)?.id });

  const all = await Collection.query(trx).where({ userId: fromId }).forUpdate();
  const theirs = await Collection.query(trx).where({ userId: intoId }).forUpdate();
  // What lies in one comes after it, so that its new place is known.
  const byDepth = all.toSorted((a, b) => pathTo(all, a.id).length - pathTo(all, b.id).length);
  const become = new Map<string, string>();
  for (const { id, name, parentId } of byDepth) {
    const place = parentId === null ? null : (become.get(parentId) ?? null);
    const there = theirs.filter((one) => one.parentId === place);
    const like = there.find((one) => one.name === name)?.id;
    const isApart =
      like !== undefined && ((await isSharedCollection(trx, id)) || (await isSharedCollection(trx, like)));
    const twin = isApart ? undefined : like;
    become.set(id, twin ?? id);
    if (twin === undefined) {
      const own = isApart ? findFreeName(name, [...there, ...all]) : name;
      await Collection.query(trx).findById(id).patch({ parentId: place, name: own });
    }
    await joinSet(trx, intoId, { ...collectionSet, id, twin });
  }
  await joinMemberships(trx, fromId, intoId);
}

const longestName = 100;

function findFreeName(name: string, others: readonly { name: string }[]): string {
  for (let nth = 2; ; nth += 1) {
    const end = ` (${nth})`;
    const free = [...name].slice(0, longestName - end.length).join('') + end;
    if (!others.some((one) => one.name === free)) return free;
  }
}

/** Of two roles in one collection the person keeps the one of the account that stays; an owner is no member. */
async function joinMemberships(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  const own = Collection.query(trx).where({ userId: intoId }).select('id');
  await CollectionMember.query(trx).whereIn('userId', [fromId, intoId]).whereIn('collectionId', own).delete();
  const kept = await CollectionMember.query(trx).where({ userId: intoId }).select('collectionId');
  await CollectionMember.query(trx)
    .where({ userId: fromId })
    .whereIn(
      'collectionId',
      kept.map(({ collectionId }) => collectionId),
    )
    .delete();
  await CollectionMember.query(trx).where({ userId: fromId }).patch({ userId: intoId });
}

const collectionSet = {
  of: Collection.tableName,
  content: CollectionAsset.tableName,
  column: 'collectionId',
} as const;
const tagSet = { of: Tag.tableName, content: AssetTag.tableName, column: 'tagId' } as const;

async function joinSet(
  trx: Transaction,
  intoId: string,
  set: (typeof collectionSet | typeof tagSet) & { id: string; twin: string | undefined },
): Promise<void> {
  const { of, content, column, id, twin } = set;
  if (twin === undefined) {
    await trx(of).where({ id }).update({ userId: intoId });
    return;
  }
  const rows: { assetId: string }[] = await trx(content)
    .where({ [column]: id })
    .select('assetId');
  for (const some of chunksOfRows(rows.map(({ assetId }) => ({ [column]: twin, assetId }))))
    await trx(content).insert(some).onConflict().ignore();
  await trx(of).where({ id }).delete();
}
