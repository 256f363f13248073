import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isAscii } from '../../ground/db/connect.ts';
import { EmailAddress } from '../../ground/db/models/email.ts';
import { Balance } from '../../ground/db/models/ledger.ts';
import { openStatuses, Task } from '../../ground/db/models/task.ts';
import { Identity, User } from '../../ground/db/models/user.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import type { WakeSignals } from '../../ground/redis/wakeSignals.ts';
import { grantCredits } from '../../money/credits/credits.ts';
import { countKeyGift, type ThroughKey } from '../../money/credits/keyGifts.ts';
import { findBalance } from '../../money/credits/statement.ts';
import {
  type AccountChange,
  changeAccount,
  requireUser,
} from '../../people/identity/accounts/changeAccount.ts';
import type { SessionDeps } from '../../people/identity/credentials/sessions.ts';
import type { ProgressReader } from '../../work/events/progressBus.ts';
import { cancelTask } from '../../work/tasks/cancelTask.ts';
import { listPeopleOf } from './groups.ts';
import { searchPeople } from './searchPeople.ts';

type Deps = Omit<SessionDeps, 'tokens' | 'sessionHours' | 'sessionDays' | 'refreshRepeatSeconds'> & {
  wakeSignals: WakeSignals;
  progress: ProgressReader;
  /** Whether a cancel of a running task costs the computed share. */
  chargesCancel: () => boolean;
};

export interface Person {
  user: User;
  balance: Balance;
  identities: Identity[];
  /** Verified. Moderators are not shown it. */
  email: string | null;
}

/**
 * Newest first; `beforeId` continues a page.
 * @param filter `search`: any name of theirs, with `byEmail` their e-mail address too; `username`: its beginning; `identity`: an account at another service, `discord:<snowflake>`; `group`: in the one of this name.
 */
export async function listPeople(
  database: Database,
  filter: { username?: string; identity?: string; group?: string; search?: string; byEmail?: boolean },
  page: { limit: number; beforeId?: string },
): Promise<Person[]> {
  if (![filter.username, filter.identity].every((text = '') => isAscii(text))) return [];
  const query = User.query(database).orderBy('id', 'desc').limit(page.limit);
  if (page.beforeId !== undefined) query.where('id', '<', page.beforeId);
  if (filter.username !== undefined)
    query.where('username', 'like', `${filter.username.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`);
  if (filter.identity !== undefined) {
    const [provider = '', subject = ''] = filter.identity.split(':');
    query.whereIn('id', Identity.query(database).select('userId').where({ provider, subject }));
  }
  if (filter.group !== undefined) query.whereIn('id', listPeopleOf(database, filter.group));
  if (filter.search !== undefined)
    query.findByIds(
      await searchPeople(database, filter.search, { ...page, byEmail: filter.byEmail === true }),
    );
  const users = await query;
  const identities = await Identity.query(database)
    .whereIn(
      'userId',
      users.map(({ id }) => id),
    )
    .orderBy(['provider', 'subject']);
  const balances = await Balance.query(database).findByIds(users.map(({ id }) => id));
  const emails = await EmailAddress.query(database).findByIds(users.map(({ id }) => id));
  const emailOf = new Map(emails.map(({ userId, address }) => [userId, address]));
  const byUser = new Map(balances.map((balance) => [balance.userId, balance]));
  return users.map((user) => {
    const balance = byUser.get(user.id);
    invariant(balance, `user ${user.id} has no balance row`);
    return {
      user,
      balance,
      identities: identities.filter(({ userId }) => userId === user.id),
      email: emailOf.get(user.id) ?? null,
    };
  });
}

/** @throws Problem `not-found`. */
export async function requirePersonById(database: Database, userId: string): Promise<Person> {
  const user = await requireUser(database, userId);
  const identities = await Identity.query(database).where({ userId }).orderBy(['provider', 'subject']);
  const email = (await EmailAddress.query(database).findById(userId))?.address ?? null;
  return { user, balance: await findBalance(database, userId), identities, email };
}

/** Whose accounts an actor may change. Only who reaches everybody changes roles. */
export type Reach = 'everybody' | 'all-but-administrators' | 'users';

const outOfReach: Record<Exclude<Reach, 'everybody'>, string> = {
  'all-but-administrators': 'Roles and administrators are not changed by a key. Sign in yourself.',
  users: 'A moderator reaches users only, and changes no role. Ask an administrator.',
};

/** @throws Problem `forbidden`. */
export function requireReach(reach: Reach, before: Pick<User, 'role'>, change: AccountChange): void {
  if (reach === 'everybody') return;
  const isReached = reach === 'users' ? before.role === 'user' : before.role !== 'admin';
  if (change.role !== undefined || !isReached) throw new Problem('forbidden', outOfReach[reach]);
}

/**
 * Changes a role, disables or enables. A disabled person's unfinished tasks are cancelled, at the price of what was
 * computed. A process that dies before all of them are leaves the others to the same call: it may be repeated.
 * @throws Problem `not-found`; `forbidden` beyond the actor's reach; `invalid-params` for one's own account, which would
 * lock the last administrator out.
 */
export async function changePerson(
  deps: Deps,
  actor: Actor & { reach: Reach },
  userId: string,
  { reason, ...change }: AccountChange & { reason?: string },
): Promise<Person> {
  if (actor.id === userId)
    throw new Problem('invalid-params', 'You cannot change your own account. Ask another administrator.');
  await changeAccount(deps, userId, change, async (trx, before) => {
    // On the locked row: a person may be given a role at this moment.
    requireReach(actor.reach, before, change);
    const was = { role: before.role, disabled: before.disabledAt !== null };
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'user.change',
      target: `user:${userId}`,
      data: {
        before: was,
        after: { ...was, ...change },
        ...(reason === undefined ? {} : { reason }),
        ...noteKeyOf(actor),
      },
    });
  });
  if (change.disabled) await cancelOpenTasks(deps, userId);
  return requirePersonById(deps.database, userId);
}

async function cancelOpenTasks(deps: Deps, userId: string): Promise<void> {
  const open = await Task.query(deps.database).select('id').where({ userId }).whereIn('status', openStatuses);
  for (const { id } of open) {
    await cancelTask(deps, id, userId, deps).catch((error: unknown) => {
      // It finished meanwhile, which is fine.
      if (!(error instanceof Problem && error.code === 'task-finished')) throw error;
    });
  }
}

interface CreditsChange {
  userId: string;
  amount: number;
  reason: string;
  key: string;
  through?: ThroughKey | undefined;
}

/** @throws Problem `not-found`, `insufficient-credits`, `quota-exceeded`, `idempotency-conflict`. */
export async function changeCredits(deps: Deps, actor: Actor, change: CreditsChange): Promise<Balance> {
  await requireUser(deps.database, change.userId);
  const { userId, amount, reason } = change;
  await inTransaction(deps.database, async (trx) => {
    const isNew = await grantCredits(deps, trx, {
      userId,
      amount,
      reason,
      key: `admin:${change.key}`,
      actorId: actor.id,
    });
    if (!isNew) return;
    if (change.through && amount > 0) await countKeyGift(trx, change.through, amount, deps.clock.now());
    const data = { amount, reason, key: change.key, ...noteKeyOf(actor) };
    await recordAct(deps, trx, { actorId: actor.id, action: 'user.credits', target: `user:${userId}`, data });
  });
  return findBalance(deps.database, userId);
}

/** The usernames by the ids of their people. */
export async function listUsernames(
  database: Database,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const users = userIds.length === 0 ? [] : await User.query(database).findByIds([...userIds]);
  return new Map(users.map(({ id, username }) => [id, username]));
}
