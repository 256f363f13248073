import { randomInt } from 'node:crypto';
import { type Database, inTransaction, type Transaction } from '../../db/connect.ts';
import { LinkCode } from '../../db/models/session.ts';
import { User } from '../../db/models/user.ts';
import { hashSecret } from '../../encryption/secrets.ts';
import { Problem } from '../../errors.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type PersonCaller, serviceKeyIdOf } from '../caller.ts';
import { holdServiceKey } from '../credentials/serviceKeys.ts';
import { openSession, type SignIn, signInTo } from '../credentials/sessions.ts';
import { revokeCredentials } from '../revocation/revocations.ts';
import { type AccountDeps, countFailure } from './accounts.ts';
import { joinAccounts } from './joinAccounts.ts';

const lifeMs = 10 * 60_000;
/** Without letters and digits that look alike; 12 of them hold 58 bits. */
const letters = 'ABCDEFGHJKLMNPQRSTVWXYZ23456789';
const codeLength = 12;

/** The typed code in its stored form: capitals, without hyphens. */
const normalise = (typed: string): string => typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** A code for one use within 10 minutes that signs another program in to this account, or joins it to another one. */
export async function createLinkCode(
  deps: { database: Database; clock: Clock },
  { userId, serviceKeyId }: { userId: string; serviceKeyId: string | null },
): Promise<{ code: string; expiresAt: Date }> {
  const plain = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('');
  const createdAt = deps.clock.now();
  const expiresAt = new Date(createdAt.getTime() + lifeMs);
  const codeHash = hashSecret(plain);
  await LinkCode.query(deps.database).insert({ codeHash, userId, createdAt, expiresAt, serviceKeyId });
  return { code: plain.replaceAll(/(.{4})(?=.)/g, '$1-'), expiresAt };
}

export interface LinkCodeUse {
  code: string;
  userAgent: string;
  address: string;
  /** The signed-in user of the code: the code's account is joined into theirs. */
  joining?: PersonCaller;
}

/**
 * Signs in by a link code; a person who is signed in joins the code's account into their own first.
 * @throws Problem `unauthenticated` for a code that is wrong, used or expired; `rate-limited`; `forbidden` where the
 * accounts cannot be joined (the code is still good then).
 */
export async function useLinkCode(deps: AccountDeps, use: LinkCodeUse): Promise<SignIn> {
  return countFailure(deps.throttle, `link-code ${use.address}`, use.address, () => redeem(deps, use));
}

async function redeem(deps: AccountDeps, use: LinkCodeUse): Promise<SignIn> {
  const codeHash = hashSecret(normalise(use.code));
  const { joining, userAgent } = use;
  const { account, session, ended } = await inTransaction(deps.database, async (trx) => {
    const code = await takeCode(deps, trx, codeHash);
    const targetId = joining?.account.id ?? code.userId;
    if (joining && targetId !== code.userId) requireOwnSignIn(joining);
    const joined = targetId === code.userId ? [] : await joinAccounts(deps, trx, code.userId, targetId);
    const target = await User.query(trx).findById(targetId).whereNull('disabledAt');
    if (!target) throw wrongCode();
    // The session depends on what let the person in: their own sign-in, or else the code.
    const serviceKeyId = joining ? serviceKeyIdOf(joining) : code.serviceKeyId;
    const opened = await openSession(deps, trx, { userId: target.id, userAgent, serviceKeyId });
    return { account: target, session: opened, ended: joined };
  });
  await revokeCredentials(deps, ended);
  return signInTo(deps, account, session);
}

/** Uses up the code in this transaction; of two at once, one finds it used. */
async function takeCode(deps: { clock: Clock }, trx: Transaction, codeHash: string): Promise<LinkCode> {
  const now = deps.clock.now();
  const taken = await LinkCode.query(trx)
    .findById(codeHash)
    .whereNull('usedAt')
    .where('expiresAt', '>', now)
    .patch({ usedAt: now });
  const code = taken === 1 ? await LinkCode.query(trx).findById(codeHash) : undefined;
  if (!code) throw wrongCode();
  await holdServiceKey(trx, code.serviceKeyId);
  return code;
}

/** Joined accounts stay joined, so a session that a service key let in, and that ends with it, may not join any. */
function requireOwnSignIn(joining: PersonCaller): void {
  if (serviceKeyIdOf(joining) !== null)
    throw new Problem(
      'forbidden',
      'You signed in with a code from elsewhere, which cannot merge accounts. Sign in with your user name and password.',
    );
}

const wrongCode = () =>
  new Problem('unauthenticated', 'This code is wrong, was used or has expired. Make a new one.');
