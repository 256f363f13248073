import { Agent } from 'node:http';
import { writeHistory } from '@star-graph/core/testing/db/history';
import { send, smallPicture } from './load.ts';
import type { BenchPerson, BenchPlatform } from './platform.ts';
import { type Measurement, percentile, showPercentiles } from './report.ts';

interface Side {
  platform: BenchPlatform;
  person: BenchPerson;
}

const pairs = 400;
/** Statements are prepared and pages are read in the first ones. */
const warmPairs = 100;
/** A tenth of the tasks wait, and a hundredth as many people have made them. */
const queuedShare = 0.1;
const peopleShare = 0.01;

/** Before anybody registers: it writes the balances of all people. */
export const fillTables = async ({ databaseUrl: url }: BenchPlatform, tasks: number): Promise<void> => {
  const people = Math.max(100, Math.ceil(tasks * peopleShare));
  await writeHistory({ url }, { tasks, queued: Math.ceil(tasks * queuedShare), people });
};

/**
 * How long a submit takes beside so many finished tasks and a tenth as many that wait, by the same on empty tables: one
 * request after another, in turns.
 */
export async function measureFullTables(full: Side, empty: Side, tasks: number): Promise<Measurement> {
  const queued = Math.ceil(tasks * queuedShare);
  const agent = new Agent({ keepAlive: true });
  const times = new Map<Side, number[]>([
    [full, []],
    [empty, []],
  ]);
  for (let index = 0; index < warmPairs + pairs; index += 1)
    for (const side of index % 2 === 0 ? [full, empty] : [empty, full]) {
      const ms = await submit(agent, side, index);
      if (index >= warmPairs) times.get(side)?.push(ms);
    }
  agent.destroy();
  const [ours, bare] = [times.get(full) ?? [], times.get(empty) ?? []];
  return {
    what: `POST /generate beside ${tasks.toLocaleString('en')} tasks, ${queued.toLocaleString('en')} queued`,
    measured: showPercentiles(ours, 0.95),
    limit: `${showPercentiles(bare, 0.95)} on empty tables`,
    ratio: percentile(ours, 0.5) / percentile(bare, 0.5),
    target: 'unchanged',
  };
}

async function submit(agent: Agent, { platform, person }: Side, index: number): Promise<number> {
  const request = {
    method: 'POST' as const,
    url: `${platform.apiUrl}/api/v1/generate/text2img`,
    headers: { ...person.headers, 'Idempotency-Key': `full-${index}` },
    body: JSON.stringify({ ...smallPicture, seed: index }),
  };
  const startMs = performance.now();
  await send(agent, request);
  return performance.now() - startMs;
}
