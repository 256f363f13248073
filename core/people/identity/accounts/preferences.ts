import {
  type Database,
  inTransaction,
  isDuplicateEntry,
  type Transaction,
} from '../../../ground/db/connect.ts';
import { PreferencesRecord } from '../../../ground/db/models/user.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

/** As the API's contract has them; opaque here. */
type Preferences = Record<string, unknown>;

/** The person's choices; empty if there are none. */
export async function readPreferences(database: Database, userId: string): Promise<Preferences> {
  return (await PreferencesRecord.query(database).findById(userId))?.preferences ?? {};
}

/**
 * Changes the named ones and keeps the rest; null removes one. Simultaneous changes come one after another, so that
 * none undoes another.
 */
export async function changePreferences(
  deps: { database: Database; clock: Clock },
  userId: string,
  change: Record<string, unknown>,
): Promise<Preferences> {
  const once = () =>
    inTransaction(deps.database, async (trx) => {
      const updatedAt = deps.clock.now();
      const record = await PreferencesRecord.query(trx).findById(userId).forUpdate();
      const wanted = Object.entries({ ...record?.preferences, ...change });
      const preferences = Object.fromEntries(
        wanted.filter(([, value]) => value !== null && value !== undefined),
      );
      if (record) await PreferencesRecord.query(trx).findById(userId).patch({ preferences, updatedAt });
      else await PreferencesRecord.query(trx).insert({ userId, preferences, updatedAt });
      return preferences;
    });
  try {
    return await once();
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another transaction was first: now there is a row to wait for.
    return once();
  }
}

/** For joined accounts: those of the account that stays, else those of the other. */
export async function joinPreferences(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  const kept = await PreferencesRecord.query(trx).findById(intoId).forUpdate();
  if (kept) await PreferencesRecord.query(trx).deleteById(fromId);
  else await PreferencesRecord.query(trx).findById(fromId).patch({ userId: intoId });
}
