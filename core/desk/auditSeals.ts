import { type Database, inTransaction, type Transaction } from '../ground/db/connect.ts';
import { AuditHead, AuditRecord, AuditSeal } from '../ground/db/models/operation.ts';
import type { KeyRing } from '../ground/encryption/keyRing.ts';
import { invariant } from '../ground/errors.ts';
import type { Clock } from '../ground/runtime/clock.ts';
import { firstIdAt } from '../ground/runtime/ids.ts';
import { keepSealKeys, sealPurpose } from '../people/signingKeys/sealKeys.ts';

/*
 * Each record of the audit gets a seal: a number, and a signature over the record and the seal before it. A record that
 * was changed or removed, a seal that was removed, and a cut end all show. The signature is made with `DATA_KEYS`, so
 * that who can write to the database alone cannot make new seals; without keys nothing is sealed.
 *
 * Records are sealed after their acts, in a transaction of its own, so that acts do not wait for one another: a record
 * that vanishes within the minute before is not missed. The order of the seals is that of sealing, since an act may
 * commit after a later one. Who dies while sealing leaves nothing behind; two who seal at once wait for the head's row.
 */

interface Deps {
  database: Database;
  clock: Clock;
  keyRing: KeyRing;
}

type SealedRecord = Pick<AuditRecord, 'id' | 'actorId' | 'action' | 'target' | 'data' | 'createdAt'>;

const atOnce = 400;
/** An act commits well within this time after its record got its id. */
const longestActMs = 15 * 60_000;

/** What a seal signs. The keys are sorted: a server may store them in another order. */
export const sealedText = (seq: number, previousMac: string, record: SealedRecord): string =>
  JSON.stringify([
    seq,
    previousMac,
    record.id,
    record.actorId,
    record.action,
    record.target,
    sortKeys(record.data),
    record.createdAt.toISOString(),
  ]);

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, held]) => [key, sortKeys(held)]));
}

/** Seals what has no seal. @returns how many records. */
export async function sealAudit(deps: Deps, signal: AbortSignal): Promise<number> {
  if (!deps.keyRing.hasKey) return 0;
  // Before a seal needs it: the data key may be gone when the seal is checked.
  await keepSealKeys(deps);
  let sealed = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    signal.throwIfAborted();
    const page = await sealPage(deps, after);
    sealed += page.sealed;
    after = page.next;
  }
  return sealed;
}

/**
 * One page of the records that may have no seal. Those before `sealedTo` all have one.
 * @returns the id after which the next page begins; undefined after the last
 */
const sealPage = ({ database, clock, keyRing }: Deps, after: string) =>
  inTransaction(database, async (trx): Promise<{ sealed: number; next: string | undefined }> => {
    const head = await AuditHead.query(trx).findById(1).forUpdate();
    invariant(head, 'the migration makes the head');
    const from = after > head.sealedTo ? after : head.sealedTo;
    const records = await listAfter(trx, from);
    const last = records.at(-1)?.id;
    if (last === undefined) return { sealed: 0, next: undefined };
    let { seq, mac } = head;
    const seals = records
      .filter(({ seal }) => seal === null)
      .map((record) => {
        const signature = keyRing.sign(sealedText(seq + 1, mac, record), sealPurpose);
        seq += 1;
        mac = signature.mac;
        return { seq, auditId: record.id, ...signature };
      });
    if (seals.length > 0) await trx(AuditSeal.tableName).insert(seals);
    // An act with an earlier id may still commit.
    const settled = firstIdAt(clock.now().getTime() - longestActMs);
    const sealedTo = last < settled ? last : from < settled ? from : head.sealedTo;
    await AuditHead.query(trx).findById(1).patch({ seq, mac, sealedTo });
    return { sealed: seals.length, next: records.length < atOnce ? undefined : last };
  });

const listAfter = (trx: Transaction, id: string) =>
  AuditRecord.query(trx)
    .leftJoin('audit_seals', 'audit_seals.audit_id', 'audit.id')
    .where('audit.id', '>', id)
    .orderBy('audit.id')
    .limit(atOnce)
    .select('audit.*', 'audit_seals.seq as seal')
    .castTo<(AuditRecord & { seal: number | null })[]>();
