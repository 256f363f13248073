import { type Actor, recordAct } from '../ground/audit.ts';
import { type Database, inTransaction } from '../ground/db/connect.ts';
import { Backend, Slot } from '../ground/db/models/backend.ts';
import { Problem } from '../ground/errors.ts';
import type { WakeSignals } from '../ground/redis/wakeSignals.ts';
import type { Clock } from '../ground/runtime/clock.ts';
import { drainingAs } from './pool/backends.ts';
import { parseBackendUrl } from './pool/backendUrl.ts';
import { recallPrefetched } from './takeBack.ts';

interface Deps {
  database: Database;
  clock: Clock;
  wakeSignals: Pick<WakeSignals, 'send' | 'sendCancel'>;
}

interface Drained {
  id: string;
  draining: boolean;
  /** Attempts that it still has. None is added while it drains. */
  tasks: number;
}

/**
 * Drains a backend by its address, or takes the drain back. What waits on it is recalled each time, so a request whose
 * answer was lost is simply repeated, and only a change is an act for the audit. A backend that left the pool counts
 * too: it may still have a task.
 * @throws Problem `not-found`, `invalid-params`.
 */
export async function setDraining(
  deps: Deps,
  actor: Actor,
  { url: given, draining: wanted }: { url: string; draining: boolean },
): Promise<Drained> {
  const url = await parseBackendUrl(given);
  const { id, isInPool } = await inTransaction(deps.database, async (trx) => {
    const row = await Backend.query(trx).findOne({ url }).forUpdate();
    if (!row) throw new Problem('not-found', 'There is no GPU server with this address.');
    // During a recycle it drains anyway, and the wish counts for the time afterwards.
    const before = row.recycleState === null ? row.draining : !row.recycleReturns;
    if (before !== wanted) {
      await Backend.query(trx).findById(row.id).patch(drainingAs(deps.database, wanted));
      const data = { before: { draining: before }, after: { draining: wanted } };
      await recordAct(deps, trx, { actor, action: 'backend.drain', target: `backend:${row.id}`, data });
    }
    return { id: row.id, isInPool: row.removedAt === null };
  });
  if (wanted && isInPool) await recallPrefetched(deps, actor, id);
  deps.wakeSignals.send('slots');
  const tasks = await Slot.query(deps.database).where({ backendId: id }).resultSize();
  return { id, draining: wanted, tasks };
}
