import { watchBackend } from './backendWatch.ts';
import { watchEvents } from './eventWatch.ts';
import { smallPicture } from './load.ts';
import { type BenchPerson, type BenchPlatform, simulate } from './platform.ts';
import { type Measurement, percentile, showMs } from './report.ts';

/** From the request to its answer for a queued task, and to the backend's standstill for a running one. */
export async function measureCancelling(
  platform: BenchPlatform,
  { client }: BenchPerson,
): Promise<Measurement[]> {
  const stepSeconds = 0.2;
  await simulate(platform, { secondsPerStep: stepSeconds, instant: false });
  const events = await watchEvents(client);
  const queuedMs: number[] = [];
  const runningMs: number[] = [];
  for (let round = 0; round < 10; round++) {
    // One after the other, so that the first one runs first and the last one is still queued.
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
    // The backend with the models may have all tasks, while the other one is idle already.
    const idle = await Promise.all(platform.backendUrls.map(isIdle));
    const stopMs = performance.now();
    const still = Promise.all(
      backends.map((backend, index) => (idle[index] ? stopMs : backend.nextCount(0))),
    );
    await Promise.all(slow.map(({ id }) => client.cancelTask({ params: { id } })));
    runningMs.push(Math.max(...(await still)) - stopMs);
    for (const backend of backends) backend.close();
  }
  await simulate(platform, { secondsPerStep: 0, instant: true });
  await events.close();
  return [
    {
      what: 'cancel of a queued task, answered',
      measured: `p50 ${showMs(percentile(queuedMs, 0.5))}, worst ${showMs(Math.max(...queuedMs))}`,
      limit: '',
      target: '≤ 100 ms',
    },
    {
      what: `cancel of six tasks, the backends stand still (step ${stepSeconds * 1_000} ms)`,
      measured: `p50 ${showMs(percentile(runningMs, 0.5))}, worst ${showMs(Math.max(...runningMs))}`,
      limit: '',
      target: '≤ 2 s plus a step',
    },
  ];
}

async function isIdle(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/prompt`, { signal: AbortSignal.timeout(30_000) });
  const { exec_info } = (await answer.json()) as { exec_info: { queue_remaining: number } };
  return exec_info.queue_remaining === 0;
}
