import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { inTransaction } from '../../ground/db/connect.ts';
import type { Session } from '../../ground/db/models/session.ts';
import { User } from '../../ground/db/models/user.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import { isId } from '../../ground/runtime/ids.ts';
import { requireUser } from '../../people/identity/accounts/changeAccount.ts';
import { endSessionsIn, listSessions, type SessionDeps } from '../../people/identity/credentials/sessions.ts';
import { revokeCredentials } from '../../people/identity/revocations.ts';
import { type Reach, requireReach } from './people.ts';

type Deps = Omit<SessionDeps, 'tokens' | 'sessionHours' | 'sessionDays' | 'refreshRepeatSeconds'>;
type ReachingActor = Actor & { reach: Reach };

/** A person's live sessions, newest first. @throws Problem `not-found`; `forbidden` beyond the actor's reach. */
export async function listSessionsOf(
  deps: Deps,
  { reach }: Pick<ReachingActor, 'reach'>,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<Session[]> {
  requireReach(reach, await requireUser(deps.database, userId), {});
  return listSessions(deps, userId, page);
}

/**
 * Ends a person's sessions, one or all, with their sockets and event streams. With all of them, unused sign-in codes and
 * half-made sign-ins end as well. API keys go on.
 * @throws Problem `not-found`; `forbidden` beyond the actor's reach.
 */
export async function endSessionsOf(
  deps: Deps,
  actor: ReachingActor,
  { userId, id }: { userId: string; id?: string },
): Promise<void> {
  await requireUser(deps.database, userId);
  if (id !== undefined && !isId(id)) throw noSession();
  const ended = await inTransaction(deps.database, async (trx) => {
    const user = await User.query(trx).findById(userId).forUpdate();
    invariant(user, `user ${userId} vanished`);
    // On the locked row: a person may be given a role at this moment.
    requireReach(actor.reach, user, {});
    const which = id === undefined ? { userId } : { userId, id };
    const sessions = await endSessionsIn(trx, which, deps.clock.now());
    if (id !== undefined && sessions.length === 0) throw noSession();
    const data = { ended: sessions.map((session) => session.id), ...noteKeyOf(actor) };
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'user.sessions',
      target: `user:${userId}`,
      data,
    });
    return sessions;
  });
  await revokeCredentials(deps, ended);
}

const noSession = () => new Problem('not-found', 'This person has no such session.');
