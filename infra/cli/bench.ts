import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { measureAccepting } from '../lab/bench/accepting.ts';
import { measureBinding } from '../lab/bench/binding.ts';
import { measureCancelling } from '../lab/bench/cancelling.ts';
import { measureEvents } from '../lab/bench/events.ts';
import { fillTables, measureFullTables } from '../lab/bench/fullTables.ts';
import { measureIdleGaps } from '../lab/bench/idleGaps.ts';
import { measureConsole } from '../lab/bench/measureConsole.ts';
import { measureAblations } from '../lab/bench/planner/ablations.ts';
import { compareAll } from '../lab/bench/planner/comparePolicies.ts';
import { compareProtocol } from '../lab/bench/planner/compareProtocol.ts';
import { renderDrafts } from '../lab/bench/planner/draftsFirst.ts';
import { measureEtaErrors, renderEtaErrors } from '../lab/bench/planner/etaErrors.ts';
import { costCases, measurePlanCost, renderPlanCost } from '../lab/bench/planner/planCost.ts';
import { renderAblations, renderComparison, renderRatios } from '../lab/bench/planner/renderComparison.ts';
import { renderService } from '../lab/bench/planner/renderService.ts';
import { renderRentals } from '../lab/bench/planner/rentals.ts';
import { shapes } from '../lab/bench/planner/workloads.ts';
import {
  type BenchConfig,
  type BenchPerson,
  type BenchPlatform,
  registerPeople,
  startBenchPlatform,
  waitForBackends,
} from '../lab/bench/platform.ts';
import { type Measurement, renderTable } from '../lab/bench/report.ts';
import { measureResults } from '../lab/bench/results.ts';
import { measureRunning } from '../lab/bench/running.ts';
import { measureScaleOut } from '../lab/bench/scaleOut.ts';
import { measureStages } from '../lab/bench/stages.ts';
import { measureTracing } from '../lab/bench/tracing.ts';
import { measureBotFlood } from '../lab/bench/traffic/botFlood.ts';
import { measureCatalogue } from '../lab/bench/traffic/catalogue.ts';
import { measureFanOut } from '../lab/bench/traffic/fanOut.ts';
import { measureFlood } from '../lab/bench/traffic/flood.ts';
import { measureLimits } from '../lab/bench/traffic/limits.ts';
import { measureDoors } from '../lab/bench/traffic/measureDoors.ts';
import { measureMemory } from '../lab/bench/traffic/memory.ts';
import { measureReading } from '../lab/bench/traffic/reading.ts';
import { measureSignInFlood } from '../lab/bench/traffic/signInFlood.ts';
import { measureUpscaling } from '../lab/bench/upscaling.ts';
import { measureWholeTasks } from '../lab/bench/wholeTasks.ts';
import { aborted, listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { requirePrograms } from '../launcher/services/requirePrograms.ts';
import { listSearchDirs } from '../launcher/services/tools.ts';
import { readCall } from './readCall.ts';

const usage = `npm run bench                          measures the platform beside the physical limit of each figure, as a table
  --tasks N                            of the long run for memory; 0 leaves it out
  --only NAME                          one of the measurements
  --stages                             shows where the time of one task goes instead
npm run bench -- --scale               several APIs and dispatchers beside one of each, over 64 simulated GPU servers
npm run bench -- --full N              a submit beside N tasks, and one on empty tables
npm run bench -- --upscaling FOLDER    the ways to enlarge, on a folder of photographs
npm run bench:planner [-- --seeds N]   the planner beside other rules, on simulated pools
  --only times                         the times that people are told beside what comes
  --only plot                          what each person got over time, as SVG
  --only cost                          what a plan costs
  --only rent                          what a task costs on GPU servers by the hour, beside other ways to have them
  --only drafts                        the GPU time of quick drafts beside that of whole pictures
  --only protocol                      a short case over the protocol; with --comfy-pool FILE by that pool too`;

async function main(): Promise<number> {
  const { values } = readCall(usage, {
    options: {
      tasks: { type: 'string', default: '20000' },
      only: { type: 'string' },
      upscaling: { type: 'string' },
      planner: { type: 'boolean', default: false },
      seeds: { type: 'string', default: '5' },
      stages: { type: 'boolean', default: false },
      full: { type: 'string' },
      scale: { type: 'boolean', default: false },
      'comfy-pool': { type: 'string' },
    },
  });
  if (values.upscaling !== undefined) {
    console.log(await measureUpscaling(values.upscaling, (text) => console.error(text)));
    return 0;
  }
  if (values.planner && values.only === 'protocol') return benchProtocol(values['comfy-pool']);
  if (values.planner) return benchPlanner(Number(values.seeds), values.only);
  if (values.scale) return benchScale();
  if (values.full !== undefined) return benchFullTables(Number(values.full));
  return values.stages ? showStages() : measurePlatform(Number(values.tasks), values.only);
}

async function showStages(): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'star-graph-bench-'));
  const platform = await startBenchPlatform({ clock: systemClock }, await configure(dir));
  try {
    const [person] = await openToPeople(platform, 1);
    console.log(`${describeMachine()}\n\n${await measureStages(platform, person)}`);
  } finally {
    await platform.stop();
    await rm(dir, { recursive: true, force: true });
  }
  return 0;
}

