import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createProgressBus } from '@star-graph/core/work/events/progressBus';
import type { BenchPerson, BenchPlatform } from '../platform.ts';
import { type Measurement, perSecond, showRate } from '../report.ts';
import { type ChildLines, startChild } from './childLines.ts';

const subscribers = 1_000;
const measuredMs = 5_000;
/** Tasks that report at the same time, each ten times a second: more than can be delivered. */
const reportingTasks = 40;
const prefix = 'star-graph:';

/** Progress to many subscribers of one person, beside a bare broadcast of a message of the same length. */
export async function measureFanOut(platform: BenchPlatform, person: BenchPerson): Promise<Measurement> {
  const token = person.headers.Authorization?.slice('Bearer '.length) ?? '';
  let stopReporting = async () => {};
  const url = platform.apiUrl.replace(/^http/, 'ws');
  // Not earlier: traffic to the first sockets would keep the API from accepting the others.
  const ours = await count({ url, count: subscribers, token }, () => {
    stopReporting = startReporting(platform.redisUrl, person.id);
  });
  await stopReporting();
  const broadcaster = startChild('broadcaster.ts', ['x'.repeat(messageLength)]);
  try {
    const { listening } = await broadcaster.read();
    const limit = await count({ url: String(listening), count: subscribers });
    return {
      what: `progress to ${subscribers.toLocaleString('en')} STOMP subscribers`,
      measured: `${showRate(ours)} messages`,
      limit: `${showRate(limit)} bare ws broadcast`,
      ratio: ours / limit,
      target: '≥ 0.7',
    };
  } finally {
    await broadcaster.stop();
  }
}

/** The length of a progress frame, headers included. */
const messageLength = 380;

function startReporting(redisUrl: string, userId: string): () => Promise<void> {
  const redis = createRedis({ url: redisUrl, onError: (error) => console.error(error.message) });
  const bus = createProgressBus({ redis, clock: systemClock, prefix, log: console });
  const taskIds = Array.from({ length: reportingTasks }, newId);
  let percent = 0;
  const timer = setInterval(() => {
    percent += 0.01;
    for (const taskId of taskIds)
      bus.publish({ taskId, userId, apiKeyId: null, attempt: 1 }, { percent, node: '3', step: 1, steps: 30 });
  }, 100);
  return async () => {
    clearInterval(timer);
    redis.disconnect();
  };
}

async function count(
  order: { url: string; count: number; token?: string },
  onOpen: () => void = () => undefined,
): Promise<number> {
  const child: ChildLines = startChild('subscribers.ts', []);
  try {
    child.write(JSON.stringify(order));
    await child.read();
    onOpen();
    child.write('begin');
    await child.read();
    const startMs = performance.now();
    await systemClock.sleep(measuredMs);
    child.write('end');
    const { received } = await child.read();
    return perSecond(Number(received), performance.now() - startMs);
  } finally {
    await child.stop();
  }
}
