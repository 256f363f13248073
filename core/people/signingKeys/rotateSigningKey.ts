import { randomBytes } from 'node:crypto';
import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { SigningKeyRecord, type SigningPurpose } from '../../ground/db/models/signingKey.ts';
import type { KeyRing } from '../../ground/encryption/keyRing.ts';
import { environmentKid } from '../../ground/encryption/signingRing.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { placeOfSigningKey } from './signingKeys.ts';

interface RotationDeps {
  database: Database;
  clock: Clock;
  keyRing: KeyRing;
}

const minute = 60;
const hour = 60 * minute;
/** Ten times the age that a process's view of the keys may have. */
const publishedSeconds = 10;
/** A process may have signed with what it knew, while it could not read the database. */
const spareSeconds = hour;
/** The longest that `ACCESS_TOKEN_MINUTES` allows, and the longest life of a link. */
const longestLifeSeconds: Record<SigningPurpose, number> = { jwt: 24 * hour, files: 7 * 24 * hour };
const secretBytes: Record<SigningPurpose, number> = { jwt: 64, files: 48 };

/** `published`: verifies, signs in seconds; `ended`: verifies nothing any more. */
type SigningKeyState = 'published' | 'signs' | 'verifies' | 'ended';

export interface SigningKeyFacts {
  version: number;
  kid: string;
  state: SigningKeyState;
  createdAt: Date;
  signsFrom: Date;
  verifiesUntil: Date | null;
}

/** The stored keys of a purpose, newest first; without any, those of the environment sign. */
export async function listSigningKeys(
  database: Database | Transaction,
  purpose: SigningPurpose,
): Promise<SigningKeyFacts[]> {
  const rows: (SigningKeyRecord & { signs: number; ended: number })[] = await SigningKeyRecord.query(database)
    .where({ purpose })
    .select('signing_keys.*', database.raw('signs_from <= NOW(3) AS signs'))
    .select(database.raw('COALESCE(verifies_until <= NOW(3), FALSE) AS ended'))
    .orderBy('version', 'desc')
    .castTo();
  const signer = rows.find(({ signs }) => signs)?.version ?? 0;
  return rows.map(({ version, kid, createdAt, signsFrom, verifiesUntil, ended }) => {
    const living = version > signer ? 'published' : version === signer ? 'signs' : 'verifies';
    return { version, kid, createdAt, signsFrom, verifiesUntil, state: ended ? 'ended' : living };
  });
}

/**
 * Makes the next key. It verifies at once and signs ten seconds later.
 * @param version of the newest key that the caller knows; 0: none is stored. Two who rotate the same one make one key.
 * @throws Problem `changed-meanwhile` when it is not the newest any more; `unavailable` without DATA_KEYS.
 */
export async function rotateSigningKey(
  deps: RotationDeps,
  actor: Actor,
  purpose: SigningPurpose,
  version: number,
): Promise<SigningKeyFacts[]> {
  if (!deps.keyRing.hasKey)
    throw new Problem('unavailable', 'DATA_KEYS is not set, so no key can be kept. Set it and restart.');
  const rotate = (trx: Transaction) => rotateNow(deps, trx, actor, purpose, version);
  try {
    return await inTransaction(deps.database, rotate);
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another rotation was first.
    return inTransaction(deps.database, rotate);
  }
}

async function rotateNow(
  deps: RotationDeps,
  trx: Transaction,
  actor: Actor,
  purpose: SigningPurpose,
  version: number,
): Promise<SigningKeyFacts[]> {
  const before = await listSigningKeys(trx, purpose);
  const newest = before[0]?.version ?? 0;
  if (newest === version + 1) return before;
  if (newest !== version)
    throw new Problem(
      'changed-meanwhile',
      `The newest key has version ${newest} and not ${version}. Read the keys, and decide again.`,
    );
  const kid = randomBytes(6).toString('hex');
  const secret = randomBytes(secretBytes[purpose]).toString('base64url');
  if (newest === 0) await insertKey(trx, { purpose, version: 0, kid: environmentKid, secret: null }, 0);
  // Its key decides between two who read the same version.
  const sealed = deps.keyRing.encrypt(secret, placeOfSigningKey(purpose, kid));
  await insertKey(trx, { purpose, version: version + 1, kid, secret: sealed }, publishedSeconds);
  await trx(SigningKeyRecord.tableName)
    .where({ purpose, version })
    .update({
      verifiesUntil: trx.raw('NOW(3) + INTERVAL ? SECOND', [
        publishedSeconds + longestLifeSeconds[purpose] + spareSeconds,
      ]),
    });
  await recordAct(deps, trx, {
    actorId: actor.id,
    action: 'keys.rotate',
    target: `keys:${purpose}`,
    data: { before: before[0]?.kid ?? environmentKid, after: kid, ...noteKeyOf(actor) },
  });
  return listSigningKeys(trx, purpose);
}

const insertKey = (
  trx: Transaction,
  key: Pick<SigningKeyRecord, 'purpose' | 'version' | 'kid' | 'secret'>,
  waitSeconds: number,
) =>
  trx(SigningKeyRecord.tableName).insert({
    ...key,
    createdAt: trx.raw('NOW(3)'),
    signsFrom: trx.raw('NOW(3) + INTERVAL ? SECOND', [waitSeconds]),
  });

/**
 * Ends a key that only verifies, before its time, as after a leak: what it signed is refused within a second. Access
 * tokens are refreshed by their clients; links to files end.
 * @throws Problem `not-found`; `unavailable` while it signs.
 */
export async function endSigningKey(
  deps: Pick<RotationDeps, 'database' | 'clock'>,
  actor: Actor,
  purpose: SigningPurpose,
  kid: string,
): Promise<SigningKeyFacts[]> {
  return inTransaction(deps.database, async (trx) => {
    const before = (await listSigningKeys(trx, purpose)).find((key) => key.kid === kid);
    if (!before) throw new Problem('not-found', 'There is no such key.');
    if (before.state === 'published' || before.state === 'signs')
      throw new Problem(
        'unavailable',
        'This key signs, or soon will. Rotate first; the new key signs after ten seconds.',
        { retryAfterSeconds: publishedSeconds },
      );
    const ended = await trx(SigningKeyRecord.tableName)
      .where({ purpose, kid })
      .where('verifiesUntil', '>', trx.raw('NOW(3)'))
      .update({ verifiesUntil: trx.raw('NOW(3)'), secret: null });
    if (ended > 0)
      await recordAct(deps, trx, {
        actorId: actor.id,
        action: 'keys.end',
        target: `keys:${purpose}`,
        data: { before: { kid, verifiesUntil: before.verifiesUntil }, after: { kid, state: 'ended' } },
      });
    return listSigningKeys(trx, purpose);
  });
}

/** Forgets the secrets of keys that verify no more. @returns how many. */
export async function forgetEndedKeys(database: Database): Promise<number> {
  return SigningKeyRecord.query(database)
    .whereNotNull('secret')
    .where('verifiesUntil', '<=', database.raw('NOW(3)'))
    .patch({ secret: null });
}
