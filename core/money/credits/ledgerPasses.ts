import type { Database, Transaction } from '../../ground/db/connect.ts';
import type { LedgerFindings, LedgerPosition } from '../../ground/db/models/ledgerCheck.ts';

/*
 * The ledger is added up in pages by key. A page is a few statements over at most thousands of rows, and reads
 * everything it compares in one snapshot: the entries of a transfer, a balance and all entries of its person, a hold
 * with its settlement and its task. So movements that are committed between two pages make no page wrong.
 */

type Pass = LedgerPosition['pass'];

interface Page {
  found: Partial<LedgerFindings>;
  /** The id of the last row of the page; undefined: no rows are left. */
  last: string | undefined;
}

const nextPass: Record<Pass, Pass | undefined> = {
  transfers: 'balances',
  balances: 'holds',
  holds: undefined,
};

export const firstPosition: LedgerPosition = { pass: 'transfers', after: '' };

export const nothingFound: LedgerFindings = {
  imbalance: 0,
  wrongTransfers: 0,
  openHolds: 0,
  wrongBalances: 0,
  wrongHolds: 0,
};

/** @param trx of REPEATABLE READ. @returns where the next page begins; undefined after the last. */
export async function checkPage(
  trx: Transaction,
  position: LedgerPosition,
  findings: LedgerFindings,
): Promise<{ position: LedgerPosition | undefined; findings: LedgerFindings }> {
  const { found, last } = await passes[position.pass](trx, position.after);
  const added = { ...findings };
  for (const [name, value] of Object.entries(found)) added[name as keyof LedgerFindings] += value;
  if (last !== undefined) return { position: { ...position, after: last }, findings: added };
  const pass = nextPass[position.pass];
  return { position: pass && { pass, after: '' }, findings: added };
}

const passes: Record<Pass, (trx: Transaction, after: string) => Promise<Page>> = {
  transfers: checkTransfers,
  balances: checkBalances,
  holds: checkHolds,
};

const rowsAPage = 10_000;
const transfersAPage = 5_000;
const holdersAPage = 500;

type Sum = string | number | null;

async function checkTransfers(trx: Transaction, after: string): Promise<Page> {
  const last = await findLast(trx, after);
  const [rows] = (await trx.raw(
    `SELECT SUM(total) AS imbalance, SUM(total <> 0) AS wrong FROM (
       SELECT SUM(amount) AS total FROM ledger_entries
       WHERE transfer_id > ? ${last === undefined ? '' : 'AND transfer_id <= ?'}
       GROUP BY transfer_id
     ) sums`,
    last === undefined ? [after] : [after, last],
  )) as [{ imbalance: Sum; wrong: Sum }[]];
  return {
    found: { imbalance: Number(rows[0]?.imbalance ?? 0), wrongTransfers: Number(rows[0]?.wrong ?? 0) },
    last,
  };
}

/** The id of the transfer that ends the page after this one; undefined for the last page. */
const findLast = (trx: Database, after: string): Promise<string | undefined> =>
  findTransferAt(trx, after, transfersAPage);

/** The id of the transfer so many places after one; undefined where there are fewer. */
export async function findTransferAt(
  database: Database,
  after: string,
  places: number,
): Promise<string | undefined> {
  const row: { id: string } | undefined = await database('transfers')
    .where('id', '>', after)
    .orderBy('id')
    .offset(places - 1)
    .first('id');
  return row?.id;
}

interface BalanceSums {
  available: number;
  held: number;
  debt: number;
}

async function checkBalances(trx: Transaction, after: string): Promise<Page> {
  const balances = await listBalances(trx, after);
  const isEnd = balances.length < holdersAPage;
  const last = balances.at(-1)?.userId;
  const sums = await sumEntries(trx, after, isEnd ? undefined : last);
  let wrongBalances = 0;
  for (const { userId, available, held, debt } of balances) {
    const sum = sums.get(userId) ?? { available: 0, held: 0, debt: 0 };
    if (available !== sum.available || held !== sum.held || debt !== sum.debt) wrongBalances += 1;
    sums.delete(userId);
  }
  // Entries of an account without a balance.
  for (const { available, held, debt } of sums.values())
    if (available !== 0 || held !== 0 || debt !== 0) wrongBalances += 1;
  const openHolds = balances.reduce((total, { held }) => total + held, 0);
  return { found: { openHolds, wrongBalances }, last: isEnd ? undefined : last };
}

