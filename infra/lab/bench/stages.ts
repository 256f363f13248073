import { Attempt } from '@star-graph/core/ground/db/models/backend';
import { Task } from '@star-graph/core/ground/db/models/task';
import { watchBackend } from './backendWatch.ts';
import { watchEvents } from './eventWatch.ts';
import { smallPicture } from './load.ts';
import type { BenchPerson, BenchPlatform } from './platform.ts';
import { percentile, showMs } from './report.ts';

const rounds = 120;
const warmUp = 20;

/** When a task came to each point of its way; wall time, in milliseconds. */
interface Moments {
  sent: number;
  /** The API made the row that it is about to commit. */
  accepted: number;
  answered: number;
  /** The leader is about to commit the assignment. */
  assigned: number;
  /** The owner is about to save the prompt id. */
  posted: number;
  /** The backend has the prompt. */
  queued: number;
  /** The backend has the result. */
  over: number;
  /** The owner has stored the result and is about to commit it. */
  settled: number;
  told: number;
  downloaded: number;
}

const stages: readonly [from: keyof Moments, to: keyof Moments, what: string][] = [
  ['sent', 'accepted', 'request, sign-in, rate, parameters, price'],
  ['accepted', 'answered', 'accepting transaction, answer'],
  ['accepted', 'assigned', 'accepting transaction, wake-up, plan'],
  ['assigned', 'posted', 'assigning transaction, ring, graph'],
  ['posted', 'queued', 'prompt id, POST'],
  ['queued', 'over', 'the backend'],
  ['over', 'settled', 'message, history, view, proof, storage'],
  ['settled', 'told', 'settling transaction, relay, event at the client'],
  ['told', 'downloaded', 'GET of the task and of its file'],
];

/**
 * Where the time of one task goes, on idle, warm backends: the moments that the rows of tasks and attempts keep, to the
 * millisecond, and those that a client sees.
 */
export async function measureStages(platform: BenchPlatform, person: BenchPerson): Promise<string> {
  const backends = await Promise.all(platform.backendUrls.map(watchBackend));
  const events = await watchEvents(person.client);
  const all: Moments[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const queued = Promise.race(backends.map((backend) => backend.nextCount(1)));
    const over = Promise.race(backends.map((backend) => backend.nextCount(0)));
    const sent = performance.now();
    const { id } = await person.client.generate('text2img', { ...smallPicture, seed: 500_000 + round });
    const answered = performance.now();
    const told = await events.next('task_completed', id);
    await download(platform, person, id);
    const downloaded = performance.now();
    const seen = { sent, answered, queued: await queued, over: await over, told, downloaded };
    if (round >= warmUp) all.push({ ...toWallTimes(seen), ...(await readMoments(platform, id)) });
  }
  await events.close();
  for (const backend of backends) backend.close();
  return renderStages(all);
}

async function download({ apiUrl }: BenchPlatform, person: BenchPerson, id: string): Promise<void> {
  const task = await person.client.getTask({ params: { id } });
  const [output] = task.outputs;
  if (!output) throw new Error('the task has a picture');
  const response = await fetch(new URL(output.url, apiUrl));
  if (!response.ok) throw new Error(`the picture answered ${response.status}`);
  await response.arrayBuffer();
}

const toWallTimes = <Name extends string>(seen: Record<Name, number>): Record<Name, number> =>
  Object.fromEntries(
    Object.entries<number>(seen).map(([name, ms]) => [name, performance.timeOrigin + ms]),
  ) as Record<Name, number>;

async function readMoments({ database }: BenchPlatform, id: string) {
  const task = await Task.query(database).findById(id).throwIfNotFound();
  const attempt = await Attempt.query(database).findById([id, 1]).throwIfNotFound();
  const { assignedAt, postedAt, endedAt } = attempt;
  if (!postedAt || !endedAt) throw new Error('the attempt ended');
  // Half a millisecond: rows keep whole ones, cut off.
  const at = (date: Date) => date.getTime() + 0.5;
  return {
    accepted: at(task.createdAt),
    assigned: at(assignedAt),
    posted: at(postedAt),
    settled: at(endedAt),
  };
}

function renderStages(all: readonly Moments[]): string {
  const rows = stages.map(([from, to, what]) => {
    const samples = all.map((moments) => moments[to] - moments[from]);
    return [what, showMs(percentile(samples, 0.5)), showMs(percentile(samples, 0.95))];
  });
  const added = all.map(({ sent, queued, over, told }) => queued - sent + told - over);
  rows.push(['**all but the backend**', showMs(percentile(added, 0.5)), showMs(percentile(added, 0.95))]);
  return [['stage', 'p50', 'p95'], ['---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
