import { expect, test } from 'vitest';
import { Slot } from '../../ground/db/models/backend.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { listTakenSlots } from './takenSlots.ts';

const own = databaseFixture();

test('taken slots are listed in the order of their assignment', async () => {
  const { database } = own;
  const { id: userId } = await createUser(database);
  const backend = await createOwnedBackend(database, newId());
  const takenAt = new Date();
  const order = async () => (await listTakenSlots(database, [backend.id])).map(({ slot }) => slot);
  for (const slot of [1, 0] as const)
    await assign(database, await createQueuedTask(database, userId), backend, slot);
  await Slot.query(database).patch({ takenAt });
  expect(await order()).toEqual([0, 1]);
  await Slot.query(database)
    .where({ slot: 0 })
    .patch({ takenAt: new Date(takenAt.getTime() + 1) });
  expect(await order()).toEqual([1, 0]);
});
