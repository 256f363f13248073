import { randomInt } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Database, inTransaction, type Transaction } from '../db/connect.ts';
import { LinkCode } from '../db/models/session.ts';
import { User } from '../db/models/user.ts';
import { Problem } from '../errors.ts';
import { type AccountDeps, countFailure } from './accounts.ts';
import { joinAccounts } from './joinAccounts.ts';
import { revokeCredentials } from './revocations.ts';
import { hashSecret } from './secrets.ts';
import { openSession, type SignIn, signInTo } from './sessions.ts';

const lifeMs = 10 * 60_000;
/** Without the letters and digits that people mistake for each other; 12 of them hold 58 bits. */
const letters = 'ABCDEFGHJKLMNPQRSTVWXYZ23456789';
const codeLength = 12;

/** What was typed, in the form it was made in: capitals, without the hyphens that make it readable. */
const normalise = (typed: string): string => typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** A code for one use within 10 minutes that signs another program in to this account, or joins it to another one. */
export async function createLinkCode(
  deps: { database: Database; clock: Clock },
  userId: string,
): Promise<{ code: string; expiresAt: Date }> {
  const plain = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('');
  const createdAt = deps.clock.now();
  const expiresAt = new Date(createdAt.getTime() + lifeMs);
  await LinkCode.query(deps.database).insert({ codeHash: hashSecret(plain), userId, createdAt, expiresAt });
  return { code: plain.replaceAll(/(.{4})(?=.)/g, '$1-'), expiresAt };
}

export interface LinkCodeUse {
  code: string;
  userAgent: string;
  address: string;
  /** The account of whoever uses the code while signed in: the code's account is joined into this one. */
  joining?: string;
}

/**
 * Signs in by a link code; somebody who is signed in already joins the code's account into their own first.
 * @throws Problem `unauthenticated` for a code that is wrong, used or expired; `rate-limited`; `forbidden` where the
 * accounts cannot be joined (the code is still good then).
 */
export async function useLinkCode(deps: AccountDeps, use: LinkCodeUse): Promise<SignIn> {
  return countFailure(deps.throttle, `link-code ${use.address}`, use.address, () => redeem(deps, use));
}

async function redeem(deps: AccountDeps, use: LinkCodeUse): Promise<SignIn> {
  const codeHash = hashSecret(normalise(use.code));
  const { account, session, ended } = await inTransaction(deps.database, async (trx) => {
    const codeUserId = await takeCode(deps, trx, codeHash);
    const targetId = use.joining ?? codeUserId;
    const joined = targetId === codeUserId ? [] : await joinAccounts(deps, trx, codeUserId, targetId);
    const target = await User.query(trx).findById(targetId).whereNull('disabledAt');
    if (!target) throw wrongCode();
    const opened = await openSession(deps, trx, { userId: target.id, userAgent: use.userAgent });
    return { account: target, session: opened, ended: joined };
  });
  await revokeCredentials(deps, ended);
  return signInTo(deps, account, session);
}

/** Uses the code up in this transaction; of two at once one finds it used. */
async function takeCode(deps: { clock: Clock }, trx: Transaction, codeHash: string): Promise<string> {
  const now = deps.clock.now();
  const taken = await LinkCode.query(trx)
    .findById(codeHash)
    .whereNull('usedAt')
    .where('expiresAt', '>', now)
    .patch({ usedAt: now });
  const code = taken === 1 ? await LinkCode.query(trx).findById(codeHash) : undefined;
  if (!code) throw wrongCode();
  return code.userId;
}

const wrongCode = () =>
  new Problem('unauthenticated', 'This code is wrong, was used or has expired. Make a new one.');
