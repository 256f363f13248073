import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { sendPacket } from '../../../ground/db/packet.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { createDispatchSetup } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { assignmentStatements } from '../../tasks/assignTasks.ts';

const setup = fixture(createDispatchSetup);
let preview: PreviewBackendProcess;

beforeAll(async () => {
  preview = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
});
afterAll(async () => {
  await preview?.stop();
});

test('of two tasks given together the earlier one is posted first', async () => {
  await using _dispatcher = await setup.start();
  const backend = await setup.addBackend(preview.url);
  // The test gives the tasks, not the leader.
  await Backend.query(setup.database).findById(backend.id).patch({ enabled: false });
  const image = await setup.uploadPicture(64, 64);
  // The later one has nothing to upload and is ready at once.
  await preview.control({ arm: [{ kind: 'http-delay', delayMs: 2_000, path: '/upload/image' }] });
  const tasks = [
    await setup.submit('img2img', { image, prompt: 'ink', steps: 1 }),
    await setup.submit('text2img', { prompt: 'ink', width: 256, height: 256, steps: 1 }),
  ];
  const given = tasks.map((task, slot) => ({
    taskId: task.id,
    attempt: 0,
    backendId: backend.id,
    slot: slot as 0 | 1,
  }));
  await inTransaction(setup.database, (trx) =>
    sendPacket(
      trx,
      given.flatMap((one) => assignmentStatements(trx, one, new Date())),
    ),
  );
  for (const task of tasks) await setup.reached(task.id, 'succeeded');
  const [earlier, later] = await Promise.all(tasks.map((task) => placeOf(task.id)));
  expect(later).toBeGreaterThan(earlier as number);
  await expectSettled(setup.database);
});

/** Its number among the prompts that the backend was sent. */
async function placeOf(taskId: string): Promise<number | undefined> {
  const [attempt] = await setup.listAttempts(taskId);
  const response = await fetch(`${preview.url}/history/${attempt?.promptId}`);
  const [entry] = Object.values((await response.json()) as Record<string, { prompt: [number] }>);
  return entry?.prompt[0];
}
