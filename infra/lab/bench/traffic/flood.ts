import { Agent } from 'node:http';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { type LoadRequest, send, smallPicture } from '../load.ts';
import { type BenchPerson, type BenchPlatform, waitUntilNoneIsOpen } from '../platform.ts';
import { type Measurement, percentile, showPercentiles } from '../report.ts';
import { startChild } from './childLines.ts';

/** Together far below what the readers may send a minute. */
const readEveryMs = 10;
const reads = 300;
const connections = 16;

/**
 * How long people wait for `GET /tasks/{id}` while one person and an unknown client flood the same process, beside
 * the idle one. The limits are the defaults, since they are measured.
 */
export async function measureFlood(
  platform: BenchPlatform,
  people: readonly BenchPerson[],
): Promise<Measurement> {
  const [flooding, ...readers] = people;
  if (!flooding) throw new Error('nobody was registered');
  await platform.limitedApi.start();
  try {
    const { url } = platform.limitedApi;
    const targets = await Promise.all(
      readers.map(async ({ client, headers }) => {
        const { id } = await client.generate('text2img', smallPicture);
        return { method: 'GET' as const, url: `${url}/api/v1/tasks/${id}`, headers };
      }),
    );
    await waitUntilNoneIsOpen(platform);
    await readAll(targets, reads / 5);
    const idle = await readAll(targets, reads);
    const { samples, answers } = await readUnderFlood(targets, reads, [
      {
        method: 'POST',
        url: `${url}/api/v1/generate/text2img`,
        headers: flooding.headers,
        body: JSON.stringify(smallPicture),
      },
      { method: 'GET', url: `${url}/api/v1/tasks`, headers: { Authorization: 'Bearer unknown' } },
    ]);
    return {
      what: `GET /tasks/{id} of others under a flood (${answers})`,
      measured: showPercentiles(samples, 0.95),
      limit: `${showPercentiles(idle, 0.95)} idle`,
      ratio: percentile(samples, 0.95) / percentile(idle, 0.95),
      target: '≤ 3',
    };
  } finally {
    await platform.limitedApi.stop();
    await waitUntilNoneIsOpen(platform);
  }
}

/** How long reads take beside repeated requests, and the answers to those by status. */
export async function readUnderFlood(
  targets: readonly LoadRequest[],
  count: number,
  requests: readonly LoadRequest[],
): Promise<{ samples: number[]; answers: string }> {
  const flood = startChild('flooder.ts', []);
  try {
    flood.write(JSON.stringify({ requests, connections }));
    await flood.read();
    const samples = await readAll(targets, count);
    flood.write('end');
    const statuses = Object.entries(await flood.read());
    return { samples, answers: statuses.map(([status, times]) => `${times} × ${status}`).join(', ') };
  } finally {
    await flood.stop();
  }
}

/** One read at a time, by each in turn. @returns how long each took. */
export async function readAll(targets: readonly LoadRequest[], count: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const samples: number[] = [];
  for (let index = 0; index < count; index++) {
    const target = targets[index % targets.length];
    if (!target) throw new Error('nothing to read');
    const startMs = performance.now();
    await send(agent, target);
    samples.push(performance.now() - startMs);
    await systemClock.sleep(readEveryMs);
  }
  agent.destroy();
  return samples;
}
