import type { Database, Transaction } from '../../ground/db/connect.ts';
import { AssetShare, type Maker } from '../../ground/db/models/assetShare.ts';
import { ApiKey, LinkCode, Session } from '../../ground/db/models/session.ts';
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

/** What a person knows a maker by. */
export interface NamedMaker {
  kind: ApiKey['kind'] | 'session';
  /** Of a session: its user agent. */
  name: string;
}

/** Ended ones too, while their rows are kept. */
export async function nameMakers(
  database: Database,
  makers: readonly Maker[],
): Promise<ReadonlyMap<Maker, NamedMaker>> {
  const idsOf = (kind: string) =>
    makers.filter((maker) => maker.startsWith(`${kind}:`)).map((maker) => maker.slice(kind.length + 1));
  const [keyIds, sessionIds] = [idsOf('key'), idsOf('session')];
  const [keys, sessions] = await Promise.all([
    keyIds.length === 0 ? [] : ApiKey.query(database).findByIds(keyIds).select('id', 'kind', 'name'),
    sessionIds.length === 0 ? [] : Session.query(database).findByIds(sessionIds).select('id', 'userAgent'),
  ]);
  return new Map<Maker, NamedMaker>([
    ...keys.map(({ id, kind, name }) => [`key:${id}`, { kind, name }] as const),
    ...sessions.map(({ id, userAgent: name }) => [`session:${id}`, { kind: 'session', name }] as const),
  ]);
}
