import type { Database } from '@star-graph/core/ground/db/connect';
import { checkLedger } from '@star-graph/core/money/credits/ledgerCheck';
import type { TaskRow } from './checkInput.ts';

interface TransferRow {
  taskId: string;
  kind: string;
  /** What the payer had more afterwards. */
  amount: string | number;
  /** Paid to the platform. */
  captured: string | number | null;
}

/** Every task was held and settled once, the right way, and the books add up. */
export async function checkCredits(
  db: Database,
  userId: string,
  tasks: readonly TaskRow[],
): Promise<string[]> {
  const transfers: TransferRow[] = await db('transfers')
    .leftJoin('ledgerEntries', (on) =>
      on.on('ledgerEntries.transferId', 'transfers.id').andOnVal('ledgerEntries.account', 'revenue'),
    )
    .where({ 'transfers.userId': userId })
    .whereNotNull('transfers.taskId')
    .select('transfers.taskId', 'transfers.kind', 'transfers.amount', { captured: 'ledgerEntries.amount' });
  const faults = tasks.flatMap((task) => {
    const own = transfers.filter(({ taskId }) => taskId === task.id);
    return [...checkMovements(task, own), ...checkCharge(task, own)];
  });
  const paid = tasks.reduce((sum, task) => sum + chargeOf(task), 0);
  return [...faults, ...(await checkBalance(db, userId, paid)), ...(await checkBooks(db))];
}

function checkMovements(task: TaskRow, own: readonly TransferRow[]): string[] {
  const held = -Number(own.find(({ kind }) => kind === 'hold')?.amount ?? 0);
  const kinds = own.map(({ kind }) => kind);
  return kinds.toSorted().join() === ['hold', settlementOf(task, held)].toSorted().join()
    ? []
    : [`task ${task.id} is ${task.status}, and its movements are ${kinds.join(', ')}`];
}

/** Only the price of a graph may be more than what it costs when it succeeds: it is for a time. */
function settlementOf(task: TaskRow, held: number): string {
  if (task.status === 'succeeded' && task.type !== 'graph') return 'capture';
  const paid = chargeOf(task);
  if (paid === 0 && task.status !== 'succeeded') return 'release';
  return paid === held ? 'capture' : 'partial-capture';
}

const chargeOf = ({ status, cost, cancelCharge }: TaskRow): number =>
  status === 'succeeded' ? cost : cancelCharge;

function checkCharge(task: TaskRow, own: readonly TransferRow[]): string[] {
  const { id, status, cost, cancelCharge, errorCode } = task;
  const captured = own.reduce((sum, transfer) => sum + Number(transfer.captured ?? 0), 0);
  const faults: string[] = [];
  if (captured !== chargeOf(task))
    faults.push(`task ${id} cost ${chargeOf(task)}, and ${captured} were paid`);
  if (cancelCharge < 0 || cancelCharge > cost)
    faults.push(`task ${id} of ${cost} credits cost ${cancelCharge}`);
  const isOutOfTime = status === 'failed' && errorCode === 'out-of-time';
  const isOfGraph = status === 'failed' && errorCode === 'graph-failed';
  if (cancelCharge !== 0 && status !== 'cancelled' && !isOutOfTime && !isOfGraph)
    faults.push(`task ${id} is ${status} and was charged`);
  if (cancelCharge === 0 && cost > 0 && isOutOfTime)
    faults.push(`task ${id} used up its time and was not charged`);
  return faults;
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
