import { type Database, inSnapshot, type Transaction } from '../ground/db/connect.ts';
import { AuditHead, AuditRecord, AuditSeal } from '../ground/db/models/operation.ts';
import { isMac, KeyMissing, type KeyRing } from '../ground/encryption/keyRing.ts';
import { openSealKeys, sealPurpose } from '../people/signingKeys/sealKeys.ts';
import { sealedText } from './auditSeals.ts';

/**
 * `record-missing`: a sealed record is not there any more. `changed`: record or seal are not as they were. `seal-missing`:
 * a number is left out. `end-missing`: the last seals are gone. `key-missing`: it cannot be checked, since its key is not
 * in DATA_KEYS any more.
 */
const auditFaults = ['record-missing', 'changed', 'seal-missing', 'end-missing', 'key-missing'] as const;

interface AuditFault {
  kind: (typeof auditFaults)[number];
  seq: number;
  auditId: string | null;
}

interface AuditCheck {
  /** The last number that was looked at; the next check goes on after it. */
  checkedTo: number;
  isComplete: boolean;
  /** Records without a seal: those of the last minute, or all where no key is set or no dispatcher runs. */
  unsealed: number;
  /** The first faults, at most 100. */
  faults: AuditFault[];
}

const mostFaults = 100;
const sealsAtOnce = 400;

/** Checks up to 400 records after a number, in the order of their seals, in one consistent read. */
export const checkAudit = (
  { database, keyRing }: { database: Database; keyRing: KeyRing },
  after: number,
  most = sealsAtOnce,
): Promise<AuditCheck> =>
  inSnapshot(database, async (trx) => {
    const seals = await AuditSeal.query(trx).where('seq', '>', after).orderBy('seq').limit(most);
    const records = await listSealed(trx, seals);
    const before = after === 0 ? undefined : await AuditSeal.query(trx).findById(after);
    const head = await AuditHead.query(trx).findById(1);
    let previous = { seq: after, mac: before?.mac ?? '' };
    const faults: AuditFault[] = [];
    const keptKeys = await openSealKeys(trx, keyRing);
    for (const seal of seals) {
      const { seq, auditId } = seal;
      for (let gap = previous.seq + 1; gap < seq && faults.length < mostFaults; gap++)
        faults.push({ kind: 'seal-missing', seq: gap, auditId: null });
      const kind = judge({ keyRing, keptKeys }, seal, previous.mac, records.get(auditId));
      if (kind) faults.push({ kind, seq, auditId });
      previous = seal;
    }
    const isComplete = seals.length < most;
    if (isComplete && (head?.seq !== previous.seq || head.mac !== previous.mac))
      faults.push({ kind: 'end-missing', seq: head?.seq ?? 0, auditId: null });
    return {
      checkedTo: previous.seq,
      isComplete,
      unsealed: await countUnsealed(trx, head?.sealedTo ?? ''),
      faults: faults.slice(0, mostFaults),
    };
  });

async function listSealed(trx: Transaction, seals: readonly AuditSeal[]) {
  const [first, last] = [seals[0]?.seq ?? 0, seals.at(-1)?.seq ?? -1];
  const records: AuditRecord[] = await AuditRecord.query(trx)
    .join('audit_seals', 'audit_seals.audit_id', 'audit.id')
    .whereBetween('audit_seals.seq', [first, last])
    .select('audit.*');
  return new Map(records.map((record) => [record.id, record]));
}

function judge(
  { keyRing, keptKeys }: { keyRing: KeyRing; keptKeys: ReadonlyMap<string, Buffer> },
  seal: AuditSeal,
  previousMac: string,
  record: AuditRecord | undefined,
): AuditFault['kind'] | undefined {
  if (!record) return 'record-missing';
  const text = sealedText(seal.seq, previousMac, record);
  try {
    return keyRing.isSigned(text, sealPurpose, seal) ? undefined : 'changed';
  } catch (error) {
    if (!(error instanceof KeyMissing)) throw error;
    const kept = keptKeys.get(seal.kid);
    if (!kept) return 'key-missing';
    return isMac(text, kept, seal.mac) ? undefined : 'changed';
  }
}

const countUnsealed = (trx: Transaction, sealedTo: string): Promise<number> =>
  AuditRecord.query(trx)
    .leftJoin('audit_seals', 'audit_seals.audit_id', 'audit.id')
    .where('audit.id', '>', sealedTo)
    .whereNull('audit_seals.seq')
    .resultSize();
