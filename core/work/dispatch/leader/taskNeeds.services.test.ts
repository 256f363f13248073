import { expect, test } from 'vitest';
import { Attempt } from '../../../ground/db/models/backend.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { createTestDatabase } from '../../../testing/db/testDatabase.ts';
import { requeueTask, startTask } from '../../tasks/attemptTransitions.ts';
import { problems } from '../attempt/decision.ts';
import { findFailedOn } from './taskNeeds.ts';

test('a backend counts as failed only after a faulted attempt', async () => {
  await using test = await createTestDatabase();
  const { database } = test;
  const { id: userId } = await createUser(database, 100);
  const { id } = await createQueuedTask(database, userId);
  const requeue = { fault: 'a fault', countsAsFailure: false, error: problems.nodeError };

  /** One more attempt, on a backend of its own. */
  async function attemptOnce({ isRecalled, begins }: { isRecalled: boolean; begins: boolean }) {
    const backend = await createOwnedBackend(database);
    const task = await Task.query(database).findById(id).throwIfNotFound();
    const fence = await assign(database, task, backend);
    const attempt = Attempt.query(database).findById([id, fence.attempt]);
    if (isRecalled) await attempt.patch({ recalledAt: new Date() });
    if (begins) await startTask({ database, clock: systemClock }, fence);
    await requeueTask({ database, clock: systemClock }, fence, requeue);
    return backend.id;
  }

  const refused = await attemptOnce({ isRecalled: false, begins: false });
  await attemptOnce({ isRecalled: true, begins: false });
  const begun = await attemptOnce({ isRecalled: true, begins: true });
  const failedOn = await findFailedOn(database, [{ id, attempt: 3 }]);
  expect([...(failedOn.get(id) ?? [])].sort()).toEqual([refused, begun].sort());
});
