import type { Database } from '../../ground/db/connect.ts';
import { LedgerEntry } from '../../ground/db/models/ledger.ts';
import { listPackages } from './packages.ts';

/**
 * Whether credits are sold here: a package is on offer for money, or somebody has paid, to us or to another shop. A
 * voucher is free.
 */
export async function isSelling(database: Database): Promise<boolean> {
  const packages = await listPackages(database, { onlyActive: true });
  if (packages.length > 0) return true;
  return (
    (await LedgerEntry.query(database).where({ account: 'sales' }).select('transferId').first()) !== undefined
  );
}
