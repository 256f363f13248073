import { checkLedger } from '@star-graph/core/credits/statement';
import type { Database } from '@star-graph/core/db/connect';
import type { TaskRow } from './checkTrial.ts';

interface TransferRow {
  taskId: string;
  businessKey: string;
  kind: string;
}

/** Every task was held and settled once, the right way, and the books add up. */
export async function checkCredits(
  db: Database,
  userId: string,
  tasks: readonly TaskRow[],
): Promise<string[]> {
  const transfers: TransferRow[] = await db('transfers')
    .where({ userId })
    .whereNotNull('taskId')
    .select('taskId', 'businessKey', 'kind');
  const faults = tasks.flatMap(({ id, status }) => {
    const kinds = transfers.filter(({ taskId }) => taskId === id).map(({ kind }) => kind);
    const expected = ['hold', status === 'succeeded' ? 'capture' : 'release'];
    return kinds.toSorted().join() === expected.toSorted().join()
      ? []
      : [`task ${id} is ${status}, and its movements are ${kinds.join(', ')}`];
  });
  const paid = tasks.filter(({ status }) => status === 'succeeded').reduce((sum, { cost }) => sum + cost, 0);
  return [...faults, ...(await checkBalance(db, userId, paid)), ...(await checkBooks(db))];
}

async function checkBalance(db: Database, userId: string, paid: number): Promise<string[]> {
  const balance: { available: number; held: number; openTasks: number } | undefined = await db('balances')
    .where({ userId })
    .first('available', 'held', 'openTasks');
  if (!balance) return ['the account has no balance'];
  const [entries]: { granted: string | number | null }[] = await db('ledgerEntries')
    .where({ userId, account: 'grants' })
    .sum('amount as granted');
  const expected = -Number(entries?.granted ?? 0) - paid;
  const faults: string[] = [];
  if (balance.available !== expected)
    faults.push(`${balance.available} credits are available, and ${expected} were not spent`);
  if (balance.held !== 0) faults.push(`${balance.held} credits are held`);
  if (balance.openTasks !== 0) faults.push(`${balance.openTasks} tasks are counted as open`);
  return faults;
}

async function checkBooks(db: Database): Promise<string[]> {
  const check = await checkLedger(db);
  return check.ok && check.openHolds === 0 ? [] : [`the books do not add up: ${JSON.stringify(check)}`];
}
