import { afterAll, beforeAll, expect, test } from 'vitest';
import { InventoryRecord } from '../../../ground/db/models/backend.ts';
import { invariant } from '../../../ground/errors.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import {
  packInventory,
  parseStoredInventory,
  saveInventory,
} from '../../../library/catalogue/storedInventory.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { createDispatchSetup, type DispatchSetup } from '../../../testing/dispatch/dispatchSetup.ts';

let setup: DispatchSetup;
let server: PreviewBackendProcess;
const running = new AsyncDisposableStack();

beforeAll(async () => {
  setup = running.use(await createDispatchSetup());
  server = running.use(await startPreviewBackend({ flags: ['--instant', '--threads', '1'] }));
  running.use(await setup.start());
});
afterAll(() => running.disposeAsync());

test('a model that goes in mid-run does not touch the running task', async () => {
  const { id: backendId } = await setup.addBackend(server.url);
  await server.control({ arm: [{ kind: 'hold', times: 'always' }] });
  const values = { prompt: 'a lighthouse', width: 256, height: 256, steps: 1 };
  const task = await setup.submit('text2img', values);
  await setup.reached(task.id, 'running');
  const { content } = await InventoryRecord.query(setup.database).findById(backendId).throwIfNotFound();
  const without = content.replaceAll('"sd_xl_base_1.0.safetensors"', '"another.safetensors"');
  const inventory = parseStoredInventory(without);
  invariant(inventory && without !== content, 'the server listed it');
  await saveInventory({ database: setup.database, clock: systemClock }, backendId, packInventory(inventory));
  await setup.catalogue.refresh();
  await expect(
    setup.submit('text2img', { ...values, model: 'sd_xl_base_1.0.safetensors' }),
  ).rejects.toMatchObject({
    code: 'workflow-unavailable',
  });
  await server.control({ disarm: ['hold'] });
  const ended = await setup.reached(task.id, 'succeeded', 'failed');
  expect(ended).toMatchObject({ status: 'succeeded', attempt: 1, failures: 0 });
  await expectSettled(setup.database);
});
