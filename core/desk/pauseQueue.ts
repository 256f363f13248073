import { type Actor, recordAct } from '../ground/audit.ts';
import { type Database, inTransaction } from '../ground/db/connect.ts';
import { Leader } from '../ground/db/models/backend.ts';
import type { WakeSignals } from '../ground/redis/wakeSignals.ts';
import type { Clock } from '../ground/runtime/clock.ts';

interface Deps {
  database: Database;
  clock: Clock;
  wakeSignals: Pick<WakeSignals, 'send'>;
}

/**
 * Pauses the queue, or lets it go on. When this returns, no leader assigns a task any more: an assignment locks the
 * same row, so one that is under way comes before it. A queue that is so already stays as it is.
 */
export async function pauseQueue(deps: Deps, actor: Actor, isPaused: boolean): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const leader = Leader.query(trx).findById(1);
    const changed = isPaused
      ? await leader.whereNull('pausedAt').patch({ pausedAt: deps.clock.now() })
      : await leader.whereNotNull('pausedAt').patch({ pausedAt: null });
    if (changed === 0) return;
    const action = isPaused ? 'queue.pause' : 'queue.resume';
    const data = { before: { paused: !isPaused }, after: { paused: isPaused } };
    await recordAct(deps, trx, { actor, action, target: 'queue', data });
  });
  if (!isPaused) deps.wakeSignals.send('slots');
}
