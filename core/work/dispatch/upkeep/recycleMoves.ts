import { recordAct } from '../../../ground/audit.ts';
import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import { Backend, Leader, type RecycleState } from '../../../ground/db/models/backend.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Ownership } from '../lease.ts';

/** The moves that an owner makes with the recycle of its backend: see `recycleStates`. */
export interface RecycleMoves {
  /**
   * A recycle that nobody asked for begins only where no other is under way, so that never two servers of a pool are
   * away for their age at the same time. One that made no move for an hour is not waited for: its server may never come
   * back.
   * @returns whether it began.
   */
  begin(reason: string, due?: { olderThanHours: number }): Promise<boolean>;
  /** From `draining`, once no slot has a task that may still end there. @returns whether it did. */
  free(): Promise<boolean>;
  restart(): Promise<boolean>;
  /** @param fault why it did not do all it should, in a sentence. */
  end(from: RecycleState, fault: string | null): Promise<boolean>;
}

interface Deps {
  database: Database;
  clock: Clock;
}

/** A slot whose task ended or went on without it is held by a prompt that the backend does not drop. */
const noTask = `NOT EXISTS (SELECT 1 FROM slots JOIN tasks ON tasks.id = slots.task_id
  WHERE slots.backend_id = backends.id AND tasks.attempt = slots.attempt AND tasks.status IN ('assigned', 'running'))`;
/** By the database's clock, and longer than tasks usually may run. */
export const hasStoodLong = 'recycle_since <= NOW(3) - INTERVAL 1 HOUR';
const isOlder = 'fresh_since < NOW(3) - INTERVAL ? HOUR';

export function createRecycleMoves(deps: Deps, owner: string, { backendId, epoch }: Ownership): RecycleMoves {
  const own = (database: Database, from: RecycleState) =>
    Backend.query(database).findById(backendId).where({ owner, epoch, recycleState: from });
  const now = () => deps.database.raw('NOW(3)') as unknown as Date;
  const isAnyUnderWay = async (database: Database) =>
    (await Backend.query(database)
      .whereNotNull('recycleState')
      .whereRaw(`NOT (${hasStoodLong})`)
      .where({ enabled: true })
      .whereNull('removedAt')
      .select('id')
      .first()) !== undefined;

  return {
    async begin(reason, due) {
      // Most looks end here, without a lock.
      if (await isAnyUnderWay(deps.database)) return false;
      return inTransaction(deps.database, async (trx) => {
        // One row that all dispatchers lock: of two that begin at once, the second sees the first.
        await Leader.query(trx).findById(1).select('id').forUpdate();
        if (await isAnyUnderWay(trx)) return false;
        const query = Backend.query(trx)
          .findById(backendId)
          .where({ owner, epoch, enabled: true, draining: false, state: 'up' })
          .whereNull('recycleState')
          .whereNull('removedAt');
        if (due) query.whereRaw(isOlder, [due.olderThanHours]);
        const begun = await query.patch({
          recycleState: 'draining',
          recycleReason: reason,
          recycleSince: now(),
          recycleFault: null,
          recycleReturns: true,
          draining: true,
        });
        if (begun === 0) return false;
        const act = { actorId: null, action: 'backend.recycle' as const, target: `backend:${backendId}` };
        const data = {
          reason,
          before: { recycleState: null, draining: false },
          after: { recycleState: 'draining', draining: true },
        };
        await recordAct(deps, trx, { ...act, data });
        return true;
      });
    },
    free: async () =>
      (await own(deps.database, 'draining')
        .whereRaw(noTask)
        .patch({ recycleState: 'freeing', recycleSince: now() })) === 1,
    restart: async () =>
      (await own(deps.database, 'freeing').patch({ recycleState: 'restarting', recycleSince: now() })) === 1,
    end: (from, fault) =>
      inTransaction(deps.database, async (trx) => {
        const ended = await own(trx, from).patch({
          recycleState: null,
          recycleSince: now(),
          recycleFault: fault?.slice(0, 500) ?? null,
          memoryFloorBytes: null,
          freshSince: now(),
          draining: trx.raw('NOT recycle_returns') as unknown as boolean,
        });
        if (ended === 0) return false;
        const act = { actorId: null, action: 'backend.recycled' as const, target: `backend:${backendId}` };
        const data = { before: { recycleState: from }, after: { recycleState: null } };
        await recordAct(deps, trx, { ...act, data: { ...data, ...(fault === null ? {} : { fault }) } });
        return true;
      }),
  };
}
