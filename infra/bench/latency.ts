import { smallPicture } from './accepting.ts';
import { readRuns } from './backendHistory.ts';
import { watchBackend } from './backendWatch.ts';
import { watchEvents } from './eventWatch.ts';
import type { BenchPerson, BenchPlatform } from './platform.ts';
import { type Measurement, percentile, showMs, showPercentiles } from './report.ts';

/** What the platform adds to a task of an idle, warm backend: before the prompt is accepted, and after its output. */
export async function measureAddedLatency(
  platform: BenchPlatform,
  { client }: BenchPerson,
): Promise<Measurement> {
  const rounds = 200;
  const warmUp = 20;
  const backends = await Promise.all(platform.backendUrls.map(watchBackend));
  const events = await watchEvents(client);
  const samples: number[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const accepted = Promise.race(backends.map((backend) => backend.nextCount(1)));
    const over = Promise.race(backends.map((backend) => backend.nextCount(0)));
    const submittedMs = performance.now();
    const { id } = await client.generate('text2img', { ...smallPicture, seed: round });
    const completedMs = await events.next('task_completed', id);
    if (round < warmUp) continue;
    samples.push((await accepted) - submittedMs + completedMs - (await over));
  }
  await events.close();
  for (const backend of backends) backend.close();
  return {
    what: 'latency added to an idle, warm backend',
    measured: showPercentiles(samples, 0.99),
    limit: '',
    target: 'p50 ≤ 15 ms, p99 ≤ 60 ms',
  };
}

/** From the end of one prompt to the start of the next on the same backend, by the backend's own record. */
export async function measureIdleGap(platform: BenchPlatform, { client }: BenchPerson): Promise<Measurement> {
  const count = 100;
  const events = await watchEvents(client);
  const sinceMs = Date.now();
  const tasks = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      client.generate('text2img', { ...smallPicture, seed: 5_000 + index }),
    ),
  );
  await Promise.all(tasks.map(({ id }) => events.next('task_completed', id)));
  await events.close();
  const gaps: number[] = [];
  for (const url of platform.backendUrls) gaps.push(...(await readGaps(url, sinceMs)));
  return {
    what: 'idle gap on a backend between two queued tasks',
    measured: showPercentiles(gaps, 0.95),
    limit: '',
    target: '≤ 20 ms',
  };
}

/** Wall-clock milliseconds between the end of a run and the start of the next. */
async function readGaps(url: string, sinceMs: number): Promise<number[]> {
  const runs = (await readRuns(url)).filter(({ startMs }) => startMs >= sinceMs);
  return runs.slice(1).map((run, index) => run.startMs - (runs[index]?.endMs ?? Number.NaN));
}

/** From the request to its answer for a queued task, and to the backend's standstill for a running one. */
export async function measureCancelling(
  platform: BenchPlatform,
  { client }: BenchPerson,
): Promise<Measurement[]> {
  const stepSeconds = 0.2;
  const order = (simulate: object) =>
    Promise.all(
      platform.backendUrls.map((url) =>
        fetch(`${url}/control`, {
          method: 'POST',
          body: JSON.stringify({ simulate }),
          signal: AbortSignal.timeout(5_000),
        }),
      ),
    );
  await order({ secondsPerStep: stepSeconds, instant: false });
  const events = await watchEvents(client);
  const queuedMs: number[] = [];
  const runningMs: number[] = [];
  for (let round = 0; round < 10; round++) {
    // One after the other: the first is then the first to run, and the last still queued.
    const slow: { id: string }[] = [];
    for (let index = 0; index < 6; index++)
      slow.push(await client.generate('text2img', { ...smallPicture, steps: 50 }));
    const [first] = slow;
    const last = slow.at(-1);
    if (!first || !last) throw new Error('six tasks');
    await events.next('task_started', first.id);
    const askedMs = performance.now();
    await client.cancelTask({ params: { id: last.id } });
    queuedMs.push(performance.now() - askedMs);
    const backends = await Promise.all(platform.backendUrls.map(watchBackend));
    const still = Promise.all(backends.map((backend) => backend.nextCount(0)));
    const stopMs = performance.now();
    await Promise.all(slow.map(({ id }) => client.cancelTask({ params: { id } })));
    runningMs.push(Math.max(...(await still)) - stopMs);
    for (const backend of backends) backend.close();
  }
  await order({ secondsPerStep: 0, instant: true });
  await events.close();
  return [
    {
      what: 'cancel of a queued task, answered',
      measured: `p50 ${showMs(percentile(queuedMs, 0.5))}, worst ${showMs(Math.max(...queuedMs))}`,
      limit: '',
      target: '≤ 100 ms',
    },
    {
      what: `cancel of six tasks, both backends stand still (step ${stepSeconds * 1_000} ms)`,
      measured: `p50 ${showMs(percentile(runningMs, 0.5))}, worst ${showMs(Math.max(...runningMs))}`,
      limit: '',
      target: '≤ 2 s plus a step',
    },
  ];
}
