import { sendAll, smallPicture } from '../load.ts';
import type { BenchPerson, BenchPlatform } from '../platform.ts';
import { type Measurement, perSecond, showRate } from '../report.ts';
import { startChild } from './childLines.ts';

const concurrency = 32;
const count = 8_000;

/** A signed-in `GET /tasks/{id}`, beside a Koa route in a process of its own that does the same indexed SELECT. */
export async function measureReading(platform: BenchPlatform, person: BenchPerson): Promise<Measurement> {
  const { id } = await person.client.generate('text2img', smallPicture);
  const read = async (url: string) => {
    const get = (amount: number) =>
      sendAll(amount, concurrency, () => ({ method: 'GET', url, headers: person.headers }));
    await get(count / 4);
    return perSecond(count, (await get(count)).elapsedMs);
  };
  const ours = await read(`${platform.apiUrl}/api/v1/tasks/${id}`);
  const bare = startChild('bareServer.ts', [], { DATABASE_URL: platform.databaseUrl });
  try {
    const { listening } = await bare.read();
    const limit = await read(`${String(listening)}/tasks/${id}`);
    return {
      what: 'GET /tasks/{id}, signed in',
      measured: showRate(ours),
      limit: `${showRate(limit)} Koa with the same SELECT`,
      ratio: ours / limit,
      target: '≥ 0.6',
    };
  } finally {
    await bare.stop();
  }
}
