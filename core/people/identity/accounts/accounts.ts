import type { Settings } from '@star-graph/workflows/shared/liveSettings';
import {
  type Database,
  inTransaction,
  isAscii,
  isDuplicateEntry,
  type Transaction,
} from '../../../ground/db/connect.ts';
import { Identity, User } from '../../../ground/db/models/user.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import type { LiveSettings } from '../../../ground/settings/liveSettings.ts';
import { requireNoMaintenance } from '../../../ground/settings/maintenance.ts';
import { createBalance, grantCredits } from '../../../money/credits/credits.ts';
import type { FreeGrant } from '../../../money/credits/daily.ts';
import { unlockTimeOf } from '../../../money/credits/grantLocks.ts';
import {
  type OpenedSession,
  openSession,
  type SessionDeps,
  type SignIn,
  signInTo,
} from '../credentials/sessions.ts';
import { recordSignIn, type Visitor } from '../credentials/signInTries.ts';
import { createTicket } from '../secondFactor/tickets.ts';
import { countWrongInvites, type InviteThrottle, useInvite } from '../useInvite.ts';
import { requireGoodPassword } from './passwordRules.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface AccountDeps extends SessionDeps {
  settings: Pick<LiveSettings, 'read'>;
  throttle: SignInThrottle;
  accountBound: AccountBound;
}

/** Where an account comes from: a registration's address, or the service key of a first use. */
export type AccountOrigin = { address: string } | { apiKeyId: string };

/** Bounds the number of new accounts: each gets credits and costs its maker nothing. */
export interface AccountBound {
  /**
   * Makes an account. It is not counted when `make` returns undefined or throws a Problem: then there is no account.
   * @throws Problem `rate-limited`.
   */
  within<Made>(origin: AccountOrigin, make: () => Promise<Made>): Promise<Made>;
}

/**
 * Counts failed sign-ins; a name without an account is counted like any other. A try counts as failed from its start,
 * so simultaneous tries cannot get around the count, and is taken back when it succeeds.
 */
export interface SignInThrottle {
  /** @throws Problem `rate-limited` while the name fails too often in that network, or in all. */
  countTry(username: string, address: string): Promise<void>;
  /** The password was neither right nor wrong. */
  takeBack(username: string, address: string): Promise<void>;
  /** The password was right: this is the owner of the name. */
  succeed(username: string, address: string): Promise<void>;
}

/** A name and password as typed. */
interface TypedCredentials {
  /** Lower case. */
  username: string;
  password: string;
  userAgent: string;
}

/**
 * Makes an account with its balance and sign-up grant, and signs it in, all or nothing.
 * @throws Problem `forbidden` where registration is closed, or needs an invite and this is none; `unavailable` during maintenance;
 * `invalid-params` for a name that is taken or a password that is guessed first; `rate-limited`.
 */
export async function registerAccount(
  deps: AccountDeps & { inviteThrottle: InviteThrottle },
  typed: TypedCredentials & { address: string; invite?: string | undefined },
): Promise<SignIn> {
  const settings = await deps.settings.read();
  requireNoMaintenance(settings);
  const invite = inviteNeeded(settings, typed.invite);
  requireGoodPassword(typed.password, typed.username, 'password');
  const { address } = typed;
  const register = () =>
    deps.accountBound.within({ address }, () => makeOwnAccount(deps, settings, typed, invite));
  const made = await (invite === undefined
    ? register()
    : countWrongInvites(deps.inviteThrottle, address, register));
  if (!made)
    throw new Problem('invalid-params', 'This user name is taken. Choose another.', {
      errors: [{ pointer: '/username', message: 'Taken.' }],
    });
  return signInTo(deps, made.account, made.session);
}

