import type { Database, Transaction } from '../../../ground/db/connect.ts';
import { findRecord, type IdempotencyClaim } from '../../../ground/db/idempotency.ts';
import { IdempotencyRecord, Task } from '../../../ground/db/models/task.ts';
import { insertInto, type Statement } from '../../../ground/db/packet.ts';

/**
 * The task an earlier request with this key made, as it is now.
 * @throws Problem `idempotency-conflict` when that request was another one.
 */
export async function findReplay(
  database: Database | Transaction,
  claim: IdempotencyClaim,
): Promise<Task | undefined> {
  const record = await findRecord(database, claim);
  return record?.taskId ? Task.query(database).findById(record.taskId) : undefined;
}

/**
 * The statement that takes the key for this transaction; a twin waits there until it commits or is rolled back. A key
 * that is taken is a duplicate entry: `findReplay` then has the twin's task.
 */
export const claimKey = (
  trx: Transaction,
  { userId, key, bodyHash }: IdempotencyClaim,
  taskId: string,
  at: Date,
): Statement =>
  insertInto(trx, IdempotencyRecord.tableName, [
    { userId, idempotencyKey: key, bodyHash, taskId, createdAt: at },
  ]);
