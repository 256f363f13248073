import type { Transaction } from '../../../ground/db/connect.ts';
import { Collection, CollectionAsset } from '../../../ground/db/models/collection.ts';
import { chunksOfRows } from '../../../ground/db/packet.ts';

/** When accounts are joined: a collection whose name the other person has too becomes a part of theirs. */
export async function joinCollections(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  const theirs = await Collection.query(trx).where({ userId: intoId }).forUpdate();
  const byName = new Map(theirs.map(({ id, name }) => [name, id]));
  for (const { id, name } of await Collection.query(trx).where({ userId: fromId }).forUpdate()) {
    const twin = byName.get(name);
    if (twin === undefined) await Collection.query(trx).findById(id).patch({ userId: intoId });
    else {
      const content = await CollectionAsset.query(trx).where({ collectionId: id });
      const rows = content.map(({ assetId }) => ({ collectionId: twin, assetId }));
      for (const some of chunksOfRows(rows))
        await trx(CollectionAsset.tableName).insert(some).onConflict().ignore();
      await Collection.query(trx).findById(id).delete();
    }
  }
}
