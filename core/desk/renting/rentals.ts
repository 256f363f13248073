import type { RentalState } from '@star-graph/workflows/shared/rentals';
import { recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Attempt, Backend, Slot } from '../../ground/db/models/backend.ts';
import { JoinCode } from '../../ground/db/models/poolAgent.ts';
import { Rental, RentalDecision } from '../../ground/db/models/rental.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { drainingAs } from '../pool/backends.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

export type OpenRental = Rental & { state: Exclude<RentalState, 'ended'> };

export const listOpen = async (database: Database): Promise<OpenRental[]> =>
  (await Rental.query(database).whereNot({ state: 'ended' }).orderBy('createdAt')) as OpenRental[];

/** How long each that serves has had nothing to do. */
export async function idleTimes(database: Database, now: Date): Promise<Map<string, number>> {
  const rows = await Rental.query(database)
    .where({ state: 'serving' })
    .select('rentals.id', 'rentals.servingAt')
    .select(Slot.query(database).whereColumn('slots.backendId', 'rentals.backendId').count().as('slots'))
    .select('rentals.backendId')
    .castTo<(Pick<Rental, 'id' | 'servingAt' | 'backendId'> & { slots: number })[]>();
  const times = new Map<string, number>();
  for (const { id, servingAt, backendId, slots } of rows) {
    const lastMs = backendId === null || Number(slots) > 0 ? 0 : await findLastEnd(database, backendId);
    const since = Math.max(servingAt?.getTime() ?? 0, lastMs);
    times.set(id, Number(slots) > 0 ? 0 : now.getTime() - since);
  }
  return times;
}

/** Tasks that were accepted earlier have hardly ended later; by index, since a server may have run thousands. */
const lookedAt = 20;

async function findLastEnd(database: Database, backendId: string): Promise<number> {
  const ended = await Attempt.query(database)
    .where({ backendId, state: 'ended' })
    .orderBy('taskId', 'desc')
    .limit(lookedAt)
    .select('endedAt');
  return Math.max(0, ...ended.map(({ endedAt }) => endedAt?.getTime() ?? 0));
}

const hourMs = 3_600_000;

/** From the order to the end: never less than what is billed. */
export function costOf(
  { createdAt, endedAt, price }: Pick<Rental, 'createdAt' | 'endedAt' | 'price'>,
  now: Date,
  since: Date = createdAt,
): number {
  const from = Math.max(createdAt.getTime(), since.getTime());
  return (price * Math.max(0, (endedAt ?? now).getTime() - from)) / hourMs;
}

/** What this day of UTC has cost. */
export async function readSpent(database: Database, now: Date): Promise<number> {
  const midnight = new Date(now);
  midnight.setUTCHours(0, 0, 0, 0);
  const rows = await Rental.query(database).where((of) =>
    of.whereNull('endedAt').orWhere('endedAt', '>', midnight),
  );
  return rows.reduce((sum, row) => sum + costOf(row, now, midnight), 0);
}

const shortestRestMs = 300_000;
const longestRestMs = 3_600_000;
const looksBack = 5;

/** Machines that did no task, one after the other, make the next one wait: 5 minutes, then 10, an hour at most. */
export async function restsUntil(database: Database): Promise<Date | undefined> {
  const last = await Rental.query(database)
    .where({ state: 'ended' })
    .orderBy('endedAt', 'desc')
    .limit(looksBack);
  const found = last.findIndex(({ tasks }) => Number(tasks) > 0);
  const useless = found === -1 ? last.length : found;
  const endedAt = last[0]?.endedAt;
  if (useless === 0 || !endedAt) return undefined;
  return new Date(endedAt.getTime() + Math.min(longestRestMs, shortestRestMs * 2 ** (useless - 1)));
}

/** It takes no more tasks and finishes what it has. One that has not joined has none, and ends at once. */
export async function giveBack({ database }: Deps, id: string): Promise<void> {
  await inTransaction(database, async (trx) => {
    const row = await Rental.query(trx).findById(id).forUpdate();
    if (row?.state === 'wanted' || row?.state === 'starting')
      await row.$query(trx).patch({ state: 'stopping' });
    if (row?.state !== 'serving' || row.backendId === null) return;
    await Backend.query(trx).findById(row.backendId).patch(drainingAs(database, true));
    await row.$query(trx).patch({ state: 'draining' });
  });
}

export async function keepRental({ database }: Deps, id: string): Promise<void> {
  await inTransaction(database, async (trx) => {
    const row = await Rental.query(trx).findById(id).forUpdate();
    if (row?.state !== 'draining' || row.backendId === null) return;
    await Backend.query(trx).findById(row.backendId).patch(drainingAs(database, false));
    await row.$query(trx).patch({ state: 'serving' });
  });
}

/** Of those that drained the ones that have finished, and those that an administrator took out of the pool. */
export async function sendBack(database: Database, drained: readonly string[]): Promise<void> {
  const free = Slot.query(database).whereColumn('slots.backendId', 'rentals.backendId');
  const draining = Backend.query(database)
    .whereColumn('backends.id', 'rentals.backendId')
    .where({ draining: true });
  const removed = Backend.query(database)
    .whereColumn('backends.id', 'rentals.backendId')
    .whereNotNull('backends.removedAt');
  await Rental.query(database)
    .where((of) =>
      of
        .where((one) =>
          one
            .whereIn('rentals.id', [...drained])
            .where({ state: 'draining' })
            .whereExists(draining),
        )
        .orWhere((one) => one.whereIn('state', ['serving', 'draining']).whereExists(removed)),
    )
    .whereNotExists(free)
    .patch({ state: 'stopping' });
}

/** The machine is gone: its server leaves the pool, and what it had goes to others. @returns whether it ended now. */
export async function endRental(
  deps: Deps,
  { id }: Pick<Rental, 'id'>,
  fault: string | null,
): Promise<boolean> {
  const { database, clock } = deps;
  return await inTransaction(database, async (trx) => {
    const row = await Rental.query(trx).findById(id).forUpdate();
    if (!row || row.state === 'ended') return false;
    const { backendId, createdAt } = row;
    const tasks =
      backendId === null
        ? 0
        : await Attempt.query(trx).where({ backendId }).where('startedAt', '>=', createdAt).resultSize();
    await JoinCode.query(trx).where({ rentalId: id }).delete();
    await row
      .$query(trx)
      .patch({ state: 'ended', endedAt: clock.now(), tasks, fault: fault?.slice(0, 500) ?? null });
    const server =
      backendId === null
        ? undefined
        : await Backend.query(trx).findById(backendId).whereNull('removedAt').forUpdate();
    if (!server) return true;
    const { url, name } = server;
    await server.$query(trx).patch({ removedAt: clock.now(), enabled: false });
    const data = { before: { url, name }, after: null };
    await recordAct(deps, trx, {
      actorId: null,
      action: 'backend.remove',
      target: `backend:${server.id}`,
      data,
    });
    return true;
  });
}

const shownEnded = 20;

/** For the desk: those there are, then the last that ended. */
export async function readRentals(
  database: Database,
): Promise<{ decision: RentalDecision | undefined; rentals: Rental[] }> {
  const [decision, open, ended] = await Promise.all([
    RentalDecision.query(database).findById(1),
    listOpen(database),
    Rental.query(database).where({ state: 'ended' }).orderBy('endedAt', 'desc').limit(shownEnded),
  ]);
  return { decision, rentals: [...open, ...ended] };
}
