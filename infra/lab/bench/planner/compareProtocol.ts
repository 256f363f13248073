import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { aborted } from '../../../launcher/processes/stopSignals.ts';
import {
  type BenchConfig,
  type BenchPerson,
  type BenchPlatform,
  registerPeople,
  startBenchPlatform,
  waitForBackends,
  waitUntilNoneIsOpen,
} from '../platform.ts';
import { percentile } from '../report.ts';
import { judge } from './outcome.ts';
import { playable } from './playable.ts';
import { playComfyPool } from './playComfyPool.ts';
import { submitInTime, toStretch } from './playJobs.ts';
import { firstIdle } from './policies/firstIdle.ts';
import { mostPressure } from './policies/mostPressure.ts';
import { starGraph } from './policies/starGraph.ts';
import {
  createProtocolCase,
  loadSeconds,
  type ProtocolJob,
  secondsPerStep,
  toManifest,
} from './protocolCase.ts';
import { type Run, simulate } from './simulate.ts';
import type { Workload } from './workloads.ts';

/**
 * One short case: simulated under some rules, and in real time by the platform on preview backends whose steps and
 * loads take as long.
 * @param comfyPool the entry of `@saintno/comfyui-sdk`, which then plays it too.
 */
export async function compareProtocol(
  deps: { clock: Clock; stopped: AbortSignal },
  config: BenchConfig,
  comfyPool: string | undefined,
): Promise<void> {
  const workload = createProtocolCase();
  const models = join(config.dir, 'case-models.json');
  await writeFile(models, JSON.stringify(toManifest(workload)));
  const times = [`--seconds-per-step=${secondsPerStep}`, `--checkpoint-load-seconds=${loadSeconds}`];
  const backends = { count: workload.servers.length, args: [`--models=${models}`, ...times] };
  const platform = await startBenchPlatform(deps, { ...config, backends });
  // As in real time: waits beyond the end of the case count in full.
  const toTheEnd = { ...workload, untilSeconds: Number.POSITIVE_INFINITY };
  const show = (row: readonly string[]) => console.log(`| ${row.join(' | ')} |`);
  show(head);
  show(head.map(() => '---'));
  for (const policy of [starGraph, firstIdle, mostPressure])
    show(describeRun(`${policy.name}, simulated`, workload, simulate(toTheEnd, policy)));
  const play = async () => {
    await platform.dispatcher.start();
    await waitForBackends(platform);
    const names = new Set(workload.jobs.map(({ person }) => person));
    const people = await registerPeople(platform.apiUrl, names.size + 1);
    const ours = await playPlatform(platform, people, workload.jobs);
    show(describeRun('Star-Graph, over the protocol', workload, ours));
    await platform.dispatcher.stop();
    if (comfyPool !== undefined) {
      const theirs = await playComfyPool(comfyPool, platform.backendUrls, workload.jobs);
      show(describeRun('ComfyPool, over the protocol', workload, theirs));
    }
  };
  try {
    await Promise.race([play(), aborted(deps.stopped)]);
  } finally {
    await platform.stop();
  }
}

const head = [
  'played by',
  'useful ÷ ideal',
  'swaps a job',
  'light people wait p50 / p95 / max',
  'who dumped waits p50 / p95 / max',
];

function describeRun(name: string, workload: Workload, run: Run): string[] {
  const { usefulShare, lightWaits, heavyWaits } = judge(workload, run);
  const loads = run.stretches.filter(({ swapSeconds }) => swapSeconds > loadSeconds / 2).length;
  const swaps = (loads / run.stretches.length).toFixed(3);
  return [name, usefulShare.toFixed(3), swaps, showWaits(lightWaits), showWaits(heavyWaits)];
}

const showWaits = (waits: readonly number[]): string =>
  [percentile(waits, 0.5), percentile(waits, 0.95), Math.max(...waits)]
    .map((seconds) => `${seconds.toFixed(1)} s`)
    .join(' / ');

interface AttemptRow {
  taskId: string;
  backendId: string;
  assignedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** The case through the API, the queue and the dispatcher. @param people one for each person of the case, and one more. */
async function playPlatform(
  platform: BenchPlatform,
  people: readonly BenchPerson[],
  jobs: readonly ProtocolJob[],
): Promise<Run> {
  const [stranger, ...others] = people;
  if (!stranger) throw new Error('people are needed');
  await learn(platform, stranger, jobs);
  const names = [...new Set(jobs.map(({ person }) => person))];
  const personOf = new Map(names.map((name, index) => [name, others[index]]));
  const jobOf = new Map<string, ProtocolJob>();
  const beganMs = await submitInTime(jobs, async (job) => {
    const accepted = await personOf.get(job.person)?.client.generate('text2img', playable(job));
    if (!accepted) throw new Error('a person for each');
    jobOf.set(accepted.id, job);
  });
  await waitUntilNoneIsOpen(platform);
  const rows: AttemptRow[] = await platform
    .database('attempts')
    .whereIn('taskId', [...jobOf.keys()])
    .whereNotNull('startedAt')
    .orderBy('startedAt');
  const stretches = rows.flatMap(({ taskId, backendId, assignedAt, startedAt, endedAt }) => {
    const job = jobOf.get(taskId);
    if (!job || !startedAt || !endedAt) return [];
    const at = { givenAtMs: +assignedAt, beganAtMs: +startedAt, endedAtMs: +endedAt };
    return toStretch({ job, server: backendId, ...at }, beganMs);
  });
  return { stretches };
}

/** Run times are learned from runs without a load: each server gets some. */
async function learn(
  platform: BenchPlatform,
  { client }: BenchPerson,
  [first]: readonly ProtocolJob[],
): Promise<void> {
  if (!first) throw new Error('a case has jobs');
  const each = 5;
  for (let count = 0; count < each * platform.backendUrls.length; count += 1)
    await client.generate('text2img', { ...playable(first), seed: count });
  await waitUntilNoneIsOpen(platform);
}
