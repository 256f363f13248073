import type { Database } from '../../ground/db/connect.ts';
import { Balance, Transfer, type TransferKind } from '../../ground/db/models/ledger.ts';
import { invariant } from '../../ground/errors.ts';

export async function findBalance(database: Database, userId: string): Promise<Balance> {
  const balance = await Balance.query(database).findById(userId);
  invariant(balance, `user ${userId} has no balance row`);
  return balance;
}

/** The person's movements, newest first: their own, and the gifts that they received or lost again. `beforeId` continues a page. */
export async function listTransfers(
  database: Database,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<Transfer[]> {
  // Three pages by two indexes, merged: one condition on both columns would read all movements of the person.
  // Named: with few rows of the person the server may read everybody's backwards instead.
  const own = Transfer.query(database)
    .from(database.raw('transfers FORCE INDEX (transfers_user)'))
    .where({ userId });
  const received = (kind: TransferKind) => Transfer.query(database).where({ actorId: userId, kind });
  const pages = await Promise.all(
    [own, received('gift'), received('reversal')].map((query) => {
      if (page.beforeId !== undefined) query.where('id', '<', page.beforeId);
      return query.orderBy('id', 'desc').limit(page.limit);
    }),
  );
  return pages
    .flat()
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, page.limit);
}
