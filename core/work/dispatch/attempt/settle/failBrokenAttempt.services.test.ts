import { expect, test } from 'vitest';
import { Slot } from '../../../../ground/db/models/backend.ts';
import { Task } from '../../../../ground/db/models/task.ts';
import { systemClock } from '../../../../ground/runtime/clock.ts';
import { findBalance } from '../../../../money/credits/statement.ts';
import {
  assign,
  createOwnedBackend,
  createQueuedTask,
  createUser,
} from '../../../../testing/db/factories.ts';
import { createTestDatabase } from '../../../../testing/db/testDatabase.ts';
import { silentLogger } from '../../../../testing/dispatch/dispatchSetup.ts';
import { listTakenSlots } from '../../takenSlots.ts';
import { failBrokenAttempt } from './failBrokenAttempt.ts';

test('an abandoned attempt fails its task and returns slot and credits', async () => {
  await using test = await createTestDatabase();
  const { database } = test;
  const { id: userId } = await createUser(database, 100);
  const backend = await createOwnedBackend(database);
  const task = await createQueuedTask(database, userId);
  const fence = await assign(database, task, backend);
  const [slot] = await listTakenSlots(database, [backend.id]);
  if (!slot) throw new Error('the slot is free');
  const rung: string[] = [];
  const wakeSignals = { send: (what: string) => void rung.push(what), sendCancel: () => undefined };
  const deps = { database, clock: systemClock, logger: silentLogger, wakeSignals };
  const { signal } = new AbortController();
  const signals = { run: signal, left: signal };
  const stranger = { ...fence, epoch: fence.epoch + 1 };
  expect(await failBrokenAttempt(deps, stranger, slot, signals)).toEqual({ kind: 'left' });
  expect(await failBrokenAttempt(deps, fence, slot, signals)).toEqual({ kind: 'failed' });
  expect(await Task.query(database).findById(task.id)).toMatchObject({
    status: 'failed',
    error: { code: 'internal' },
  });
  expect(await Slot.query(database)).toEqual([]);
  expect(await findBalance(database, userId)).toMatchObject({ available: 100, held: 0 });
  expect(rung).toEqual(['slots']);
});
