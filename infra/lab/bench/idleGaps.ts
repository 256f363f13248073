import { readRuns } from './backendHistory.ts';
import { watchEvents } from './eventWatch.ts';
import { smallPicture } from './load.ts';
import { type BenchPerson, type BenchPlatform, simulate } from './platform.ts';
import { type Measurement, showPercentiles } from './report.ts';

const stepSeconds = 0.1;

/**
 * From the end of one prompt to the start of the next on the same backend, by the backend's own record: for tasks that
 * take a moment, where the next prompt waits on the backend already, and for tasks that take none, where it cannot.
 */
export async function measureIdleGaps(platform: BenchPlatform, person: BenchPerson): Promise<Measurement[]> {
  const instant = await measureGaps(platform, person, { count: 100, firstSeed: 5_000 });
  await simulate(platform, { secondsPerStep: stepSeconds, instant: false });
  const short = await measureGaps(platform, person, { count: 40, firstSeed: 6_000 });
  await simulate(platform, { secondsPerStep: 0, instant: true });
  const seconds = stepSeconds * smallPicture.steps;
  const rest = { limit: '', target: '≤ 20 ms' };
  return [
    { what: `idle gap between two queued tasks of ${seconds} s`, measured: short, ...rest },
    { what: 'idle gap between two queued tasks that take no time', measured: instant, ...rest },
  ];
}

async function measureGaps(
  platform: BenchPlatform,
  { client }: BenchPerson,
  { count, firstSeed }: { count: number; firstSeed: number },
): Promise<string> {
  const events = await watchEvents(client);
  const sinceMs = Date.now();
  const seeds = Array.from({ length: count }, (_, index) => firstSeed + index);
  const tasks = await Promise.all(
    seeds.map((seed) => client.generate('text2img', { ...smallPicture, seed })),
  );
  await Promise.all(tasks.map(({ id }) => events.next('task_completed', id)));
  await events.close();
  const gaps: number[] = [];
  for (const url of platform.backendUrls) {
    const runs = (await readRuns(url)).filter(({ startMs }) => startMs >= sinceMs);
    gaps.push(...runs.slice(1).map((run, index) => run.startMs - (runs[index]?.endMs ?? Number.NaN)));
  }
  return showPercentiles(gaps, 0.95);
}
