import { readRuns } from './backendHistory.ts';
import { watchEvents } from './eventWatch.ts';
import { smallPicture } from './load.ts';
import type { BenchPerson, BenchPlatform } from './platform.ts';
import { type Measurement, showPercentiles } from './report.ts';

const rounds = 200;
const warmUp = 20;

/**
 * From `execution_start` on a backend, by its own record, to `task_started` at a STOMP client: through the
 * dispatcher's socket, the row, the outbox and Redis. Backend and client share a clock.
 */
export async function measureEvents(platform: BenchPlatform, { client }: BenchPerson): Promise<Measurement> {
  const events = await watchEvents(client);
  const receivedMs = new Map<string, number>();
  for (let round = 0; round < rounds + warmUp; round++) {
    const { id } = await client.generate('text2img', { ...smallPicture, seed: 20_000 + round });
    const startedMs = await events.next('task_started', id);
    await events.next('task_completed', id);
    if (round >= warmUp) receivedMs.set(id, performance.timeOrigin + startedMs);
  }
  await events.close();
  const startedMs = await readStarts(platform);
  const samples = [...receivedMs].map(([taskId, atMs]) => atMs - (startedMs.get(taskId) ?? Number.NaN));
  return {
    what: "a backend's execution_start to task_started at the client",
    measured: showPercentiles(samples, 0.95),
    limit: '',
    target: 'p95 ≤ 50 ms',
  };
}

/** When the prompt of each task began, by the task's id. */
async function readStarts({ database, backendUrls }: BenchPlatform): Promise<Map<string, number>> {
  const runs = (await Promise.all(backendUrls.map(readRuns))).flat();
  const attempts: { taskId: string; promptId: string }[] = await database('attempts')
    .whereIn(
      'promptId',
      runs.map(({ promptId }) => promptId),
    )
    .select('taskId', 'promptId');
  const byPrompt = new Map(attempts.map(({ taskId, promptId }) => [promptId, taskId]));
  return new Map(runs.map(({ promptId, startMs }) => [byPrompt.get(promptId) ?? promptId, startMs]));
}
