import { again, type Database } from '../../ground/db/connect.ts';
import { Attempt, type AttemptFailure } from '../../ground/db/models/backend.ts';
import { type Fence, fenceCondition } from './ownerFence.ts';

/** Adds a node's error to an attempt. It changes no state, so it may be lost or written twice. */
export async function recordNodeError(
  { database }: { database: Database },
  fence: Fence,
  failure: AttemptFailure,
): Promise<void> {
  await again(async () => {
    await Attempt.query(database)
      .findById([fence.taskId, fence.attempt])
      .whereNot({ state: 'ended' })
      .whereRaw(...fenceCondition(fence))
      .patch({ failure });
  });
}
