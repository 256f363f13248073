import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import type { KeyRing } from '../../ground/encryption/keyRing.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';
import { checkAudit } from '../auditCheck.ts';

const assetsAtOnce = 500;
const faultsShown = 5;

/**
 * Whether the platform can go on with what was restored: the ledger adds up, the chain of the audit is unbroken, and
 * every asset has its object. @returns sentences about what is wrong.
 */
export async function checkRestored(
  deps: { database: Database; storage: Pick<Storage, 'stat'>; keyRing: KeyRing },
  /** Missing at the time of the backup, so no fault of the restore. */
  missingBefore: ReadonlySet<string>,
): Promise<string[]> {
  const { ok, ...findings } = await checkLedger(deps.database);
  const ledger = ok ? [] : [`The ledger does not add up: ${JSON.stringify(findings)}.`];
  return [...ledger, ...(await checkSeals(deps)), ...(await checkObjects(deps, missingBefore))];
}

async function checkSeals(deps: { database: Database; keyRing: KeyRing }): Promise<string[]> {
  for (let after = 0; ; ) {
    const { faults, isComplete, checkedTo } = await checkAudit(deps, after);
    const [fault] = faults;
    if (fault?.kind === 'key-missing')
      return [
        'The audit cannot be checked: DATA_KEYS lacks the key that sealed it. Set the keys of that time.',
      ];
    if (fault) return [`The chain of the audit is broken at ${fault.seq} (${fault.kind}).`];
    if (isComplete) return [];
    after = checkedTo;
  }
}

async function checkObjects(
  { database, storage }: { database: Database; storage: Pick<Storage, 'stat'> },
  missingBefore: ReadonlySet<string>,
): Promise<string[]> {
  const missing: string[] = [];
  let count = 0;
  for await (const assets of listAssets(database)) {
    const stats = await Promise.all(assets.map(({ storageKey }) => storage.stat(storageKey)));
    for (const [index, { storageKey, bytes }] of assets.entries()) {
      if (stats[index]?.bytes === Number(bytes) || missingBefore.has(storageKey)) continue;
      count += 1;
      if (missing.length < faultsShown) missing.push(storageKey);
    }
  }
  const rest = count > missing.length ? ' and others' : '';
  return count === 0
    ? []
    : [`${count} files are missing or have another size: ${missing.join(', ')}${rest}.`];
}

async function* listAssets(database: Database): AsyncGenerator<Pick<Asset, 'id' | 'storageKey' | 'bytes'>[]> {
  for (let after = ''; ; ) {
    const page = await Asset.query(database)
      .select('id', 'storageKey', 'bytes', 'deletedAt')
      .where('id', '>', after)
      .orderBy('id')
      .limit(assetsAtOnce);
    yield page.filter(({ deletedAt }) => deletedAt === null);
    const last = page.at(-1);
    if (page.length < assetsAtOnce || !last) return;
    after = last.id;
  }
}
