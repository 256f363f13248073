import { randomUUID } from 'node:crypto';
import { findBuiltin } from '@star-graph/workflows/builtin';
import { type BackendWatch, watchBackend } from '../backendWatch.ts';
import { watchEvents } from '../eventWatch.ts';
import { smallPicture } from '../load.ts';
import type { BenchPerson, BenchPlatform } from '../platform.ts';
import { type Measurement, percentile, showMs, showPercentiles } from '../report.ts';

/**
 * What the platform adds to a task of an idle, warm backend, before the prompt is accepted and after its output: each
 * round also calls a backend directly, and the median of that is taken off.
 */
export async function measureAddedLatency(
  platform: BenchPlatform,
  { client }: BenchPerson,
): Promise<Measurement> {
  const rounds = 200;
  const warmUp = 20;
  const backends = await Promise.all(platform.backendUrls.map(watchBackend));
  const events = await watchEvents(client);
  const ours: number[] = [];
  const direct: number[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const accepted = Promise.race(backends.map((backend) => backend.nextCount(1)));
    const over = Promise.race(backends.map((backend) => backend.nextCount(0)));
    const submittedMs = performance.now();
    const { id } = await client.generate('text2img', { ...smallPicture, seed: round });
    const completedMs = await events.next('task_completed', id);
    const directMs = await callDirectly(platform.backendUrls, backends, round);
    if (round < warmUp) continue;
    ours.push((await accepted) - submittedMs + completedMs - (await over));
    direct.push(directMs);
  }
  await events.close();
  for (const backend of backends) backend.close();
  const directMs = percentile(direct, 0.5);
  const added = ours.map((ms) => ms - directMs);
  return {
    what: 'latency added to an idle, warm backend',
    measured: showPercentiles(added, 0.99),
    limit: `${showMs(directMs)} the backend called directly`,
    target: 'p50 ≤ 15 ms, p99 ≤ 60 ms',
  };
}

interface History {
  outputs: Record<string, { images?: { filename: string; subfolder: string; type: string }[] }>;
}

/** Posts the same graph and fetches its picture as a program without a platform would. */
async function callDirectly(
  urls: readonly string[],
  watches: readonly BackendWatch[],
  round: number,
): Promise<number> {
  const index = round % urls.length;
  const [url, watch] = [urls[index], watches[index]];
  const workflow = findBuiltin('text2img');
  if (url === undefined || !watch || !workflow) throw new Error('a backend and a workflow');
  const params = workflow.params.parse({ ...smallPicture, seed: 100_000 + round });
  const promptId = randomUUID();
  const prompt = workflow.bind(params, { images: {}, outputPrefix: `direct/${promptId}` });
  const [accepted, over] = [watch.nextCount(1), watch.nextCount(0)];
  const postedMs = performance.now();
  const body = JSON.stringify({ prompt, prompt_id: promptId, client_id: promptId });
  await readJson(`${url}/prompt`, { method: 'POST', body });
  const overMs = await over;
  const history = await readJson<Record<string, History>>(`${url}/history/${promptId}`);
  const files = Object.values(history[promptId]?.outputs ?? {}).flatMap(({ images = [] }) => images);
  const file = files.find(({ type }) => type === 'output');
  if (!file) throw new Error('the backend made no picture');
  await (await fetch(`${url}/view?${new URLSearchParams({ ...file })}`)).arrayBuffer();
  return (await accepted) - postedMs + performance.now() - overMs;
}

async function readJson<Body>(url: string, init: RequestInit = {}): Promise<Body> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Body;
}
