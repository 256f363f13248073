import type { Knex } from 'knex';
import type { Transaction } from '../../ground/db/connect.ts';
import { Backend } from '../../ground/db/models/backend.ts';

/** The ownership that a dispatcher claims when it writes about a task. */
export interface Fence {
  taskId: string;
  attempt: number;
  backendId: string;
  /** The dispatcher. */
  owner: string;
  /** Of the backend, when the dispatcher took it. */
  epoch: number;
}

/** With how long the attempt had the GPU, where its owner saw that; undefined: from its start to its end. */
export interface RanFence extends Fence {
  ranMs?: number | undefined;
}

/**
 * A value for `attempts.ran_ms` of one that ends now. What a person used is not an outage: the GPU was theirs no longer
 * than the run was seen, and no longer than its server was.
 */
export function ranMsOf(trx: Transaction, fence: Pick<RanFence, 'backendId' | 'ranMs'>, now: Date): Knex.Raw {
  const [most, values] = mostRanMs(fence, now);
  return trx.raw(`GREATEST(0, LEAST(?, ${most}))`, [wholeMs(fence.ranMs ?? longestMs), ...values]);
}

/**
 * How long the GPU can have been its person's, by the rows. Without the locking clause the statement would read a
 * snapshot, and be refused where it then waits for a row that another changes; its owner has the lock already.
 * @param beganAt of a start that the same statement writes
 */
export const mostRanMs = (
  { backendId }: Pick<RanFence, 'backendId'>,
  now: Date,
  beganAt: Date | null = null,
): [sql: string, values: (string | Date | null)[]] => [
  `TIMESTAMPDIFF(MICROSECOND, COALESCE(?, attempts.started_at), LEAST(CAST(? AS DATETIME(3)), COALESCE(
    (SELECT seen_at + INTERVAL 10 SECOND FROM backends WHERE id = ? LOCK IN SHARE MODE), CAST(? AS DATETIME(3))))) DIV 1000`,
  [beganAt, now, backendId, now],
];

/** Those that are over. */
export const wholeMs = (ms: number): number => Math.floor(Math.max(0, ms));

/** More than fits between two dates of the platform, and into the column. */
const longestMs = 2 ** 32 - 1;

/**
 * The same as a condition of one statement, which then needs no transaction of its own. Without the locking clause the
 * subquery would read what was true before a take-over that is being committed.
 */
export const fenceCondition = ({
  backendId,
  owner,
  epoch,
}: Fence): [sql: string, values: (string | number)[]] => [
  'EXISTS (SELECT 1 FROM backends WHERE id = ? AND owner = ? AND epoch = ? LOCK IN SHARE MODE)',
  [backendId, owner, epoch],
];

/**
 * Whether the dispatcher still owns the backend. The row stays share-locked until the transaction ends, so a
 * take-over comes wholly before or wholly after it.
 */
export async function holdsFence(trx: Transaction, fence: Fence): Promise<boolean> {
  const backend = await Backend.query(trx)
    .select('id')
    .findOne({ id: fence.backendId, owner: fence.owner, epoch: fence.epoch })
    .forShare();
  return backend !== undefined;
}
