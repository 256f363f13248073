import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { SingleBar } from 'cli-progress';
import { describeFailure } from '../lab/chaos/trial/dump.ts';
import { createPlan } from '../lab/chaos/trial/plan.ts';
import { runTrials } from '../lab/chaos/trial/runTrials.ts';
import { createScenario, type Scenario, scenarioCluster, scenarios } from '../lab/chaos/trial/scenarios.ts';
import { summarize } from '../lab/chaos/trial/summary.ts';
import { LaunchFailure } from '../launcher/failure.ts';
import { listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { requirePrograms } from '../launcher/services/requirePrograms.ts';
import { listSearchDirs } from '../launcher/services/tools.ts';
import { readCall } from './readCall.ts';

const machineVariables = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL'];

const usage = `npm run chaos   kills, pauses and deceives the whole platform, and checks that nothing was lost or done twice
  --trials N          how many, 20 by default
  --seed S            of the first, which decides what happens when
  --scenario NAME     as it says instead: ${scenarios.join(', ')}
  --dir D             where its data and logs are
  --keep              keeps them, as it does where a trial failed`;

async function main(): Promise<number> {
  const options = readOptions();
  const stopped = listenForStop((cause) => console.error(`Stopping after this trial (${cause}).`));
  const { scenario } = options;
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const note = (text: string) => console.error(text);
  const programs = await requirePrograms({ environment, note }, ['mariadb', 'redis', 'ffmpeg']);
  const directory = options.dir ?? (await mkdtemp(join(tmpdir(), 'star-graph-chaos-')));
  const bar = new SingleBar({
    format: '{bar} {percentage} % | {value}/{total} trials, {failed} failed | seed {seed}, {seconds} s',
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 30_000,
  });
  let failed = 0;
  const results = await runTrials(
    {
      clock: systemClock,
      note,
      stopped,
      onResult(result) {
        if (result.violations.length > 0) {
          failed += 1;
          console.log(`\n${describeFailure(result, { logs: join(directory, 'logs'), scenario })}`);
        }
        bar.increment({ failed, seed: result.plan.seed, seconds: result.seconds.toFixed(1) });
      },
    },
    {
      programs,
      directory,
      machine: Object.fromEntries(
        machineVariables.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
      ),
      ...(scenario === undefined ? {} : scenarioCluster(scenario)),
      trials: options.trials,
      seed: options.seed,
      createPlan: scenario === undefined ? createPlan : (seed) => createScenario(scenario, seed),
      onStarted: () => bar.start(options.trials, 0, { failed, seed: options.seed, seconds: '0' }),
    },
  );
  bar.stop();
  console.log(`\n${summarize(results)}`);
  if (failed === 0 && !options.keep && options.dir === undefined)
    await rm(directory, { recursive: true, force: true });
  else console.log(`logs: ${join(directory, 'logs')}`);
  return failed === 0 && results.length === options.trials ? 0 : 1;
}

interface Options {
  trials: number;
  seed: number;
  scenario: Scenario | undefined;
  dir: string | undefined;
  keep: boolean;
}

function readOptions(): Options {
  const { values } = readCall(usage, {
    options: {
      trials: { type: 'string', default: '20' },
      seed: { type: 'string' },
      scenario: { type: 'string' },
      dir: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const trials = Number(values.trials);
  // Any seed will do; it is shown, so that a run can be repeated.
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  if (!Number.isInteger(trials) || trials < 1)
    throw new LaunchFailure('--trials takes a whole number from 1.');
  if (!Number.isInteger(seed)) throw new LaunchFailure('--seed takes a whole number.');
  const scenario = scenarios.find((name) => name === values.scenario);
  if (values.scenario !== undefined && scenario === undefined)
    throw new LaunchFailure(`--scenario takes ${scenarios.join(', ')}.`);
  return { trials, seed, scenario, dir: values.dir, keep: values.keep };
}

await runMain(main);
