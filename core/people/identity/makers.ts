import type { Transaction } from '../../ground/db/connect.ts';
import { AssetShare, type Maker } from '../../ground/db/models/assetShare.ts';
import { LinkCode } from '../../ground/db/models/session.ts';
import type { PersonCaller } from './caller.ts';

/*
 * What a key, a program or a session from a code makes ends with it. What a person makes in a session that they signed
 * in to, or that has proven them, is the person's own, and outlasts a sign-out.
 */

/** Null: the person. */
export function makerOf(caller: PersonCaller): Maker | null {
  if (caller.kind !== 'session') return `key:${caller.apiKeyId}`;
  return caller.provenAt === null ? `session:${caller.sessionId}` : null;
}

/** Ends what they made, unused codes too, in the transaction that ends them. */
export async function endMadeBy(trx: Transaction, makers: readonly Maker[], now: Date): Promise<void> {
  if (makers.length === 0) return;
  await AssetShare.query(trx).whereIn('madeBy', makers).delete();
  await LinkCode.query(trx).whereIn('madeBy', makers).whereNull('usedAt').patch({ usedAt: now });
}
