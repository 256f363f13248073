import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { LaunchFailure } from '../../launcher/failure.ts';
import { type Environment, readEnvironment } from '../../launcher/launcherConfig.ts';
import { listenForStop, runMain } from '../../launcher/processes/stopSignals.ts';
import { restartInOrder } from './restartInOrder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Step {
  title: string;
  args: readonly string[];
}

/** While the old processes serve: whatever fails here has changed nothing that they need. */
const before: readonly Step[] = [
  { title: 'Building the console', args: ['api/console/build/main.ts'] },
  { title: 'Backing up', args: ['infra/cli/backup.ts', '--before-migration'] },
  { title: 'Migrating', args: ['core/ground/db/migrate/main.ts'] },
];

/** `npm run sg -- upgrade`, in the checkout of the new release. */
async function main(): Promise<number> {
  const stopped = listenForStop();
  const env = readEnvironment(root, process.env);
  if (env.DATABASE_URL === undefined)
    throw new LaunchFailure(
      'DATABASE_URL is not set: this platform is run by npm start, which builds, backs up and migrates by itself. Stop it and start it again.',
    );
  for (const { title, args } of before) run(title, args, env);
  if (!existsSync('/run/systemd/system')) {
    console.log('Now restart the processes, one after the other: dispatchers, API, bot.');
    return 0;
  }
  await restartInOrder({ clock: systemClock, run: systemctl, say: console.log, stopped }, env);
  return 0;
}

function run(title: string, args: readonly string[], env: Environment): void {
  console.log(`${title} …`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new LaunchFailure(`${title} failed, and the old processes serve on.`);
}

/** @returns what it printed. @throws LaunchFailure with what it said when it fails. */
function systemctl(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('systemctl', args, { encoding: 'utf8' });
  if (status !== 0) throw new LaunchFailure(`systemctl ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

await runMain(main);
