import type { Database } from './db/connect.ts';
import { KeyMissing, type KeyRing, Undecipherable } from './encryption/keyRing.ts';
import {
  type SealedColumn,
  type SecretPurpose,
  sealedColumns,
  secretPurposes,
} from './encryption/sealedColumns.ts';
import { ConfigurationFault } from './runtime/configuration.ts';

/** Of each purpose: keys that are older than the first may be gone, so a few rows say more than one. */
const rowsLookedAt = 5;

/** The keys of another installation: everything that is encrypted would be lost to this one. */
export class WrongKeys extends ConfigurationFault {
  override name = 'WrongKeys';
  constructor(secrets: number) {
    super(
      `DATA_KEYS does not fit this database: none of ${secrets} secrets that were looked at can be read. Set the DATA_KEYS that the platform ran with before.`,
    );
  }
}

/** @throws WrongKeys where secrets are there and the ring can read none of them. Without keys nothing is looked at. */
export async function requireFittingKeys({
  database,
  keyRing,
}: {
  database: Database;
  keyRing: KeyRing;
}): Promise<void> {
  if (!keyRing.hasKey) return;
  let secrets = 0;
  for (const purpose of secretPurposes)
    for (const secret of await listSecrets(database, purpose)) {
      if (isReadable(keyRing, purpose, secret)) return;
      secrets += 1;
    }
  if (secrets > 0) throw new WrongKeys(secrets);
}

interface Secret {
  row: string;
  sealed: string;
}

async function listSecrets(database: Database, purpose: SecretPurpose): Promise<Secret[]> {
  const { table, row, column, plainPrefix }: SealedColumn = sealedColumns[purpose];
  const query = database(table)
    .select(database.raw(`CONCAT_WS(':', ${row.map(() => '??').join()}) AS ??`, [...row, 'row']))
    .select(database.raw('?? AS sealed', [column]))
    .whereNotNull(column)
    .orderBy([...row])
    .limit(rowsLookedAt);
  if (plainPrefix !== undefined) query.whereNot(column, 'like', `${plainPrefix}%`);
  return query;
}

function isReadable(keyRing: KeyRing, purpose: SecretPurpose, { row, sealed }: Secret): boolean {
  try {
    keyRing.decrypt(sealed, { purpose, row });
    return true;
  } catch (error) {
    if (error instanceof KeyMissing || error instanceof Undecipherable) return false;
    throw error;
  }
}
