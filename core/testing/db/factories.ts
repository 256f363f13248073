import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Backend, Leader } from '../../ground/db/models/backend.ts';
import { Task } from '../../ground/db/models/task.ts';
import { User } from '../../ground/db/models/user.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import { invariant } from '../../ground/errors.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createBalance, grantCredits } from '../../money/credits/credits.ts';
import { assignmentStatements } from '../../work/tasks/assignTasks.ts';
import type { Fence } from '../../work/tasks/ownerFence.ts';
import { holdCredits } from './holds.ts';

const deps = { clock: systemClock };

/** An account with a balance. */
export async function createUser(database: Database, credits = 100): Promise<User> {
  return inTransaction(database, async (trx) => {
    const id = newId();
    const user = await User.query(trx).insertAndFetch({
      id,
      username: `u${id.replaceAll('-', '').slice(-20)}`,
      createdAt: new Date(),
    });
    await createBalance(trx, id);
    if (credits > 0)
      await grantCredits(deps, trx, { userId: id, amount: credits, key: `test:${id}`, reason: 'test' });
    return user;
  });
}

/** A task as after its acceptance: queued, with its credits held. */
export async function createQueuedTask(
  database: Database,
  userId: string,
  values: Partial<Task> = {},
): Promise<Task> {
  return inTransaction(database, async (trx) => {
    const now = new Date();
    const task = await Task.query(trx).insertAndFetch({
      id: newId(),
      userId,
      apiKeyId: null,
      type: 'text2img',
      workflowName: 'text2img',
      workflowVersion: 1,
      lane: 'interactive',
      status: 'queued',
      params: {},
      meta: {},
      images: {},
      cost: 5,
      workUnits: 1,
      estimateSeconds: 5,
      createdAt: now,
      updatedAt: now,
      ...values,
    });
    await holdCredits(deps, trx, { taskId: task.id, userId, amount: task.cost }, 1_000);
    return task;
  });
}

/** A backend that `owner` owns. */
export async function createOwnedBackend(
  database: Database,
  owner = newId(),
  values: Partial<Backend> = {},
): Promise<Backend> {
  const id = newId();
  return Backend.query(database).insertAndFetch({
    id,
    url: `http://127.0.0.1:1/${id}`,
    name: 'test',
    labels: [],
    owner,
    epoch: 1,
    leaseUntil: new Date(Date.now() + 3_600_000),
    state: 'up',
    createdAt: new Date(),
    ...values,
  });
}

/** Puts a queued task on a backend and returns the owner's fence. */
export async function assign(
  database: Database,
  task: Task,
  backend: Backend,
  slot: 0 | 1 = 0,
): Promise<Fence> {
  const { id: taskId, attempt } = task;
  const { id: backendId, owner, epoch } = backend;
  invariant(owner !== null, 'the backend has an owner');
  await inTransaction(database, (trx) =>
    sendPacket(trx, assignmentStatements(trx, { taskId, attempt, backendId, slot }, new Date())),
  );
  return { taskId, attempt: attempt + 1, backendId, owner, epoch };
}

/** Makes a dispatcher the leader. */
export async function lead(database: Database, owner: string): Promise<{ owner: string; epoch: number }> {
  await Leader.query(database)
    .findById(1)
    .patch({ owner, epoch: 7, leaseUntil: new Date(Date.now() + 3_600_000) });
  return { owner, epoch: 7 };
}
