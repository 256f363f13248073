import { sendAll } from '../load.ts';
import type { BenchPerson, BenchPlatform } from '../platform.ts';
import { type Measurement, perSecond, showRate } from '../report.ts';
import { startChild } from './childLines.ts';

const concurrency = 32;
const count = 2_000;

/** A signed-in `GET /workflows`, beside a Koa route in a process of its own that answers the same document. */
export async function measureCatalogue(platform: BenchPlatform, person: BenchPerson): Promise<Measurement> {
  const ours = { url: `${platform.apiUrl}/api/v1/workflows`, headers: person.headers };
  const document = await (await fetch(ours.url, { headers: ours.headers })).text();
  const bare = startChild('bareServer.ts', [], { DATABASE_URL: platform.databaseUrl });
  try {
    const { listening } = await bare.read();
    const url = `${String(listening)}/document`;
    await fetch(url, { method: 'PUT', body: document });
    const rate = await readAll(ours);
    const limit = await readAll({ url, headers: {} });
    return {
      what: `GET /workflows, signed in, ${Math.round(document.length / 1_000)} kB`,
      measured: showRate(rate),
      limit: `${showRate(limit)} Koa with the same JSON`,
      ratio: rate / limit,
      target: '≥ 0.6',
    };
  } finally {
    await bare.stop();
  }
}

async function readAll(target: { url: string; headers: Record<string, string> }): Promise<number> {
  const read = (amount: number) => sendAll(amount, concurrency, () => ({ method: 'GET', ...target }));
  await read(count / 4);
  return perSecond(count, (await read(count)).elapsedMs);
}