/** The invite that the registration uses; undefined where it needs none. */
function inviteNeeded({ REGISTRATION }: Settings, invite: string | undefined): string | undefined {
  if (REGISTRATION === 'closed')
    throw new Problem('forbidden', 'Registration is closed here. Ask an administrator for an account.');
  if (REGISTRATION === 'open') return undefined;
  if (invite === undefined)
    throw new Problem('forbidden', 'Registration needs an invite code here. Ask an administrator for one.');
  return invite;
}

/** Undefined when the name was taken: then no use of the invite is counted either. */
async function makeOwnAccount(
  deps: AccountDeps,
  settings: Settings,
  { username, password, userAgent, address }: TypedCredentials & { address: string },
  invite: string | undefined,
): Promise<{ account: User; session: OpenedSession } | undefined> {
  const passwordHash = await hashPassword(password);
  return makeAccount(deps, async (trx) => {
    // First, so that nobody learns without a code which names are taken.
    if (invite !== undefined) await useInvite(deps, trx, invite);
    const grant = signUpGrantOf(settings);
    const account = await insertAccount(deps, trx, { username, passwordHash, role: 'user' }, grant);
    const opening = {
      userId: account.id,
      userAgent,
      address,
      serviceKeyId: null,
      provenAt: deps.clock.now(),
    };
    return { account, session: await openSession(deps, trx, opening) };
  });
}

/** Runs `make` in a transaction; undefined when a name or an identity in it was taken. */
export async function makeAccount<Made>(
  deps: { database: Database },
  make: (trx: Transaction) => Promise<Made>,
): Promise<Made | undefined> {
  try {
    return await inTransaction(deps.database, make);
  } catch (error) {
    if (isDuplicateEntry(error)) return undefined;
    throw error;
  }
}

/** Credits a new account starts with. */
export const signUpGrantOf = ({ SIGN_UP_GRANT, SIGN_UP_GRANT_LOCK_DAYS }: Settings): FreeGrant => ({
  amount: SIGN_UP_GRANT,
  lockDays: SIGN_UP_GRANT_LOCK_DAYS,
});

/** The row, its balance and its first credits. */
export async function insertAccount(
  deps: { clock: Clock },
  trx: Transaction,
  account: Pick<User, 'username' | 'passwordHash' | 'role'>,
  { amount, lockDays }: FreeGrant,
): Promise<User> {
  const id = newId();
  const createdAt = deps.clock.now();
  const user = await User.query(trx).insertAndFetch({ id, ...account, createdAt });
  await createBalance(trx, id);
  if (amount > 0)
    await grantCredits(deps, trx, {
      userId: id,
      amount,
      unlocksAt: unlockTimeOf(createdAt, lockDays),
      key: `sign-up:${id}`,
      reason: 'sign-up',
    });
  return user;
}

/**
 * Signs in by name and password. A wrong name and a wrong password look the same, in words, counts and time.
 * @throws Problem `unauthenticated`, `account-disabled`, `rate-limited`; `second-factor-needed` with a ticket for the
 * second step.
 */
export async function signIn(
  deps: AccountDeps,
  typed: TypedCredentials & { address: string },
): Promise<SignIn> {
  const attempt = async (): Promise<{ user: User; session: OpenedSession } | { ticket: string }> => {
    const user = await findByName(deps.database, typed.username);
    const isRight = await verifyPassword(user?.passwordHash ?? null, typed.password);
    if (!user || !isRight) {
      // Also of a name that nobody has: it takes as long.
      const { userAgent, address } = typed;
      await recordSignIn(deps, deps.database, {
        userId: user?.id ?? null,
        userAgent,
        address,
        succeeded: false,
      });
      throw new Problem('unauthenticated', 'User name or password is wrong.');
    }
    if (user.disabledAt)
      throw new Problem('account-disabled', 'This account is blocked. Ask an administrator to unblock it.');
    const session = await openWithoutSecondFactor(deps, user.id, typed);
    return session ? { user, session } : { ticket: await createTicket(deps, user.id) };
  };
  const outcome = await countFailure(deps.throttle, typed.username, typed.address, attempt);
  if ('session' in outcome) return signInTo(deps, outcome.user, outcome.session);
  throw secondFactorNeeded(outcome.ticket);
}

