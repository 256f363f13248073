import { isDeepStrictEqual } from 'node:util';
import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { PersonPolicyRecord } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { noQuotas, type Quotas, quotasOf } from './quotas.ts';

/** What a person may have otherwise than their role. */
export interface StoredPersonPolicy extends Quotas {
  /** Raised by each change; 0: it was never set. */
  version: number;
  changedAt: Date | null;
}

const toPolicy = (row: PersonPolicyRecord | undefined): StoredPersonPolicy =>
  row
    ? { version: row.version, ...quotasOf(row), changedAt: row.changedAt }
    : { version: 0, ...noQuotas, changedAt: null };

export const readPersonPolicy = async (
  database: Database | Transaction,
  userId: string,
): Promise<StoredPersonPolicy> => toPolicy(await PersonPolicyRecord.query(database).findById(userId));

/** Of the people that administrators made exceptions for. */
export async function listPersonPolicies(database: Database): Promise<ReadonlyMap<string, Quotas>> {
  const rows = await PersonPolicyRecord.query(database);
  return new Map(rows.map((row) => [row.userId, row]));
}

/**
 * Sets a person's policy.
 * @param version the one that the change was made from. A repeat of the change that made the next one changes nothing.
 * @throws Problem `changed-meanwhile` when it is another one by now: of two simultaneous changes one is refused.
 */
export async function changePersonPolicy(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  userId: string,
  change: Quotas & { version: number },
): Promise<StoredPersonPolicy> {
  const write = (trx: Transaction) => writeNow(deps, trx, actor, userId, change);
  try {
    return await inTransaction(deps.database, write);
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another change made the row first.
    return inTransaction(deps.database, write);
  }
}

async function writeNow(
  deps: { clock: Clock },
  trx: Transaction,
  actor: Actor,
  userId: string,
  { version, ...after }: Quotas & { version: number },
): Promise<StoredPersonPolicy> {
  const before = toPolicy(await PersonPolicyRecord.query(trx).findById(userId).forUpdate());
  if (before.version === version + 1 && isDeepStrictEqual(quotasOf(before), quotasOf(after))) return before;
  if (before.version !== version)
    throw new Problem(
      'changed-meanwhile',
      `This policy is at version ${before.version} and not ${version}. Read it, and decide again.`,
    );
  const changedAt = deps.clock.now();
  const row = { userId, version: version + 1, ...quotasOf(after), changedAt };
  if (version === 0) await PersonPolicyRecord.query(trx).insert(row);
  else await PersonPolicyRecord.query(trx).findById(userId).patch(row);
  await recordAct(deps, trx, {
    actorId: actor.id,
    action: 'user.policy',
    target: `user:${userId}`,
    data: { before: quotasOf(before), after: quotasOf(after), ...noteKeyOf(actor) },
  });
  return toPolicy({ ...row } as PersonPolicyRecord);
}
