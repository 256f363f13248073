import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Asset } from '../../ground/db/models/asset.ts';
import { findBalance } from '../../money/credits/statement.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../testing/db/expectSettled.ts';
import {
  createDispatchSetup,
  type DispatchSetup,
  type RunningDispatcher,
} from '../../testing/dispatch/dispatchSetup.ts';

let setup: DispatchSetup;
let backend: PreviewBackendProcess;
let dispatcher: RunningDispatcher;

beforeAll(async () => {
  setup = await createDispatchSetup();
  backend = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
  dispatcher = await setup.start();
  await setup.addBackend(backend.url);
});

afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await backend?.stop();
  await setup?.[Symbol.asyncDispose]();
});

afterEach(() => expectSettled(setup.database));

const outputsOf = (taskId: string) => Asset.query(setup.database).where({ taskId }).orderBy('position');

describe('a task', () => {
  test('of text2img ends with its picture stored and its price captured once', async () => {
    const before = await findBalance(setup.database, setup.userId);
    const task = await setup.submit('text2img', {
      prompt: 'a lighthouse',
      width: 256,
      height: 256,
      steps: 2,
    });
    const done = await setup.reached(task.id, 'succeeded', 'failed');
    expect(done).toMatchObject({ status: 'succeeded', attempt: 1, failures: 0 });
    const outputs = await outputsOf(task.id);
    expect(outputs).toHaveLength(1);
    expect(await setup.storage.stat(outputs[0]?.storageKey ?? '')).toMatchObject({ mime: outputs[0]?.mime });
    const after = await findBalance(setup.database, setup.userId);
    expect(after).toMatchObject({ available: before.available - task.cost, held: 0, openTasks: 0 });
  });

  test("of upscale ends with exactly twice the picture's size", async () => {
    const image = await setup.uploadPicture(96, 64);
    const task = await setup.submit('upscale', { image, scale: 2 });
    await setup.reached(task.id, 'succeeded');
    expect(await outputsOf(task.id)).toMatchObject([{ width: 192, height: 128, kind: 'output' }]);
  });
});
