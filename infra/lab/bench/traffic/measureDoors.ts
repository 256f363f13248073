import { Agent } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { watchEvents } from '../eventWatch.ts';
import { send, smallPicture } from '../load.ts';
import type { BenchPerson, BenchPlatform } from '../platform.ts';
import { type Measurement, percentile, showMs, showPercentiles } from '../report.ts';
import type { AskedPicture, Door } from './door.ts';
import { openGraphDoor } from './graphDoor.ts';
import { createA1111Door, createGeminiDoor, createOpenAiDoor, createResponsesDoor } from './restDoors.ts';

/** The official client calls `generate`, whose answer has a picture to look at. */
async function openMcpDoor({ apiUrl }: BenchPlatform, key: string): Promise<Door> {
  const client = new Client({ name: 'bench', version: '1.0.0' });
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${apiUrl}/mcp`), { requestInit }));
  return {
    what: 'MCP, `generate`',
    async draw(seed) {
      const params = { ...smallPicture, seed };
      const answer = await client.callTool({ name: 'generate', arguments: { workflow: 'text2img', params } });
      const { content } = answer as { content: { type: string; text?: string }[] };
      if (!content.some(({ type }) => type === 'image')) throw new Error(JSON.stringify(content));
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

const rounds = 150;
const warmUp = 20;
/** Beyond the seeds of the other parts, whose pictures are in the cache of results. */
const firstSeed = 1_000_000;

/**
 * What doors add to our own API: from the request to the bytes of the picture, for the same task on an idle, warm
 * backend. Ours is a request, the event of its end, and the picture. They take turns, so that both meet the same load.
 */
export async function measureDoors(platform: BenchPlatform, person: BenchPerson): Promise<Measurement[]> {
  const { key } = await person.client.createApiKey({ body: { name: 'bench' } });
  const agent = new Agent({ keepAlive: true });
  const events = await watchEvents(person.client);
  const drawDirectly = async (params: AskedPicture): Promise<void> => {
    const { id } = await person.client.generate('text2img', params);
    await events.next('task_completed', id);
    await send(agent, { method: 'GET', url: events.pictureOf(id), headers: {} });
  };
  const open = [
    createOpenAiDoor,
    createResponsesDoor,
    createGeminiDoor,
    createA1111Door,
    openGraphDoor,
    openMcpDoor,
  ];
  const found: Measurement[] = [];
  for (const [index, openDoor] of open.entries()) {
    await using door = await openDoor(platform, key);
    found.push(await compare(door, firstSeed * (index + 1), drawDirectly));
  }
  await events.close();
  agent.destroy();
  return found;
}

async function compare(
  door: Door,
  firstSeedOfDoor: number,
  drawDirectly: (params: AskedPicture) => Promise<void>,
): Promise<Measurement> {
  const sameAs = door.same ?? ((seed: number) => ({ ...smallPicture, seed }));
  const byDoor: number[] = [];
  const byApi: number[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const seed = firstSeedOfDoor + 2 * round;
    const throughDoor = () => timeOf(door.draw(seed));
    const throughApi = () => timeOf(drawDirectly(sameAs(seed + 1)));
    // Who begins a pair changes: what one leaves behind is met by the other as often.
    const isDoorFirst = round % 2 === 0;
    const first = await (isDoorFirst ? throughDoor : throughApi)();
    const second = await (isDoorFirst ? throughApi : throughDoor)();
    if (round < warmUp) continue;
    byDoor.push(isDoorFirst ? first : second);
    byApi.push(isDoorFirst ? second : first);
  }
  const [ofDoor, ofApi] = [percentile(byDoor, 0.5), percentile(byApi, 0.5)];
  return {
    what: `${door.what}, to the picture: beyond our own API, ${rounds} pairs`,
    measured: `p50 ${showMs(ofDoor - ofApi)} (${showPercentiles(byDoor, 0.95)})`,
    limit: `${showPercentiles(byApi, 0.95)} our own API`,
    ratio: ofDoor / ofApi,
    target: 'p50 ≤ 5 ms more',
  };
}

async function timeOf(drawing: Promise<void>): Promise<number> {
  const startMs = performance.now();
  await drawing;
  return performance.now() - startMs;
}
