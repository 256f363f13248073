import { afterAll, beforeAll, expect, test } from 'vitest';
import { Task } from '../../ground/db/models/task.ts';
import { readMetrics } from '../../ground/telemetry/readMetrics.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../../testing/comfy/startPreviewBackend.ts';
import { createDispatchSetup, eventually } from '../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../testing/fixture.ts';

const setup = fixture(createDispatchSetup);
let preview: PreviewBackendProcess;
beforeAll(async () => {
  preview = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
});
afterAll(async () => {
  await preview?.stop();
});

const readText = async () => (await readMetrics('text')).text;

test("a run shows its wait, its time, its end and its GPU's work", async () => {
  const dispatcher = await setup.start();
  const { name } = await setup.addBackend(preview.url);
  const { id } = await setup.submit('text2img', { prompt: 'a', width: 256, height: 256, steps: 4 });
  await eventually(async () =>
    expect((await Task.query(setup.database).findById(id))?.status).toBe('succeeded'),
  );
  await eventually(async () => {
    const text = await readText();
    for (const shown of [
      /^star_graph_leading 1$/m,
      /^star_graph_task_wait_seconds_count\{lane="interactive"\} [1-9]/m,
      /^star_graph_task_run_seconds_count\{workflow="text2img"\} [1-9]/m,
      /^star_graph_tasks_finished_total\{workflow="text2img",outcome="succeeded"\} [1-9]/m,
      /^star_graph_attempts_total\{end="succeeded"\} [1-9]/m,
      /^star_graph_queue_tasks\{lane="interactive"\} 0$/m,
      /^star_graph_gpus\{gpu="all"\} 1$/m,
      `star_graph_backend_state{backend="${name}",state="up"} 1\n`,
      `star_graph_backend_activity_seconds_total{backend="${name}",activity="sampling"}`,
      `star_graph_backend_activity_seconds_total{backend="${name}",activity="idle"}`,
      /^star_graph_database_connections_max\{pool="main"\} [1-9]/m,
      /^star_graph_redis_connections\{purpose="subscriber",state="ready"\} [1-9]/m,
    ])
      typeof shown === 'string' ? expect(text).toContain(shown) : expect(text).toMatch(shown);
  });
  await dispatcher.stop();
  const text = await readText();
  expect(text).toMatch(/^star_graph_leading 0$/m);
  expect(text).not.toMatch(/^star_graph_(queue_tasks|gpus|backends|waiting_tasks)\{/m);
  expect(text).not.toContain(`backend="${name}"`);
});
