import type { Logger } from 'pino';
import { recordAct } from '../../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Identity, type Role, roles, User } from '../../../ground/db/models/user.ts';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { listKeysAndIdentities } from '../accounts/changeAccount.ts';
import { endSessionsIn } from '../credentials/sessions.ts';
import { revokeCredentials } from '../revocations.ts';

export interface RoleDeps {
  database: Database;
  clock: Clock;
  redis: Redis;
  prefix: string;
  log: Logger;
}

const highest = (given: readonly Role[]): Role => roles.findLast((role) => given.includes(role)) ?? 'user';

/** The highest role of the person's groups; `user` without one. */
export const roleOf = (byGroup: Readonly<Record<string, Role>>, groups: readonly string[]): Role =>
  highest(groups.flatMap((group) => (Object.hasOwn(byGroup, group) ? [byGroup[group] ?? 'user'] : [])));

/**
 * Gives the role that the provider's groups give: an account has the highest one of its identities. A changed role ends
 * the person's sessions, sockets and codes, as by an administrator. The last administrator with a password keeps the
 * role, so that a mistake at the provider locks nobody out of the platform.
 */
export async function giveRole(
  deps: RoleDeps,
  userId: string,
  { issuer, subject }: { issuer: string; subject: string },
  givenRole: Role,
): Promise<void> {
  if (await isGiven(deps, userId, { issuer, subject }, givenRole)) return;
  const ended = await inTransaction(deps.database, async (trx) => {
    // First all administrators, in one order: two who lose the role at once see each other.
    const administrators = await lockAdministrators(trx);
    const user = await User.query(trx).findById(userId).forUpdate();
    await Identity.query(trx).findById([issuer, subject]).where({ userId }).patch({ givenRole });
    const identities = await Identity.query(trx).where({ userId });
    const role = highest(identities.flatMap((identity) => identity.givenRole ?? []));
    if (!user || user.role === role) return undefined;
    const others = administrators.filter((one) => one.id !== userId && isWithPassword(one));
    if (user.role === 'admin' && isWithPassword(user) && others.length === 0) {
      deps.log.warn({ userId, issuer }, 'the last administrator with a password keeps the role');
      return undefined;
    }
    await User.query(trx).findById(userId).patch({ role });
    await recordRole(deps, trx, { userId, issuer, before: { role: user.role }, after: { role } });
    return endSessionsIn(trx, { userId }, deps.clock.now());
  });
  if (!ended) return;
  const outlasting = await listKeysAndIdentities(deps.database, userId);
  await revokeCredentials(deps, [...ended, ...outlasting, { kind: 'user', id: userId }]);
}

/** The ordinary case, without a lock: nothing changed since the last sign-in. */
async function isGiven(
  { database }: RoleDeps,
  userId: string,
  { issuer, subject }: { issuer: string; subject: string },
  givenRole: Role,
): Promise<boolean> {
  const identities = await Identity.query(database).where({ userId });
  const user = await User.query(database).findById(userId);
  const own = identities.find((one) => one.provider === issuer && one.subject === subject);
  return own?.givenRole === givenRole && user?.role === givenRole && identities.length === 1;
}

const lockAdministrators = async (trx: Transaction): Promise<User[]> =>
  User.query(trx).where({ role: 'admin' }).orderBy('id').forUpdate();

const isWithPassword = ({ passwordHash, disabledAt }: User): boolean =>
  passwordHash !== null && disabledAt === null;

const recordRole = (
  deps: RoleDeps,
  trx: Transaction,
  {
    userId,
    ...data
  }: { userId: string; issuer: string; before: { role: Role } | null; after: { role: Role } },
): Promise<void> =>
  recordAct(deps, trx, { actorId: null, action: 'user.role.provider', target: `user:${userId}`, data });

export const recordFirstRole = (
  deps: RoleDeps,
  trx: Transaction,
  { id: userId, role }: User,
  issuer: string,
): Promise<void> => recordRole(deps, trx, { userId, issuer, before: null, after: { role } });
