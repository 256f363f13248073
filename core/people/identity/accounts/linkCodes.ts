import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { LinkCode } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { hashSecret } from '../../../ground/encryption/secrets.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { type PersonCaller, serviceKeyIdOf } from '../caller.ts';
import { holdServiceKey } from '../credentials/serviceKeys.ts';
import { type OpenedSession, openSession, type SignIn, signInTo } from '../credentials/sessions.ts';
import { revokeCredentials } from '../revocations.ts';
import { createTicket } from '../secondFactor/tickets.ts';
import { type AccountDeps, countFailure, secondFactorNeeded } from './accounts.ts';
import { linkIdentity, takeIdentityCode } from './identityCodes.ts';
import { joinAccounts } from './joinAccounts.ts';
import { recordLink } from './links.ts';
import { moveJoined } from './moveJoined.ts';
import { codeLifeMs, createPlainCode, normaliseCode, presentCode } from './plainCodes.ts';

/**
 * A code for one use within 10 minutes that signs another program in to this account, or joins it to another one.
 * @throws Problem `forbidden` for a service key's code of a person who can sign in themselves.
 */
export async function createLinkCode(
  deps: { database: Database; clock: Clock },
  {
    byProvider = false,
    madeBy = null,
    ...of
  }: Pick<LinkCode, 'userId' | 'serviceKeyId'> & Partial<Pick<LinkCode, 'byProvider' | 'madeBy'>>,
): Promise<{ code: string; expiresAt: Date }> {
  if (of.serviceKeyId !== null) {
    const user = await User.query(deps.database).findById(of.userId);
    if (user && signsInAlone(user)) throw signInYourself();
  }
  const plain = createPlainCode();
  const createdAt = deps.clock.now();
  const expiresAt = new Date(createdAt.getTime() + codeLifeMs);
  const codeHash = hashSecret(plain);
  await LinkCode.query(deps.database).insert({ codeHash, createdAt, expiresAt, byProvider, madeBy, ...of });
  return { code: presentCode(plain), expiresAt };
}

/**
 * Lets a program in that made a code for itself and shows its hash alone: whoever sees that cannot come in by it. The
 * same approval twice is one.
 * @throws Problem `invalid-params` where it is another person's, or over.
 */
export async function approveLink(
  { database, clock }: { database: Database; clock: Clock },
  {
    challenge: codeHash,
    ...of
  }: Pick<LinkCode, 'userId' | 'serviceKeyId' | 'madeBy'> & { challenge: string },
): Promise<Date> {
  const createdAt = clock.now();
  const expiresAt = new Date(createdAt.getTime() + codeLifeMs);
  await LinkCode.query(database)
    .insert({ codeHash, createdAt, expiresAt, byProvider: false, ...of })
    .onConflict('codeHash')
    .ignore();
  const kept = await LinkCode.query(database).findById(codeHash);
  if (kept?.userId === of.userId && kept.usedAt === null && kept.expiresAt > createdAt) return kept.expiresAt;
  throw new Problem(
    'invalid-params',
    'This request was answered already. Press Connect in the program once more.',
  );
}

/** Of 256 bits, as programs make it for themselves: it takes no guesses, and is tried until the person has answered. */
const isGuessable = (code: string): boolean => code.length < 64;

interface LinkCodeUse {
  code: string;
  userAgent: string;
  address: string;
  /** Whether the code came from the machine that runs the platform, through no proxy. */
  isFromThisMachine: boolean;
  /** The signed-in user of the code: the code's account is joined into theirs. */
  joining?: PersonCaller;
}

/**
 * Signs in by a link code; a person who is signed in joins the code's account into their own first.
 * @throws Problem `unauthenticated` for a code that is wrong, used or expired; `rate-limited`; `forbidden` where the
 * accounts cannot be joined, or the code is for another machine (the code is still good then); `second-factor-needed`
 * with a ticket, after a sign-in elsewhere.
 */
export async function useLinkCode(
  deps: AccountDeps,
  use: LinkCodeUse,
): Promise<SignIn & { isLinked: boolean }> {
  const name = `link-code ${use.address}`;
  const used = isGuessable(normaliseCode(use.code))
    ? await countFailure(deps.throttle, name, use.address, () => redeem(deps, use))
    : await redeem(deps, use);
  const { account, session, isLinked } = used;
  if (session) return { ...(await signInTo(deps, account, session)), isLinked };
  throw secondFactorNeeded(await createTicket(deps, account.id));
}

