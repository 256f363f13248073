import { Problem } from '../errors.ts';
import type { Database, Transaction } from './connect.ts';
import { IdempotencyRecord } from './models/task.ts';

export interface IdempotencyClaim {
  userId: string;
  key: string;
  /** SHA-256 of route and raw body, hexadecimal. */
  bodyHash: string;
}

/**
 * What an earlier request with this key made.
 * @throws Problem `idempotency-conflict` when that request was another one.
 */
export async function findRecord(
  database: Database | Transaction,
  claim: IdempotencyClaim,
): Promise<IdempotencyRecord | undefined> {
  const record = await IdempotencyRecord.query(database).findById([claim.userId, claim.key]);
  if (record && record.bodyHash !== claim.bodyHash)
    throw new Problem(
      'idempotency-conflict',
      'This Idempotency-Key was used for another request. Use a new key for a new request.',
    );
  return record;
}
