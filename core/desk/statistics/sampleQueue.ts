import type { Database } from '../../ground/db/connect.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { readQueueState } from '../../work/tasks/queueState.ts';
import { hourMs } from './addUp.ts';

/**
 * Notes how long the queue is now, in the row of this hour. The leader does once a minute; a change of the leader may
 * make one more or less, which a mean does not notice.
 */
export async function sampleQueue(deps: { database: Database; clock: Clock }): Promise<void> {
  const { byStatus } = await readQueueState(deps);
  const waiting = byStatus.queued + byStatus.assigned;
  const nowMs = deps.clock.now().getTime();
  await deps.database.raw(
    `INSERT INTO statistics_queue (span, at, samples, waiting_sum, waiting_most, running_sum, running_most)
    VALUES ('hour', ?, 1, ?, ?, ?, ?)
    ON DUPLICATE KEY UPDATE samples = samples + 1,
      waiting_sum = waiting_sum + VALUES(waiting_sum), waiting_most = GREATEST(waiting_most, VALUES(waiting_most)),
      running_sum = running_sum + VALUES(running_sum), running_most = GREATEST(running_most, VALUES(running_most))`,
    [new Date(nowMs - (nowMs % hourMs)), waiting, waiting, byStatus.running, byStatus.running],
  );
}