/** Uses up the code. Without a session when a second factor has to be asked for first. */
async function redeem(
  deps: AccountDeps,
  use: LinkCodeUse,
): Promise<{ account: User; session: OpenedSession | undefined; isLinked: boolean }> {
  const codeHash = hashSecret(normaliseCode(use.code));
  const { joining, userAgent, address } = use;
  const { account, session, ended, joinedId, isLinked } = await inTransaction(deps.database, async (trx) => {
    const code = (await takeCode(deps, trx, codeHash)) ?? (await linkByCode(deps, trx, codeHash, joining));
    if (code.thisMachineOnly) requireWelcome(use);
    const targetId = joining?.account.id ?? code.userId;
    if (joining && targetId !== code.userId) requireOwnSignIn(joining);
    const joined = targetId === code.userId ? [] : await joinAccounts(deps, trx, code.userId, targetId);
    if (targetId !== code.userId) await recordLink(deps, trx, { userId: targetId, from: code.userId });
    // The lock: a second factor may be set up at this moment.
    const target = await User.query(trx).findById(targetId).whereNull('disabledAt').forShare();
    if (!target) throw wrongCode();
    if (!joining && code.serviceKeyId !== null && signsInAlone(target)) throw signInYourself();
    // The session depends on what let the person in: their own sign-in, or else the code.
    const serviceKeyId = joining ? serviceKeyIdOf(joining) : code.serviceKeyId;
    const isAsked = !joining && code.byProvider && target.secondFactorSince !== null;
    const opening = {
      userId: target.id,
      userAgent,
      address,
      serviceKeyId,
      provenAt: provenBy(deps, code, joining),
      madeBy: joining ? null : code.madeBy,
    };
    return {
      account: target,
      session: isAsked ? undefined : await openSession(deps, trx, opening),
      ended: joined,
      joinedId: targetId === code.userId ? undefined : code.userId,
      // A code of one's own links nothing.
      isLinked: targetId !== code.userId || code.isOfIdentity === true,
    };
  });
  await revokeCredentials(deps, ended);
  if (joinedId !== undefined) await moveJoined(deps.database, joinedId);
  return { account, session, isLinked };
}

/** A code shows nothing about who uses it, unless it comes from a sign-in. */
function provenBy({ clock }: Pick<AccountDeps, 'clock'>, code: OpenedByCode, joining?: PersonCaller) {
  if (joining) return joining.kind === 'session' ? joining.provenAt : null;
  return code.byProvider ? clock.now() : null;
}

/** What a used code opens. */
type OpenedByCode = Pick<
  LinkCode,
  'userId' | 'serviceKeyId' | 'byProvider' | 'thisMachineOnly' | 'madeBy'
> & {
  isOfIdentity?: true;
};

/**
 * For a code of an identity without an account: the identity becomes one of the signed-in person's.
 * @throws Problem `unauthenticated` for a code that is none of these either.
 */
async function linkByCode(
  deps: { clock: Clock },
  trx: Transaction,
  codeHash: string,
  joining: PersonCaller | undefined,
): Promise<OpenedByCode> {
  const code = await takeIdentityCode(deps, trx, codeHash);
  if (!code) throw (await LinkCode.query(trx).findById(codeHash))?.thisMachineOnly ? oldLink() : wrongCode();
  if (!joining)
    throw new Problem(
      'forbidden',
      'This code links to an account that exists. Sign in to your account first, then use the code there.',
    );
  requireOwnSignIn(joining);
  await linkIdentity(deps, trx, code, joining.account.id);
  const identity = `${code.provider}:${code.subject}`;
  await recordLink(deps, trx, { userId: joining.account.id, identity });
  const opened = { userId: joining.account.id, serviceKeyId: null, byProvider: true };
  return { ...opened, thisMachineOnly: false, madeBy: null, isOfIdentity: true };
}

/** Uses up the code in this transaction; of two at once, one finds it used. Undefined for one that is no use. */
async function takeCode(
  deps: { clock: Clock },
  trx: Transaction,
  codeHash: string,
): Promise<OpenedByCode | undefined> {
  const now = deps.clock.now();
  const taken = await LinkCode.query(trx)
    .findById(codeHash)
    .whereNull('usedAt')
    .where('expiresAt', '>', now)
    .patch({ usedAt: now });
  const code = taken === 1 ? await LinkCode.query(trx).findById(codeHash) : undefined;
  if (code) await holdServiceKey(trx, code.serviceKeyId);
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

/** The link of a start signs its administrator in: it brings their account to nobody, and is opened at the machine. */
function requireWelcome({ isFromThisMachine, joining }: LinkCodeUse): void {
  if (!isFromThisMachine)
    throw new Problem(
      'forbidden',
      'This link works on the machine that runs the platform alone. Open it there, or sign in with your user name and password.',
    );
  if (joining)
    throw new Problem('forbidden', 'You are signed in already. Sign out, then open this link again.');
}

/** With more to lose than tasks, and a way in that no service key has. */
const signsInAlone = ({ role, passwordHash, secondFactorSince }: User): boolean =>
  role !== 'user' || passwordHash !== null || secondFactorSince !== null;

const signInYourself = () =>
  new Problem(
    'forbidden',
    'This account signs in by itself, not with a code from here. Sign in with your user name and password, or as you usually do.',
  );

const oldLink = () =>
  new Problem(
    'unauthenticated',
    'This link was used or has expired. Sign in with your user name and password, or start the platform again: npm start prints a new link.',
  );

const wrongCode = () =>
  new Problem('unauthenticated', 'This code is wrong, was used or has expired. Make a new one.');
