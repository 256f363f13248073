import { type Database, isDuplicateEntry, type Transaction } from '../../db/connect.ts';
import { IdempotencyRecord, Task } from '../../db/models/task.ts';
import { Problem } from '../../errors.ts';

export interface IdempotencyClaim {
  userId: string;
  key: string;
  /** SHA-256 of route and raw body, hexadecimal. */
  bodyHash: string;
}

/**
 * The task an earlier request with this key made, as it is now.
 * @throws Problem `idempotency-conflict` when that request was another one.
 */
export async function findReplay(
  database: Database | Transaction,
  claim: IdempotencyClaim,
): Promise<Task | undefined> {
  const record = await IdempotencyRecord.query(database).findById([claim.userId, claim.key]);
  if (!record) return undefined;
  if (record.bodyHash !== claim.bodyHash)
    throw new Problem(
      'idempotency-conflict',
      'This Idempotency-Key was used for another request. Use a new key for a new request.',
    );
  return Task.query(database).findById(record.taskId);
}

/**
 * Takes the key for this transaction; a twin waits here until it commits or is rolled back.
 * @returns false when the key is taken: `findReplay` then has the twin's task.
 */
export async function claimKey(
  trx: Transaction,
  claim: IdempotencyClaim,
  taskId: string,
  at: Date,
): Promise<boolean> {
  try {
    await IdempotencyRecord.query(trx).insert({
      userId: claim.userId,
      idempotencyKey: claim.key,
      bodyHash: claim.bodyHash,
      taskId,
      createdAt: at,
    });
    return true;
  } catch (error) {
    if (isDuplicateEntry(error)) return false;
    throw error;
  }
}
