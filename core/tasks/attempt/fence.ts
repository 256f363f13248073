import type { Transaction } from '../../db/connect.ts';
import { Backend } from '../../db/models/backend.ts';

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
