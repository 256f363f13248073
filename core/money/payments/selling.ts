import type { Database } from '../../ground/db/connect.ts';
import { VoucherBatch } from '../../ground/db/models/voucher.ts';
import { listPackages } from './packages.ts';

/** Whether credits can be bought here: a package can be ordered, or codes for credits are in force. */
export async function isSelling(database: Database): Promise<boolean> {
  const packages = await listPackages(database, { onlyActive: true });
  if (packages.length > 0) return true;
  return (await VoucherBatch.query(database).whereNull('withdrawnAt').select('id').first()) !== undefined;
}
