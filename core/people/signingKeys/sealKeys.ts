import type { Database, Transaction } from '../../ground/db/connect.ts';
import { KeyMissing, type KeyRing, Undecipherable } from '../../ground/encryption/keyRing.ts';

/*
 * The seals of the audit are signed with a key that is derived from a data key. It is kept, encrypted, so that seals can
 * be checked when their data key is gone; the data key cannot be found from it.
 */

export const sealPurpose = 'audit.seal';
const table = 'seal_keys';

const placeOf = (kid: string) => ({ purpose: 'audit.seal-key', row: kid }) as const;

/** Keeps the derived key of each data key. */
export async function keepSealKeys({
  database,
  keyRing,
}: {
  database: Database;
  keyRing: KeyRing;
}): Promise<void> {
  const known = new Set((await database(table).select('kid')).map(({ kid }: { kid: string }) => kid));
  for (const kid of keyRing.kids) {
    if (known.has(kid)) continue;
    const secret = keyRing.encrypt(
      keyRing.deriveMacKey(kid, sealPurpose).toString('base64url'),
      placeOf(kid),
    );
    await database(table)
      .insert({ kid, secret, createdAt: database.raw('NOW(3)') })
      .onConflict('kid')
      .ignore();
  }
}

/** The keys of seals by the data key that they come from; those that cannot be read are left out. */
export async function openSealKeys(
  database: Database | Transaction,
  keyRing: KeyRing,
): Promise<ReadonlyMap<string, Buffer>> {
  const rows: { kid: string; secret: string }[] = await database(table).select('kid', 'secret');
  const opened = new Map<string, Buffer>();
  for (const { kid, secret } of rows) {
    try {
      opened.set(kid, Buffer.from(keyRing.decrypt(secret, placeOf(kid)), 'base64url'));
    } catch (error) {
      // What it signed is then reported as not checkable.
      if (!(error instanceof KeyMissing) && !(error instanceof Undecipherable)) throw error;
    }
  }
  return opened;
}