export const secondFactorNeeded = (ticket: string): Problem =>
  new Problem(
    'second-factor-needed',
    'Finish the sign-in with your second factor. A program that cannot ask for it takes an API key or a sign-in code.',
    { ticket },
  );

/** Undefined when the person has a second factor, which may be set up at this moment: hence the lock. */
const openWithoutSecondFactor = (
  deps: AccountDeps,
  userId: string,
  { userAgent, address }: Visitor,
): Promise<OpenedSession | undefined> =>
  inTransaction(deps.database, async (trx) => {
    const user = await User.query(trx).findById(userId).select('secondFactorSince').forShare();
    if (user?.secondFactorSince !== null) return undefined;
    const provenAt = deps.clock.now();
    return openSession(deps, trx, { userId, userAgent, address, serviceKeyId: null, provenAt });
  });

/** Tries a credential. Only a wrong one stays counted: a platform that cannot look it up must not lock people out. */
export async function countFailure<Result>(
  throttle: SignInThrottle,
  name: string,
  address: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  await throttle.countTry(name, address);
  try {
    const result = await attempt();
    await throttle.succeed(name, address);
    return result;
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'unauthenticated'))
      await throttle.takeBack(name, address);
    throw error;
  }
}

/** @param username lower case; a name that no account can have finds none. */
export const findByName = async (database: Database, username: string): Promise<User | undefined> =>
  isAscii(username) ? User.query(database).findOne({ username }) : undefined;

/** Credits that who runs the platform starts with at least: the GPU is theirs, and so is its bill. */
const operatorGrant = 10_000;

/** Makes the first administrator unless the name exists; an existing account stays as it is. */
export async function ensureAdministrator(
  deps: { database: Database; clock: Clock; settings: Pick<LiveSettings, 'read'> },
  administrator: { username: string; password: string },
): Promise<void> {
  const username = administrator.username.toLowerCase();
  if (await findByName(deps.database, username)) return;
  const passwordHash = await hashPassword(administrator.password);
  const { amount, lockDays } = signUpGrantOf(await deps.settings.read());
  const grant = { amount: Math.max(amount, operatorGrant), lockDays };
  await makeAccount(deps, (trx) =>
    insertAccount(deps, trx, { username, passwordHash, role: 'admin' }, grant),
  );
}

/**
 * The account of a person at another service; made at first use. Undefined while it is disabled.
 * @param apiKeyId of the service key that acts for the person.
 * @throws Problem `rate-limited` when too many are new.
 */
export async function findOrMakeAccount(
  deps: {
    database: Database;
    clock: Clock;
    settings: Pick<LiveSettings, 'read'>;
    accountBound: AccountBound;
  },
  provider: string,
  subject: string,
  apiKeyId: string,
): Promise<User | undefined> {
  const known = await findIdentity(deps.database, provider, subject);
  if (known) return known.disabledAt ? undefined : known;
  // Not inside the transaction, whose connection the read would have to wait for.
  const grant = signUpGrantOf(await deps.settings.read());
  const newcomer = { username: null, passwordHash: null, role: 'user' } as const;
  const made = await deps.accountBound.within({ apiKeyId }, () =>
    makeAccount(deps, async (trx) => {
      const account = await insertAccount(deps, trx, newcomer, grant);
      const userId = account.id;
      await Identity.query(trx).insert({ provider, subject, userId, createdAt: deps.clock.now() });
      return account;
    }),
  );
  return made ?? findIdentity(deps.database, provider, subject);
}

export const findIdentity = async (
  database: Database,
  provider: string,
  subject: string,
): Promise<User | undefined> =>
  User.query(database)
    .join('identities', 'identities.userId', 'users.id')
    .select('users.*')
    .where({ 'identities.provider': provider, 'identities.subject': subject })
    .first();
