import { filmDeskDevice } from '../../../ground/db/models/backend.ts';
import { createBoundedLabel } from '../../../ground/telemetry/define.ts';
import { defineLeaderGauge } from '../../../ground/telemetry/leaderMetrics.ts';
import type { IndexedGroup } from '../planner/taskIndex.ts';
import type { QueueSight } from './leader.ts';

/*
 * The waiting work in GPU-seconds, as the leader plans with it: of a very long queue, the part that it keeps in memory.
 */

const waitingTasks = defineLeaderGauge({
  name: 'star_graph_waiting_tasks',
  help: 'Tasks that wait for a slot and may be assigned now, by lane and by the large models that they need',
  labels: ['lane', 'models'],
});

const waitingSeconds = defineLeaderGauge({
  name: 'star_graph_waiting_gpu_seconds',
  help: 'Expected GPU-seconds of those tasks on an ordinary backend',
  labels: ['lane', 'models'],
});

const secondsPerGpu = defineLeaderGauge({
  name: 'star_graph_gpu_seconds_waiting_per_gpu',
  help: 'Waiting GPU-seconds ÷ GPUs that could do them, for autoscaling: of each model of GPU, and of all. Without a GPU: ÷ 1',
  labels: ['gpu'],
});

const gpus = defineLeaderGauge({
  name: 'star_graph_gpus',
  help: 'GPU servers that take tasks now, of each model of GPU, and of all',
  labels: ['gpu'],
});

/** The largest sets of models have series of their own. */
const mostSets = 20;
const other = 'other';
const none = 'none';
const all = 'all';
/** A pool has few; further ones count together. */
const gpuLabel = createBoundedLabel(30);

/** `cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync` is `NVIDIA GeForce RTX 4090`. */
export const gpuOf = (device: string): string =>
  gpuLabel(
    device
      .replace(/^\w+:\d+ +/, '')
      .replace(/ *: *\w+$/, '')
      .trim() || 'unknown',
  );

interface Waiting {
  tasks: number;
  seconds: number;
}

const nothing: Waiting = { tasks: 0, seconds: 0 };
const add = (a: Waiting, b: Waiting): Waiting => ({
  tasks: a.tasks + b.tasks,
  seconds: a.seconds + b.seconds,
});

export function showWaiting({ waiting, backends, devices }: QueueSight): void {
  const isDesk = (id: string) => devices.get(id) === filmDeskDevice;
  const groups = [...waiting.groups()].filter(({ runsOn }) => ![...runsOn].some(isDesk));
  const sums = groups.map((group) => ({ group, waiting: sumOf(group) }));
  const servers = backends.filter(({ id }) => !isDesk(id));
  showByModels(sums);
  showByGpu(sums, new Map(servers.map(({ id }) => [id, gpuOf(devices.get(id) ?? '')])));
}

type Sums = readonly { group: IndexedGroup; waiting: Waiting }[];

function sumOf({ lines }: IndexedGroup): Waiting {
  let sum = nothing;
  for (const { tasks } of lines.values())
    for (const { estimateSeconds } of tasks) sum = add(sum, { tasks: 1, seconds: estimateSeconds });
  return sum;
}

/** What waits, by the large models that it needs, the most first. */
export function listLack(
  { waiting }: Pick<QueueSight, 'waiting'>,
  now: Date,
): { models: string; tasks: number; seconds: number; oldestSeconds: number }[] {
  const byModels = Map.groupBy(waiting.groups(), ({ residency }) => nameModels({ residency }));
  const lack = [...byModels].map(([models, groups]) => {
    const tasks = groups.flatMap(({ lines }) => [...lines.values()].flatMap((line) => line.tasks));
    const oldest = Math.min(...tasks.map(({ createdAtMs }) => createdAtMs));
    return {
      models: cut(models),
      tasks: tasks.length,
      seconds: tasks.reduce((sum, { estimateSeconds }) => sum + estimateSeconds, 0),
      oldestSeconds: Math.max(0, (now.getTime() - oldest) / 1_000),
    };
  });
  return lack.filter(({ tasks }) => tasks > 0).toSorted((a, b) => b.seconds - a.seconds);
}

/** The names of the files: `flux1-dev.safetensors, t5xxl_fp16.safetensors`. */
const nameModels = ({ residency: { large } }: Pick<IndexedGroup, 'residency'>): string =>
  large.map((model) => model.slice(model.indexOf('/') + 1)).join(', ') || none;

function showByModels(sums: Sums): void {
  const totals = new Map<string, Waiting>();
  for (const { group, waiting } of sums) {
    const name = nameModels(group);
    totals.set(name, add(totals.get(name) ?? nothing, waiting));
  }
  const largest = [...totals].sort(([, a], [, b]) => b.seconds - a.seconds).slice(0, mostSets);
  const named = new Map(largest.map(([name]) => [name, cut(name)]));
  waitingTasks.reset();
  waitingSeconds.reset();
  for (const { group, waiting } of sums) {
    const labels = { lane: group.lane, models: named.get(nameModels(group)) ?? other };
    waitingTasks.inc(labels, waiting.tasks);
    waitingSeconds.inc(labels, waiting.seconds);
  }
}

const longest = 200;
const cut = (name: string): string => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name);

/** What several models of GPU can do is shared among them by their numbers. What none can do counts for all alone. */
function showByGpu(sums: Sums, gpuById: ReadonlyMap<string, string>): void {
  const counts = countEach(gpuById.values());
  const seconds = new Map<string, number>();
  let total = 0;
  for (const { group, waiting } of sums) {
    total += waiting.seconds;
    const able = [...group.runsOn].flatMap((id) => gpuById.get(id) ?? []);
    for (const [gpu, count] of countEach(able))
      seconds.set(gpu, (seconds.get(gpu) ?? 0) + (waiting.seconds * count) / able.length);
  }
  gpus.reset();
  secondsPerGpu.reset();
  gpus.set({ gpu: all }, gpuById.size);
  secondsPerGpu.set({ gpu: all }, total / Math.max(1, gpuById.size));
  for (const [gpu, count] of counts) {
    gpus.set({ gpu }, count);
    secondsPerGpu.set({ gpu }, (seconds.get(gpu) ?? 0) / count);
  }
}

function countEach(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
