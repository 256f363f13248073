import { expect, test, vi } from 'vitest';
import { Task } from '../../../ground/db/models/task.ts';
import { startPreviewBackend } from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { startDispatcherProcess } from '../../../testing/dispatch/dispatcherProcess.ts';
import { createDispatchSetup } from '../../../testing/dispatch/dispatchSetup.ts';

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000 });

test('a task queued with an earlier shipped version runs as that version', async () => {
  await using setup = await createDispatchSetup();
  await using backend = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
  {
    await using _dispatcher = await setup.start();
    await setup.addBackend(backend.url);
  }
  const image = await setup.uploadPicture(65, 400);
  const [earlier, current] = [
    await setup.submit('img2img', { image, prompt: 'ink', steps: 2 }),
    await setup.submit('img2img', { image, prompt: 'ink', steps: 2 }),
  ];
  expect(current.workflowVersion).toBeGreaterThan(1);
  await Task.query(setup.database).findById(earlier.id).patch({ workflowVersion: 1 });

  await using _dispatcher = await startDispatcherProcess(setup.environment);
  // Version 1 let ComfyUI crop the picture; later versions do not.
  for (const [{ id }, workflowVersion, crop] of [
    [earlier, 1, 'center'],
    [current, current.workflowVersion, 'disabled'],
  ] as const) {
    const done = await setup.reached(id, 'succeeded', 'failed');
    expect(done).toMatchObject({ status: 'succeeded', workflowVersion, failures: 0 });
    const promptId = (await setup.listAttempts(id))[0]?.promptId ?? '';
    const answer = await fetch(`${backend.url}/history/${promptId}`);
    const history = (await answer.json()) as { [id: string]: { prompt: [number, string, object] } };
    expect(history[promptId]?.prompt[2]).toMatchObject({ '6': { inputs: { crop } } });
  }
  await expectSettled(setup.database);
});
