import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBackend, removeBackend } from '../../../desk/pool/backends.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import {
  createDispatchSetup,
  eventually,
  type RunningDispatcher,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';

const setup = fixture(createDispatchSetup);
let backend: PreviewBackendProcess;
let dispatcher: RunningDispatcher;
beforeAll(async () => {
  backend = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
  // The next round of leases is later than any test waits.
  dispatcher = await setup.start({ leaseMs: 3_600_000 });
});
afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await backend?.stop();
});

test('an added server is taken at once and a removed one is left, between the rounds of leases', async () => {
  const { database, wakeSignals, keyRing } = setup;
  const deps = { database, wakeSignals, keyRing, clock: systemClock };
  const settings = { url: backend.url, weight: 1, labels: [], enabled: true };
  const { backend: added } = await createBackend(deps, { id: setup.userId, serviceKey: null }, settings);
  const find = () => Backend.query(database).findById(added.id).throwIfNotFound();
  await eventually(async () => expect(await find()).toMatchObject({ state: 'up', owner: dispatcher.id }));

  await removeBackend(deps, { id: setup.userId, serviceKey: null }, added.id);
  await eventually(async () => expect(await find()).toMatchObject({ owner: null }));
});
