import { type Actor, noteKeyOf, recordAct } from '../ground/audit.ts';
import { type Database, inTransaction } from '../ground/db/connect.ts';
import { Announcement } from '../ground/db/models/operation.ts';
import { Problem } from '../ground/errors.ts';
import type { Clock } from '../ground/runtime/clock.ts';
import { isId, newId } from '../ground/runtime/ids.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

/** Newest first; `beforeId` continues a page. @param filter `inForceAt` leaves out those that have expired by then. */
export async function listAnnouncements(
  database: Database,
  filter: { inForceAt?: Date },
  page: { limit: number; beforeId?: string },
): Promise<Announcement[]> {
  const query = Announcement.query(database).orderBy('id', 'desc').limit(page.limit);
  if (page.beforeId !== undefined) query.where('id', '<', page.beforeId);
  const { inForceAt } = filter;
  if (inForceAt) query.where((either) => either.whereNull('expiresAt').orWhere('expiresAt', '>', inForceAt));
  return query;
}

export async function createAnnouncement(
  deps: Deps,
  actor: Actor,
  values: { message: Record<string, string>; expiresAt: Date | null },
): Promise<Announcement> {
  return inTransaction(deps.database, async (trx) => {
    const announcement = await Announcement.query(trx).insertAndFetch({
      id: newId(),
      ...values,
      createdAt: deps.clock.now(),
    });
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'announcement.create',
      target: `announcement:${announcement.id}`,
      data: { before: null, after: values, ...noteKeyOf(actor) },
    });
    return announcement;
  });
}

/** @throws Problem `not-found`. */
export async function deleteAnnouncement(deps: Deps, actor: Actor, id: string): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const known = isId(id) ? await Announcement.query(trx).findById(id).forUpdate() : undefined;
    if (!known) throw new Problem('not-found', 'There is no such announcement.');
    await known.$query(trx).delete();
    const { message, expiresAt } = known;
    const data = { before: { message, expiresAt }, after: null };
    await recordAct(deps, trx, {
      actor,
      action: 'announcement.delete',
      target: `announcement:${id}`,
      data,
    });
  });
}
