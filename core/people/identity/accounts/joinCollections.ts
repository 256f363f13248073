import type { Transaction } from '../../../ground/db/connect.ts';
import { AssetTag, Collection, CollectionAsset, Tag } from '../../../ground/db/models/collection.ts';
import { chunksOfRows } from '../../../ground/db/packet.ts';

const sets = [
  { of: Collection.tableName, content: CollectionAsset.tableName, column: 'collectionId' },
  { of: Tag.tableName, content: AssetTag.tableName, column: 'tagId' },
] as const;

/** When accounts are joined: a collection or a tag whose name the other person has too becomes a part of theirs. */
export async function joinCollections(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  for (const { of, content, column } of sets) {
    const theirs = await trx(of).where({ userId: intoId }).forUpdate().select('id', 'name');
    const byName = new Map(theirs.map(({ id, name }) => [name, id]));
    for (const { id, name } of await trx(of).where({ userId: fromId }).forUpdate().select('id', 'name')) {
      const twin = byName.get(name);
      if (twin === undefined) await trx(of).where({ id }).update({ userId: intoId });
      else {
        const rows: { assetId: string }[] = await trx(content)
          .where({ [column]: id })
          .select('assetId');
        for (const some of chunksOfRows(rows.map(({ assetId }) => ({ [column]: twin, assetId }))))
          await trx(content).insert(some).onConflict().ignore();
        await trx(of).where({ id }).delete();
      }
    }
  }
}
