import { recordAct } from '../../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Passkey } from '../../../ground/db/models/secondFactor.ts';
import { ApiKey, LinkCode, Session } from '../../../ground/db/models/session.ts';
import { Identity, IdentityCode, User } from '../../../ground/db/models/user.ts';
import { hashSecret } from '../../../ground/encryption/secrets.ts';
import { Problem } from '../../../ground/errors.ts';
import { endSessionsIn } from '../credentials/sessions.ts';
import { type CredentialName, revokeCredentials } from '../revocations.ts';
import { type AccountDeps, type AccountOrigin, insertAccount } from './accounts.ts';
import { normaliseCode } from './plainCodes.ts';

/** Who is on the other side of a link code, before a person says yes to it. */
interface LinkTarget {
  /** Null for a sign-in that has no account yet. */
  account: Pick<User, 'username' | 'createdAt'> | null;
  identities: Pick<Identity, 'provider' | 'subject' | 'displayName'>[];
}

/**
 * Says whose a code is, and leaves it as it is.
 * @throws Problem `unauthenticated` for a code that is wrong, used or expired; `rate-limited`.
 */
export async function findLinkTarget(
  deps: AccountDeps,
  { code, address }: { code: string; address: string },
): Promise<LinkTarget> {
  const name = `link-code ${address}`;
  await deps.throttle.countTry(name, address);
  const target = await readTarget(deps, hashSecret(normaliseCode(code)));
  if (!target)
    throw new Problem('unauthenticated', 'This code is wrong, was used or has expired. Make a new one.');
  // A right code is no success that would forgive the wrong ones: anybody can make right ones.
  await deps.throttle.takeBack(name, address);
  return target;
}

async function readTarget(
  { database, clock }: Pick<AccountDeps, 'database' | 'clock'>,
  codeHash: string,
): Promise<LinkTarget | undefined> {
  const now = clock.now();
  const code = await LinkCode.query(database)
    .findById(codeHash)
    .whereNull('usedAt')
    .where('expiresAt', '>', now)
    .where('thisMachineOnly', false);
  if (code) {
    const account = await User.query(database).findById(code.userId).whereNull('disabledAt');
    const identities = await Identity.query(database).where({ userId: code.userId });
    return account && { account, identities };
  }
  const identity = await IdentityCode.query(database)
    .findById(codeHash)
    .whereNull('usedAt')
    .where('expiresAt', '>', now);
  return identity && { account: null, identities: [identity] };
}

/** As a service key says that the person is called there; nobody else can say it. */
export async function nameIdentity(
  database: Database,
  actFor: string,
  { userId, displayName }: { userId: string; displayName: string },
): Promise<void> {
  const [provider, subject] = actFor.split(':');
  if (provider === undefined || subject === undefined) return;
  await Identity.query(database).where({ provider, subject, userId }).patch({ displayName });
}

/** A link is an act of its person: whoever finds a stranger in their account later sees when it came. */
export const recordLink = (
  deps: Pick<AccountDeps, 'clock'>,
  trx: Transaction,
  { userId, ...data }: { userId: string; from?: string; identity?: string },
): Promise<void> =>
  recordAct(deps, trx, { actorId: userId, action: 'user.link', target: `user:${userId}`, data });

/**
 * Takes a name at another service out of an account: it gets an account of its own, with nothing in it. What was made
 * stays with the person who unlinks. Sessions and keys that came from codes end, since they may be the other's, and so
 * does a role that the provider's groups gave.
 * @throws Problem `not-found`; `forbidden` for the only way into the account; `rate-limited`.
 */
export async function unlinkIdentity(
  deps: AccountDeps,
  {
    userId,
    origin,
    ...identity
  }: { userId: string; origin: AccountOrigin; provider: string; subject: string },
): Promise<void> {
  // It makes an account, and those are bounded: each may collect daily credits.
  const changed = await deps.accountBound.within(origin, () =>
    inTransaction(deps.database, (trx) => unlink(deps, trx, userId, identity)),
  );
  await revokeCredentials(deps, changed);
}

async function unlink(
  deps: AccountDeps,
  trx: Transaction,
  userId: string,
  { provider, subject }: Pick<Identity, 'provider' | 'subject'>,
): Promise<CredentialName[]> {
  const user = await User.query(trx).findById(userId).whereNull('disabledAt').forUpdate();
  const all = await Identity.query(trx).where({ userId }).forUpdate();
  const one = all.find((it) => it.provider === provider && it.subject === subject);
  if (!user || !one) throw new Problem('not-found', 'This is not linked to your account.');
  if (user.passwordHash === null && all.length === 1 && (await countPasskeys(trx, userId)) === 0)
    throw new Problem('forbidden', 'This is the only way into your account. Add a passkey first.');
  const nothing = { amount: 0, lockDays: 0 };
  const own = await insertAccount(deps, trx, { username: null, passwordHash: null, role: 'user' }, nothing);
  await Identity.query(trx).where({ provider, subject, userId }).patch({ userId: own.id, givenRole: null });
  const others = all.filter((it) => it !== one);
  const losesRole = one.givenRole === user.role && others.every(({ givenRole }) => givenRole !== user.role);
  if (losesRole) await User.query(trx).findById(userId).patch({ role: 'user' });
  await recordAct(deps, trx, {
    actorId: userId,
    action: 'user.unlink',
    target: `user:${userId}`,
    data: { identity: `${provider}:${subject}`, into: own.id, ...(losesRole ? { role: 'user' } : {}) },
  });
  // None goes on under the old role.
  const ended = losesRole ? await endSessionsIn(trx, { userId }, deps.clock.now()) : [];
  return [
    ...ended,
    { kind: 'user', id: userId },
    { kind: 'identity', id: `${provider}:${subject}` },
    ...(await endCredentialsOfCodes(trx, userId, deps.clock.now())),
  ];
}

const countPasskeys = (trx: Transaction, userId: string): Promise<number> =>
  Passkey.query(trx).where({ userId }).resultSize();

async function endCredentialsOfCodes(trx: Transaction, userId: string, now: Date): Promise<CredentialName[]> {
  const ofCodes = <Kind extends 'session' | 'key'>(kind: Kind, rows: { id: string }[]) =>
    rows.map(({ id }) => ({ kind, id }));
  const sessions = await Session.query(trx)
    .select('id')
    .where({ userId })
    .whereNotNull('serviceKeyId')
    .whereNull('revokedAt');
  const keys = await ApiKey.query(trx)
    .select('id')
    .where({ userId })
    .whereNotNull('serviceKeyId')
    .whereNull('revokedAt');
  if (sessions.length > 0)
    await Session.query(trx)
      .findByIds(sessions.map(({ id }) => id))
      .patch({ revokedAt: now });
  if (keys.length > 0)
    await ApiKey.query(trx)
      .findByIds(keys.map(({ id }) => id))
      .patch({ revokedAt: now });
  await LinkCode.query(trx).where({ userId }).whereNull('usedAt').patch({ usedAt: now });
  return [...ofCodes('session', sessions), ...ofCodes('key', keys)];
}
