import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { runAll, smallPicture } from './load.ts';
import { type BenchPerson, registerPeople } from './platform.ts';
import { percentile, showMs } from './report.ts';
import { type ScaleConfig, type ScalePlatform, startScalePlatform } from './scalePlatform.ts';

interface Size {
  apis: number;
  dispatchers: number;
}

const sizes: readonly Size[] = [
  { apis: 1, dispatchers: 1 },
  { apis: 2, dispatchers: 2 },
  { apis: 4, dispatchers: 2 },
];
const rounds = 3;
const gpus = 64;
const secondsPerStep = 2;
const tasksForEachGpu = 6;
const concurrency = 16;

interface Round {
  acceptMs: number[];
  /** The share of the time of all GPU servers in which something ran. */
  busyShare: number;
  cpuMs: Awaited<ReturnType<ScalePlatform['readCpuMs']>>;
}

/**
 * Several APIs and dispatchers beside one of each, in turns on the same platform: the time of an acceptance while a
 * burst comes, the share of the GPU servers' time that is used, and the CPU time of a task.
 */
export async function measureScaleOut(
  config: Omit<ScaleConfig, 'apis' | 'dispatchers' | 'gpus' | 'secondsPerStep'>,
  note: (text: string) => void,
): Promise<string> {
  const own = { ...config, apis: 4, dispatchers: 2, gpus, secondsPerStep };
  const platform = await startScalePlatform({ clock: systemClock }, own);
  try {
    const people = await registerPeople(platform.apiUrls[0] ?? '', 16);
    const results = new Map<Size, Round[]>(sizes.map((size) => [size, []]));
    await platform.runDispatchers(1);
    await runRound(platform, people, { apis: 4, dispatchers: 1 }, 'warm');
    for (let round = 1; round <= rounds; round++)
      for (const size of sizes) {
        note(`round ${round} of ${rounds}: ${size.apis} APIs, ${size.dispatchers} dispatchers`);
        await platform.runDispatchers(size.dispatchers);
        results.get(size)?.push(await runRound(platform, people, size, `${round}`));
      }
    const kilobytes = Math.round((await platform.readBytesPerTask()) / 1_000);
    return `${render(results)}\n\n${kilobytes} kB of the database for each task.`;
  } finally {
    await platform.stop();
  }
}

async function runRound(
  platform: ScalePlatform,
  people: readonly BenchPerson[],
  { apis }: Size,
  round: string,
): Promise<Round> {
  const count = gpus * tasksForEachGpu;
  const before = await platform.readCpuMs();
  const acceptMs: number[] = [];
  const startMs = performance.now();
  await runAll(count, concurrency, async (index) => {
    const url = `${platform.apiUrls[index % apis]}/api/v1/generate/text2img`;
    const person = people[index % people.length];
    const body = JSON.stringify({ ...smallPicture, prompt: `${round} ${apis} ${index} ${startMs}` });
    const beganMs = performance.now();
    const answer = await fetch(url, { method: 'POST', headers: person?.headers ?? {}, body });
    if (answer.status !== 202) throw new Error(`a request was answered with ${answer.status}`);
    await answer.arrayBuffer();
    acceptMs.push(performance.now() - beganMs);
  });
  for (;;) {
    const open = await platform
      .database('tasks')
      .whereIn('status', ['queued', 'assigned', 'running'])
      .first('id');
    if (!open) break;
    await systemClock.sleep(100);
  }
  const elapsedMs = performance.now() - startMs;
  const after = await platform.readCpuMs();
  const kinds = Object.keys(before) as (keyof typeof before)[];
  return {
    acceptMs,
    busyShare: (count * smallPicture.steps * secondsPerStep * 1_000) / (gpus * elapsedMs),
    cpuMs: Object.fromEntries(
      kinds.map((kind) => [kind, (after[kind] - before[kind]) / count]),
    ) as Round['cpuMs'],
  };
}

function render(results: ReadonlyMap<Size, readonly Round[]>): string {
  const median = (values: readonly number[]) => percentile(values, 0.5);
  const [first] = results.values();
  const baseMs = median((first ?? []).flatMap(({ acceptMs }) => acceptMs));
  const rows = [...results].map(([{ apis, dispatchers }, all]) => {
    const acceptMs = all.flatMap((round) => round.acceptMs);
    const cpu = (kind: keyof Round['cpuMs']) => median(all.map(({ cpuMs }) => cpuMs[kind])).toFixed(1);
    return [
      `${apis} API, ${dispatchers} dispatcher`,
      `${showMs(median(acceptMs))}, ${showMs(percentile(acceptMs, 0.99))}`,
      (median(acceptMs) / baseMs).toFixed(2),
      median(all.map(({ busyShare }) => busyShare)).toFixed(2),
      ...(['api', 'dispatcher', 'database', 'redis'] as const).map(cpu),
    ];
  });
  const head = [
    'processes',
    'accept p50, p99',
    'by one',
    'GPUs busy',
    'CPU ms a task: API',
    'dispatcher',
    'database',
    'Redis',
  ];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
