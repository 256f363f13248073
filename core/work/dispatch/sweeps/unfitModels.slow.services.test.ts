import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Backend, Leader, ModelMark } from '../../../ground/db/models/backend.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { listMarks, markUnfit } from '../../../library/catalogue/modelMarks.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { createQueuedTask } from '../../../testing/db/factories.ts';
import {
  createDispatchSetup,
  type DispatchSetup,
  silentLogger,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { createLackingTaskSweep } from './failLackingTasks.ts';

const sdxl = 'sd_xl_base_1.0.safetensors';
const sd15 = 'v1-5-pruned-emaonly-fp16.safetensors';
const lora = 'lcm-lora-sdv1-5.safetensors';

let setup: DispatchSetup;
let servers: PreviewBackendProcess[];
let ids: string[];
const running = new AsyncDisposableStack();

beforeAll(async () => {
  setup = running.use(await createDispatchSetup());
  const flags = ['--instant', '--threads', '1', '--cache-none'];
  servers = [
    running.use(await startPreviewBackend({ flags })),
    running.use(await startPreviewBackend({ flags })),
  ];
  running.use(await setup.start());
  ids = [];
  for (const { url } of servers) ids.push((await setup.addBackend(url)).id);
});
afterAll(() => running.disposeAsync());

beforeEach(async () => {
  await ModelMark.query(setup.database).delete();
  await setup.catalogue.refresh();
  for (const server of servers) await server.control({ disarm: 'all' });
});
afterEach(() => expectSettled(setup.database));

const draw = (model: string, more: object = {}) =>
  setup.submit('text2img', { prompt: 'a lighthouse', model, width: 256, height: 256, steps: 1, ...more });
const truncated = {
  kind: 'node-error',
  classType: 'CheckpointLoaderSimple',
  message: 'Error while deserializing header: MetadataIncompleteBuffer\n\nFile path: /models/x.safetensors',
  times: 'always',
};
/** These ask the preview backend for its sentinels. */
const cutOff = { prompt: 'a lighthouse [fault:truncated-checkpoint]' };
const clashing = { prompt: 'a lighthouse [fault:wrong-family]' };
const marked = async () =>
  (await listMarks(setup.database)).map(({ backendId, models }) => [
    backendId,
    models.map(({ name }) => name),
  ]);

describe('a model file that one backend cannot read', () => {
  test('sends only one task to another backend, without a failure', async () => {
    await servers[0]?.control({ arm: [truncated] });
    const tasks = [];
    // Some go to each backend until the broken one is found.
    while ((await marked()).length === 0) {
      tasks.push(await draw(sdxl));
      await setup.reached(tasks.at(-1)?.id ?? '', 'succeeded');
    }
    expect(await marked()).toEqual([[ids[0], [sdxl]]]);
    const sent = tasks.at(-1)?.id ?? '';
    expect(await setup.reached(sent, 'succeeded')).toMatchObject({ failures: 0, attempt: 2 });
    const [first, second] = await setup.listAttempts(sent);
    expect([first?.backendId, second?.backendId]).toEqual(ids);
    expect(first?.failure).toMatchObject({
      nodeType: 'CheckpointLoaderSimple',
      message: 'Error while deserializing header: MetadataIncompleteBuffer',
      models: expect.arrayContaining([`checkpoints/${sdxl}`]),
    });
    const later = [await draw(sdxl), await draw(sdxl), await draw(sdxl)];
    for (const { id } of later) {
      await setup.reached(id, 'succeeded');
      expect((await setup.listAttempts(id)).map(({ backendId }) => backendId)).toEqual([ids[1]]);
    }
  });
});

describe('a model file that no backend can read', () => {
  test('fails the task after one try on each, naming the model', async () => {
    const { available } = await findBalance(setup.database, setup.userId);
    const task = await draw(sdxl, cutOff);
    const failed = await setup.reached(task.id, 'failed', 'succeeded');
    expect(failed).toMatchObject({
      status: 'failed',
      failures: 0,
      attempt: 2,
      error: { code: 'model-unusable' },
    });
    expect(failed.error?.detail).toContain(sdxl);
    expect(failed.error?.detail).not.toMatch(/header|MetadataIncomplete|\//i);
    expect(await findBalance(setup.database, setup.userId)).toMatchObject({ available, held: 0 });
    await setup.catalogue.refresh();
    await expect(draw(sdxl)).rejects.toMatchObject({ code: 'model-unusable' });
    expect(await findBalance(setup.database, setup.userId)).toMatchObject({ available, held: 0 });
  });

  test('fails the tasks that wait for it', async () => {
    await Backend.query(setup.database).patch({ draining: true });
    for (const backendId of ids) await markUnfit(setup, markOf(backendId));
    await setup.catalogue.refresh();
    const { version, params: schema } = await setup.catalogue.requireWorkflow('text2img');
    const params = schema.parse({ prompt: 'a lighthouse', model: sd15 });
    const values = { workflowVersion: version, params };
    const task = await createQueuedTask(setup.database, setup.userId, values);
    const other = await createQueuedTask(setup.database, setup.userId, {
      ...values,
      params: { ...params, model: sdxl },
    });
    const { owner, epoch } = await Leader.query(setup.database).findById(1).throwIfNotFound();
    const leadership = { held: { owner: owner ?? '', epoch } };
    const deps = { ...setup, clock: systemClock, logger: silentLogger, leadership };
    // The dispatcher's own sweep may have come before.
    const sweep = createLackingTaskSweep(deps, 900_000);
    expect(await sweep.run(new AbortController().signal)).toBeLessThanOrEqual(1);
    expect((await setup.reached(task.id, 'failed')).error).toMatchObject({ code: 'model-unusable' });
    await Backend.query(setup.database).patch({ draining: false });
    await setup.reached(other.id, 'succeeded');
  });
});

const markOf = (backendId: string) => ({
  backendId,
  models: [{ folder: 'checkpoints', name: sd15 }],
  reason: 'test',
  taskId: setup.userId,
});

describe('models of which weights do not fit each other', () => {
  test("are separated after two backends' failures, and each keeps running alone", async () => {
    const task = await draw(sdxl, { ...clashing, loras: [{ name: lora, weight: 1 }] });
    const failed = await setup.reached(task.id, 'failed', 'succeeded');
    expect(failed).toMatchObject({ status: 'failed', failures: 0, error: { code: 'model-unusable' } });
    for (const name of [sdxl, lora]) expect(failed.error?.detail).toContain(name);
    expect((await marked()).map(([, names]) => names)).toEqual([
      [sdxl, lora],
      [sdxl, lora],
    ]);
    await setup.catalogue.refresh();
    await expect(draw(sdxl, { loras: [{ name: lora, weight: 0.5 }] })).rejects.toMatchObject({
      code: 'model-unusable',
    });
    await setup.reached((await draw(sdxl)).id, 'succeeded');
  });

  test('fail the task at once and mark no model', async () => {
    const task = await draw(sdxl, clashing);
    expect(await setup.reached(task.id, 'failed', 'succeeded')).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'generation-failed' },
    });
    expect(await marked()).toEqual([]);
  });
});