const describeMachine = () =>
  `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;

/** @returns at least one */
async function openToPeople(
  platform: BenchPlatform,
  count: number,
): Promise<[BenchPerson, ...BenchPerson[]]> {
  await platform.dispatcher.start();
  await waitForBackends(platform);
  const [person, ...others] = await registerPeople(platform.apiUrl, count);
  if (!person) throw new Error('nobody was registered');
  return [person, ...others];
}

async function measurePlatform(tasks: number, only: string | undefined): Promise<number> {
  const stopped = listenForStop();
  const note = (text: string) => console.error(text);
  const dir = await mkdtemp(join(tmpdir(), 'star-graph-bench-'));
  const platform = await startBenchPlatform({ clock: systemClock }, await configure(dir));
  const measurements: Measurement[] = [];
  const add = async (name: string, measure: () => Measurement | Promise<Measurement | Measurement[]>) => {
    stopped.throwIfAborted();
    if (only !== undefined && only !== name) return;
    note(`measuring ${name} …`);
    measurements.push(...[await measure()].flat());
  };
  const measureAll = async (): Promise<void> => {
    const people = await openToPeople(platform, 16);
    const [person] = people;
    await add('whole tasks', () => measureWholeTasks(platform, person));
    await add('doors', () => measureDoors(platform, person));
    await add('idle gaps', () => measureIdleGaps(platform, person));
    await add('events', () => measureEvents(platform, person));
    await add('cancelling', () => measureCancelling(platform, person));
    await add('running', () => measureRunning(platform, person));
    await add('reading', () => measureReading(platform, person));
    await add('catalogue', () => measureCatalogue(platform, person));
    await add('console', () => measureConsole(platform));
    await add('results', measureResults);
    await add('binding', measureBinding);
    await add('tracing', measureTracing);
    // Each with people of its own: requests are counted by the minute, and the part before took less.
    await add('flood', () => measureFlood(platform, people));
    await add('sign-ins', async () =>
      measureSignInFlood(platform, await registerPeople(platform.apiUrl, 16)),
    );
    await add('limits', async () => measureLimits(platform, await registerPeople(platform.apiUrl, 16)));
    await add('fan-out', () => measureFanOut(platform, person));
    await add('bot', measureBotFlood);
    if (tasks > 0) {
      const onProgress = (done: number) => note(`  ${done} of ${tasks} tasks`);
      await add('memory', () => measureMemory(platform, person, tasks, onProgress));
    }
    await platform.dispatcher.stop();
    await add('accepting', () => measureAccepting(platform, people));
  };
  // An error that nobody awaits would end this process alone, and leave its servers.
  const broken = new Promise<never>((_, reject) => process.on('uncaughtException', reject));
  try {
    // Work that still waits is abandoned: its servers end, and so does this process.
    await Promise.race([measureAll(), aborted(stopped), broken]);
  } finally {
    await platform.stop();
    await rm(dir, { recursive: true, force: true });
    // Also what was measured before a failure: it took minutes.
    if (measurements.length > 0) console.log(`${describeMachine()}\n\n${renderTable(measurements)}`);
  }
  return stopped.aborted ? 130 : 0;
}

function benchPlanner(seeds: number, only: string | undefined): number {
  if (only === 'rent') {
    console.log(renderRentals(1));
    return 0;
  }
  if (only === 'drafts') {
    console.log(renderDrafts(1));
    return 0;
  }
  const [first] = shapes;
  if (only === 'plot' && first) {
    console.log(renderService(first, 0.8, 1));
    return 0;
  }
  if (only === 'cost') {
    console.log(renderPlanCost(costCases.map(measurePlanCost)));
    return 0;
  }
  if (only === 'times') {
    console.log(renderEtaErrors(shapes.flatMap((shape) => measureEtaErrors(shape, seeds))));
    return 0;
  }
  const comparisons = shapes.flatMap((shape) => compareAll(shape, seeds));
  for (const comparison of comparisons) console.log(`${renderComparison(comparison)}\n`);
  console.log(`${renderRatios(comparisons)}\n\n${renderAblations(measureAblations(seeds))}\n`);
  console.log(renderPlanCost(costCases.map(measurePlanCost)));
  return 0;
}

async function benchProtocol(comfyPool: string | undefined): Promise<number> {
  const stopped = listenForStop();
  const dir = await mkdtemp(join(tmpdir(), 'star-graph-bench-'));
  try {
    await compareProtocol({ clock: systemClock, stopped }, await configure(dir), comfyPool);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return stopped.aborted ? 130 : 0;
}

async function benchScale(): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'star-graph-bench-'));
  try {
    console.log(await measureScaleOut(await configure(dir), (text) => console.error(text)));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return 0;
}

async function configure(dir: string): Promise<BenchConfig> {
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const note = (text: string) => console.error(text);
  const programs = await requirePrograms({ environment, note }, ['mariadb', 'redis', 'ffmpeg']);
  return { programs, dir, machine: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' } };
}

/** Two platforms side by side, one of them with full tables. */
async function benchFullTables(tasks: number): Promise<number> {
  const parts = new AsyncDisposableStack();
  const start = async (filled: number) => {
    const dir = await mkdtemp(join(tmpdir(), 'star-graph-bench-'));
    parts.defer(() => rm(dir, { recursive: true, force: true }));
    const platform = await startBenchPlatform({ clock: systemClock }, await configure(dir));
    parts.defer(() => platform.stop());
    if (filled > 0) await fillTables(platform, filled);
    await platform.dispatcher.start();
    await waitForBackends(platform);
    await platform.dispatcher.stop();
    const [person] = await registerPeople(platform.apiUrl, 1);
    if (!person) throw new Error('nobody was registered');
    return { platform, person };
  };
  try {
    const [full, empty] = [await start(tasks), await start(0)];
    console.log(renderTable([await measureFullTables(full, empty, tasks)]));
  } finally {
    await parts.disposeAsync();
  }
  return 0;
}

await runMain(main);
