import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { LaunchFailure } from '../../launcher/failure.ts';
import type { Environment } from '../../launcher/launcherConfig.ts';
import { answersOk } from '../../launcher/processes/nodeProcesses.ts';

export interface RestartDeps {
  clock: Pick<Clock, 'sleep'>;
  /** systemctl. @returns what it printed. @throws LaunchFailure when it fails */
  run(...args: string[]): string;
  say(sentence: string): void;
  stopped: AbortSignal;
  /** Whether a process serves; the usual way is to ask it. */
  isReady?(url: string): Promise<boolean>;
}

/** Dispatchers first: they know every workflow that a new API offers. */
const order = [
  /^star-graph-dispatcher@(\d)\.service$/,
  /^star-graph-api\.service$/,
  /^star-graph-bot\.service$/,
];
/** A process waits this long for its stores on a busy machine. */
const longestTries = 240;
const betweenTriesMs = 500;

/** Restarts the units that run, one after the other, the next when the last one serves. */
export async function restartInOrder(deps: RestartDeps, env: Environment): Promise<void> {
  const listed = deps.run('list-units', '--plain', '--no-legend', '--state=active', 'star-graph-*.service');
  const running = listed.split('\n').map((line) => line.split(' ')[0] ?? '');
  const units = order.flatMap((pattern) => running.filter((name) => pattern.test(name)).toSorted());
  if (units.length === 0)
    throw new LaunchFailure(
      'No unit of Star-Graph runs here. Start them, or restart the processes where they run.',
    );
  for (const unit of units) {
    deps.say(`Restarting ${unit} …`);
    deps.run('restart', unit);
    await untilReady(deps, unit, readyUrlOf(unit, env));
  }
}

function readyUrlOf(unit: string, env: Environment): string | undefined {
  const [, dispatcher] = order[0]?.exec(unit) ?? [];
  if (dispatcher !== undefined) return `http://127.0.0.1:946${dispatcher}/readyz`;
  if (unit === 'star-graph-api.service') return `http://127.0.0.1:${env.API_PORT ?? 8080}/readyz`;
  return env.BOT_PORT === undefined ? undefined : `http://127.0.0.1:${env.BOT_PORT}/readyz`;
}

async function untilReady(
  { clock, stopped, isReady = answersOk }: RestartDeps,
  unit: string,
  url: string | undefined,
): Promise<void> {
  if (url === undefined) return;
  for (let tries = 0; tries < longestTries; tries++) {
    if (await isReady(url)) return;
    await clock.sleep(betweenTriesMs, stopped);
  }
  throw new LaunchFailure(
    `${unit} does not serve: journalctl -u ${unit} says why. The units after it still run the old release.`,
  );
}

export interface Step {
  title: string;
  args: readonly string[];
}

const page: Step = { title: 'Building the console', args: ['api/console/build/main.ts'] };

/**
 * What is done while the old processes serve: whatever fails here has changed nothing that they need.
 * @returns the steps, and what is left to a person where something else than units runs the processes
 */
export function listUpgradeSteps({ DATABASE_URL }: Environment): { steps: Step[]; left: string } {
  // The private databases are open to the launcher alone, which backs up and migrates at its start.
  if (DATABASE_URL === undefined)
    return {
      steps: [page],
      left: 'Built. Now stop npm start and start it again: it backs up, migrates and builds nothing more.',
    };
  return {
    steps: [
      page,
      { title: 'Backing up', args: ['infra/cli/backup.ts', '--before-migration'] },
      { title: 'Migrating', args: ['core/ground/db/main.ts'] },
    ],
    left: 'Now restart the processes, one after the other: dispatchers, API, bot.',
  };
}
