import { sendAll } from '../load.ts';
import type { BenchPerson, BenchPlatform } from '../platform.ts';
import { type Measurement, percentile, perSecond, showRate } from '../report.ts';

const concurrency = 32;
const rounds = 8;
/** Shared by all people, a person stays below each limit. */
const count = 250;

/**
 * `GET /tasks` with the default limits, none of which is reached, beside limits that cannot be. Both count each
 * request, since nothing turns counting off: the ratio is that of the limits in force, not of counting.
 */
export async function measureLimits(
  platform: BenchPlatform,
  people: readonly BenchPerson[],
): Promise<Measurement> {
  const read = async (url: string) => {
    const { elapsedMs } = await sendAll(count, concurrency, (index) => ({
      method: 'GET',
      url: `${url}/api/v1/tasks`,
      headers: people[index % people.length]?.headers ?? {},
    }));
    return perSecond(count, elapsedMs);
  };
  await platform.limitedApi.start();
  try {
    const urls = [platform.limitedApi.url, platform.apiUrl] as const;
    for (const url of urls) await read(url);
    const ours: number[] = [];
    const limit: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await read(urls[0]));
      limit.push(await read(urls[1]));
    }
    const ratios = ours.map((rate, round) => rate / (limit[round] ?? rate));
    return {
      what: `GET /tasks with the default limits, ${rounds} pairs`,
      measured: showRate(percentile(ours, 0.5)),
      limit: `${showRate(percentile(limit, 0.5))} with limits out of reach`,
      ratio: percentile(ratios, 0.5),
      target: '≥ 0.8',
    };
  } finally {
    await platform.limitedApi.stop();
  }
}
