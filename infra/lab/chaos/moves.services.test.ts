import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import {
  assign,
  createOwnedBackend,
  createQueuedTask,
  createUser,
} from '@star-graph/core/testing/db/factories';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { startRelay } from '@star-graph/core/testing/events';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTestRedis } from '@star-graph/core/testing/services/testRedis';
import {
  renewBackends,
  renewLeadership,
  takeBackend,
  takeLeadership,
} from '@star-graph/core/work/dispatch/lease';
import {
  completeTask,
  failTask,
  markPosted,
  type NewOutput,
  releaseSlot,
  requeueTask,
  startTask,
} from '@star-graph/core/work/tasks/attemptTransitions';
import { cancelTask } from '@star-graph/core/work/tasks/cancelTask';
import { expect, test } from 'vitest';
import { openGate } from './cluster/gate.ts';
import { moveNames, moves } from './moves.ts';

const error = { code: 'internal', detail: 'Ended by the test.' } as const;
const wakeSignals = { send: () => undefined, sendCancel: () => undefined };

const output = (): NewOutput => ({
  id: newId(),
  mime: 'image/png',
  width: 8,
  height: 8,
  bytes: 80,
  sha256: 'a'.repeat(64),
  durationMs: null,
  frames: null,
  storageKey: `outputs/${newId()}/a.png`,
});

/** Every move of the path once, as the platform makes it. */
async function makeMoves(database: Database): Promise<void> {
  const deps = { database, clock: systemClock, wakeSignals };
  const user = await createUser(database);
  const begin = async () => {
    const backend = await createOwnedBackend(database);
    return assign(database, await createQueuedTask(database, user.id), backend);
  };
  const completed = await begin();
  expect(await markPosted(deps, completed, newId())).toBe(true);
  expect(await startTask(deps, completed)).toBe(true);
  expect(await completeTask(deps, completed, [output()])).toBe(true);
  expect(await failTask(deps, await begin(), error, 'test')).toBe(true);
  const requeue = { fault: 'test', countsAsFailure: false, error };
  expect(await requeueTask(deps, await begin(), requeue)).toBe('queued');
  const cancelled = await begin();
  await cancelTask(deps, cancelled.taskId, user.id);
  expect(await releaseSlot(deps, cancelled, 'test')).toBe(true);
}

async function makeLeaseMoves(database: Database): Promise<void> {
  const owner = newId();
  const { id } = await createOwnedBackend(database, owner, { owner: null, leaseUntil: null });
  const epoch = await takeBackend({ database }, id, owner, 60_000);
  await renewBackends({ database }, owner, [{ backendId: id, epoch: epoch ?? 0 }], 60_000);
  const term = await takeLeadership({ database }, owner, 60_000);
  expect(await renewLeadership({ database }, { owner, epoch: term ?? 0 }, 60_000)).toBe('renewed');
}

test('each move has a statement in which a process can be struck', async () => {
  await using parts = new AsyncDisposableStack();
  const migrated = parts.use(await createTestDatabase());
  const redis = parts.use(await createTestRedis());
  const gate = parts.adopt(await openGate(migrated.url), (it) => it.close());
  const database = parts.adopt(connectDatabase({ url: gate.url, poolSize: 4 }), (it) => it.destroy());
  const seen = new Set<string>();
  const watch = (sql: string): boolean => {
    for (const move of moveNames) if (moves[move].sql.test(sql)) seen.add(move);
    return false;
  };
  gate.holdAt(watch, () => undefined);
  await makeMoves(database);
  await makeLeaseMoves(database);
  {
    await using _running = startRelay({ database, redis: redis.redis, prefix: redis.prefix });
    await eventually(async () =>
      expect(await database('outbox').whereNull('sentAt').first()).toBeUndefined(),
    );
  }
  expect([...seen].toSorted()).toEqual(moveNames.toSorted());
});