/** People's and Discord servers' together, by their ids, which are never the same. */
async function listBalances(trx: Transaction, after: string): Promise<(BalanceSums & { userId: string })[]> {
  const listOf = (table: string, id: string): Promise<(BalanceSums & { userId: string })[]> =>
    trx(table)
      .select(`${id} as userId`, 'available', 'held', table === 'balances' ? 'debt' : trx.raw('0 AS debt'))
      .where(id, '>', after)
      .orderBy(id)
      .limit(holdersAPage);
  const people = await listOf('balances', 'userId');
  const guilds = await listOf('guild_credits', 'guildId');
  return [...people, ...guilds].sort((a, b) => (a.userId < b.userId ? -1 : 1)).slice(0, holdersAPage);
}

interface SumRow {
  userId: string;
  /** Of the last entry: its transfer's id, which has 36 letters, then its account. */
  lastEntry: string;
  entries: Sum;
  available: Sum;
  held: Sum;
  debt: Sum;
}

/** The sums of entries for the ids after one and up to another; one person may have millions. */
async function sumEntries(
  trx: Transaction,
  afterUserId: string,
  lastUserId: string | undefined,
): Promise<Map<string, BalanceSums>> {
  const sums = new Map<string, BalanceSums>();
  // No id and no name sorts after these, so the rest of that person is skipped.
  let after = { userId: afterUserId, transferId: '~', account: '~' };
  for (;;) {
    const { userId, transferId, account } = after;
    const end = lastUserId === undefined ? [] : [lastUserId];
    const [rows] = (await trx.raw(
      `SELECT user_id AS userId, MAX(CONCAT(transfer_id, account)) AS lastEntry, COUNT(*) AS entries,
         SUM(CASE WHEN account IN ('available', 'guild-available') THEN amount ELSE 0 END) AS available,
         SUM(CASE WHEN account IN ('held', 'guild-held') THEN amount ELSE 0 END) AS held,
         SUM(CASE WHEN account = 'debt' THEN -amount ELSE 0 END) AS debt
       FROM (
         SELECT user_id, transfer_id, account, amount FROM ledger_entries
         WHERE (user_id > ? OR (user_id = ? AND (transfer_id > ? OR (transfer_id = ? AND account > ?))))
           ${end.length === 0 ? '' : 'AND user_id <= ?'}
         ORDER BY user_id, transfer_id, account LIMIT ${rowsAPage}
       ) page GROUP BY user_id ORDER BY user_id`,
      [userId, userId, transferId, transferId, account, ...end],
    )) as [SumRow[]];
    for (const row of rows) {
      const sum = sums.get(row.userId) ?? { available: 0, held: 0, debt: 0 };
      sum.available += Number(row.available);
      sum.held += Number(row.held);
      sum.debt += Number(row.debt);
      sums.set(row.userId, sum);
    }
    const last = rows.at(-1);
    if (!last || rows.reduce((total, { entries }) => total + Number(entries), 0) < rowsAPage) return sums;
    const { lastEntry } = last;
    after = { userId: last.userId, transferId: lastEntry.slice(0, 36), account: lastEntry.slice(36) };
  }
}

async function checkHolds(trx: Transaction, after: string): Promise<Page> {
  const last = await findLast(trx, after);
  const [rows] = (await trx.raw(
    `SELECT COUNT(*) AS wrong FROM transfers h
     JOIN tasks t ON t.id = h.task_id
     LEFT JOIN transfers s ON s.business_key = CONCAT('settle:', h.task_id)
     WHERE h.id > ? ${last === undefined ? '' : 'AND h.id <= ?'} AND h.kind = 'hold'
       AND ((t.status IN ('queued', 'assigned', 'running')) = (s.id IS NOT NULL) OR s.user_id <> h.user_id)`,
    last === undefined ? [after] : [after, last],
  )) as [{ wrong: Sum }[]];
  return { found: { wrongHolds: Number(rows[0]?.wrong ?? 0) }, last };
}
