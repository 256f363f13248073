import type { Database } from '../db/connect.ts';
import { Balance, Transfer } from '../db/models/ledger.ts';
import { invariant } from '../errors.ts';

export async function findBalance(database: Database, userId: string): Promise<Balance> {
  const balance = await Balance.query(database).findById(userId);
  invariant(balance, `user ${userId} has no balance row`);
  return balance;
}

/** The person's movements, newest first: their own and the gifts they received. `beforeId` continues a page. */
export async function listTransfers(
  database: Database,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<Transfer[]> {
  const query = Transfer.query(database)
    .where((either) =>
      either.where({ userId }).orWhere((gift) => gift.where({ actorId: userId, kind: 'gift' })),
    )
    .orderBy('id', 'desc')
    .limit(page.limit);
  return await (page.beforeId === undefined ? query : query.where('id', '<', page.beforeId));
}

export interface LedgerCheck {
  /** The ledger adds up, every balance equals its entries and every hold belongs to an open task. */
  ok: boolean;
  /** Σ of all entries; 0 in a sound ledger. */
  imbalance: number;
  /** Credits held at this moment. */
  openHolds: number;
  /** Users whose balance row differs from their entries. */
  wrongBalances: number;
  /** Holds without a settlement whose task has ended, and settled tasks that are still open. */
  wrongHolds: number;
}

/** Adds the whole ledger up in one consistent read. Credits, not rows, in `imbalance` and `openHolds`. */
export async function checkLedger(database: Database): Promise<LedgerCheck> {
  const count = async (sql: string): Promise<number> => {
    const [[row]] = (await trx.raw(sql)) as [[{ n: string | number | null }]];
    return Number(row?.n ?? 0);
  };
  const trx = await database.transaction({ isolationLevel: 'repeatable read' });
  try {
    const imbalance = await count('SELECT SUM(amount) AS n FROM ledger_entries');
    const openHolds = await count('SELECT SUM(held) AS n FROM balances');
    const wrongBalances = await count(wrongBalancesSql);
    const wrongHolds = await count(wrongHoldsSql);
    return {
      ok: imbalance === 0 && wrongBalances === 0 && wrongHolds === 0,
      imbalance,
      openHolds,
      wrongBalances,
      wrongHolds,
    };
  } finally {
    await trx.rollback();
  }
}

const wrongBalancesSql = `
  SELECT COUNT(*) AS n FROM balances b LEFT JOIN (
    SELECT user_id,
      SUM(CASE WHEN account = 'available' THEN amount ELSE 0 END) AS available,
      SUM(CASE WHEN account = 'held' THEN amount ELSE 0 END) AS held
    FROM ledger_entries GROUP BY user_id
  ) e ON e.user_id = b.user_id
  WHERE b.available <> COALESCE(e.available, 0) OR b.held <> COALESCE(e.held, 0)`;

const wrongHoldsSql = `
  SELECT COUNT(*) AS n FROM transfers h
  JOIN tasks t ON t.id = h.task_id
  LEFT JOIN transfers s ON s.business_key = CONCAT('settle:', h.task_id)
  WHERE h.kind = 'hold' AND (t.status IN ('queued', 'assigned', 'running')) = (s.id IS NOT NULL)`;
