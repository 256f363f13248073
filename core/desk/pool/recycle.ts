import { type Actor, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Backend } from '../../ground/db/models/backend.ts';
import type { WakeSignals } from '../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { type BackendWithSlots, requireBackend } from './backends.ts';

interface Deps {
  database: Database;
  clock: Clock;
  wakeSignals: Pick<WakeSignals, 'send'>;
}

/**
 * Asks the owner of a backend to recycle it: see `recycleStates`. When this returns, the backend is given no more tasks.
 * A request during a recycle changes nothing.
 * @throws Problem `not-found`.
 */
export async function requestRecycle(deps: Deps, actor: Actor, id: string): Promise<BackendWithSlots> {
  await requireBackend(deps.database, id);
  await inTransaction(deps.database, async (trx) => {
    const query = Backend.query(trx).findById(id).whereNull('recycleState').whereNull('removedAt');
    const row = await query.forUpdate();
    if (!row) return;
    const { draining } = row;
    await row.$query(trx).patch({
      recycleState: 'draining',
      recycleReason: 'An administrator asked for it.',
      recycleSince: deps.clock.now(),
      recycleFault: null,
      recycleReturns: !draining,
      draining: true,
    });
    const data = {
      before: { recycleState: null, draining },
      after: { recycleState: 'draining', draining: true },
    };
    await recordAct(deps, trx, { actor, action: 'backend.recycle', target: `backend:${id}`, data });
  });
  deps.wakeSignals.send('slots');
  return requireBackend(deps.database, id);
}

/**
 * Calls a recycle off while the backend still finishes what it has. One that has begun to free it goes on.
 * @throws Problem `not-found`.
 */
export async function cancelRecycle(deps: Deps, actor: Actor, id: string): Promise<BackendWithSlots> {
  await requireBackend(deps.database, id);
  await inTransaction(deps.database, async (trx) => {
    const row = await Backend.query(trx).findById(id).where({ recycleState: 'draining' }).forUpdate();
    if (!row) return;
    const before = { recycleState: row.recycleState, draining: row.draining };
    const after = { recycleState: null, draining: !row.recycleReturns };
    await row.$query(trx).patch({
      ...after,
      recycleSince: deps.clock.now(),
      recycleFault: 'It was called off before anything was freed.',
    });
    const data = { before, after };
    await recordAct(deps, trx, { actor, action: 'backend.cancel-recycle', target: `backend:${id}`, data });
  });
  deps.wakeSignals.send('slots');
  return requireBackend(deps.database, id);
}
