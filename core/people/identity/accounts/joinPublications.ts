import type { Transaction } from '../../../ground/db/connect.ts';

const likes = 'publication_likes';

/** When accounts are joined: what both like counts once, and what one liked of the other's does not count any more. */
export async function joinPublications(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  const own = new Set(
    await trx('publications')
      .whereIn('userId', [fromId, intoId])
      .orderBy('id')
      .forUpdate()
      .pluck<string[]>('id'),
  );
  const likedBy = async (userId: string): Promise<string[]> => {
    const rows: { publicationId: string }[] = await trx(likes).where({ userId }).select('publicationId');
    return rows.map(({ publicationId }) => publicationId);
  };
  const [from, into] = [await likedBy(fromId), await likedBy(intoId)];
  const known = new Set(into);
  const dropped = [
    ...from.filter((id) => own.has(id) || known.has(id)).map((id) => ({ publicationId: id, userId: fromId })),
    ...into.filter((id) => own.has(id)).map((id) => ({ publicationId: id, userId: intoId })),
  ];
  for (const like of dropped) {
    await trx(likes).where(like).delete();
    await trx('publications').where({ id: like.publicationId }).decrement('likes', 1);
  }
  await trx(likes).where({ userId: fromId }).update({ userId: intoId });
  // What both have compared counted twice and stays so; the row of one goes.
  await trx.raw('UPDATE IGNORE publication_pairs SET user_id = ? WHERE user_id = ?', [intoId, fromId]);
  await trx('publication_pairs').where({ userId: fromId }).delete();
  await trx('publications').where({ userId: fromId }).update({ userId: intoId });
}
