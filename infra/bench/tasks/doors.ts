import { Agent } from 'node:http';
import { type LoadRequest, send, smallPicture } from '../load.ts';
import type { BenchPerson, BenchPlatform } from '../platform.ts';
import { type Measurement, percentile, showMs, showPercentiles } from '../report.ts';
import { watchEvents } from '../watch/eventWatch.ts';

const rounds = 150;
const warmUp = 20;
/** Beyond the seeds of the other parts, whose pictures are in the cache of results. */
const firstSeed = 1_000_000;

interface Door {
  what: string;
  /** A request that is answered with the picture inside. */
  toRequest(seed: number): LoadRequest;
}

/**
 * What doors add to our own API: from the request to the bytes of the picture, for the same task on an idle, warm
 * backend. Ours is a request, the event of its end, and the picture. They take turns, so that both meet the same load.
 */
export async function measureDoors(platform: BenchPlatform, person: BenchPerson): Promise<Measurement[]> {
  const { key } = await person.client.createApiKey({ body: { name: 'bench' } });
  const agent = new Agent({ keepAlive: true });
  const events = await watchEvents(person.client);
  const own = async (seed: number): Promise<number> => {
    const startMs = performance.now();
    const { id } = await person.client.generate('text2img', { ...smallPicture, seed });
    await events.next('task_completed', id);
    await send(agent, { method: 'GET', url: events.pictureOf(id), headers: {} });
    return performance.now() - startMs;
  };
  const found: Measurement[] = [];
  for (const [index, door] of listDoors(platform, key).entries())
    found.push(await compare(door, firstSeed * (index + 1), agent, own));
  await events.close();
  agent.destroy();
  return found;
}

function listDoors({ apiUrl, sdapiUrl }: BenchPlatform, key: string): Door[] {
  const headers = { 'Content-Type': 'application/json' };
  const { prompt, width, height, steps } = smallPicture;
  const basic = `Basic ${Buffer.from(`bench:${key}`).toString('base64')}`;
  return [
    {
      what: 'POST /v1/images/generations',
      toRequest: (seed) => ({
        ...{ method: 'POST', url: `${apiUrl}/v1/images/generations` },
        headers: { ...headers, Authorization: `Bearer ${key}` },
        body: JSON.stringify({ model: 'text2img', prompt, size: `${width}x${height}`, steps, seed }),
      }),
    },
    {
      what: 'POST /sdapi/v1/txt2img',
      toRequest: (seed) => ({
        ...{ method: 'POST', url: `${sdapiUrl}/sdapi/v1/txt2img` },
        headers: { ...headers, Authorization: basic },
        body: JSON.stringify({
          ...{ prompt, width, height, steps, seed },
          override_settings: { sd_model_checkpoint: 'text2img' },
        }),
      }),
    },
  ];
}

async function compare(
  { what, toRequest }: Door,
  firstSeedOfDoor: number,
  agent: Agent,
  own: (seed: number) => Promise<number>,
): Promise<Measurement> {
  const byDoor: number[] = [];
  const byApi: number[] = [];
  const ask = async (seed: number): Promise<number> => {
    const startMs = performance.now();
    await send(agent, toRequest(seed));
    return performance.now() - startMs;
  };
  for (let round = 0; round < rounds + warmUp; round++) {
    const seed = firstSeedOfDoor + 2 * round;
    // Who begins a pair changes: what one leaves behind is met by the other as often.
    const isDoorFirst = round % 2 === 0;
    const first = await (isDoorFirst ? ask : own)(seed);
    const second = await (isDoorFirst ? own : ask)(seed + 1);
    if (round < warmUp) continue;
    byDoor.push(isDoorFirst ? first : second);
    byApi.push(isDoorFirst ? second : first);
  }
  const [door, api] = [percentile(byDoor, 0.5), percentile(byApi, 0.5)];
  return {
    what: `${what}, to the picture: beyond our own API, ${rounds} pairs`,
    measured: `p50 ${showMs(door - api)} (${showPercentiles(byDoor, 0.95)})`,
    limit: `${showPercentiles(byApi, 0.95)} our own API`,
    ratio: door / api,
    target: 'p50 ≤ 5 ms more',
  };
}
