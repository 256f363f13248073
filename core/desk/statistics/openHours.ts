import type { Transaction } from '../../ground/db/connect.ts';
import type { CreditStatistics } from '../../ground/db/models/statistics.ts';
import { firstIdAt } from '../../ground/runtime/ids.ts';
import { hourMs, taskSums } from './addUp.ts';

type CreditSum = Pick<CreditStatistics, 'kind' | 'transfers' | 'amount'>;

interface OpenHour {
  at: Date;
  /** By workflow and model; numbers come as text. */
  tasks: Record<string, unknown>[];
  credits: (CreditSum & { at: Date })[];
}

/** The running hour and the one before it, which may still settle: what is older waits for the leader. */
const hoursRead = 2;

/** Hours of a time that are not added up yet, as they stand. */
export async function readOpenHours(
  trx: Transaction,
  { from, to }: { from: Date; to: Date },
  addedTo: Date | undefined,
  now: Date,
): Promise<OpenHour[]> {
  const running = now.getTime() - (now.getTime() % hourMs);
  const first = Math.max(from.getTime(), addedTo?.getTime() ?? 0);
  const starts = Array.from({ length: hoursRead }, (_, hour) => running - (hoursRead - 1 - hour) * hourMs);
  const hours: OpenHour[] = [];
  for (const startMs of starts)
    if (startMs >= first && startMs < to.getTime()) hours.push(await readHour(trx, new Date(startMs)));
  return hours;
}

async function readHour(trx: Transaction, at: Date): Promise<OpenHour> {
  const end = new Date(at.getTime() + hourMs);
  const [tasks] = await trx.raw(
    `SELECT ${taskSums} FROM tasks WHERE finished_at >= ? AND finished_at < ? GROUP BY 1, 2`,
    [at, end],
  );
  const [credits] = await trx.raw(
    'SELECT kind, COUNT(*) AS transfers, SUM(amount) AS amount FROM transfers WHERE id >= ? AND id < ? GROUP BY kind',
    [firstIdAt(at.getTime()), firstIdAt(end.getTime())],
  );
  return {
    at,
    tasks,
    credits: (credits as CreditSum[]).map(({ kind, transfers, amount }) => ({
      at,
      kind,
      transfers: Number(transfers),
      amount: Number(amount),
    })),
  };
}
