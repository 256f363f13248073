import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../db/connect.ts';
import { PreferencesRecord } from '../db/models/user.ts';
import type { Clock } from '../runtime/clock.ts';

/** As the API's contract has them; opaque here. */
type Preferences = Record<string, unknown>;

/** What the person chose; nothing where they never did. */
export async function readPreferences(database: Database, userId: string): Promise<Preferences> {
  return (await PreferencesRecord.query(database).findById(userId))?.preferences ?? {};
}

/**
 * Changes what is named and leaves the rest; null forgets. Changes at the same time come one after the other, so that
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
    // Somebody else's was the first: from now on there is a row to wait for.
    return once();
  }
}

/** Of accounts that are joined: those of the one that stays, else those of the other. */
export async function joinPreferences(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  const kept = await PreferencesRecord.query(trx).findById(intoId).forUpdate();
  if (kept) await PreferencesRecord.query(trx).deleteById(fromId);
  else await PreferencesRecord.query(trx).findById(fromId).patch({ userId: intoId });
}
