import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { LaunchFailure } from '../../launcher/failure.ts';
import { type Environment, readEnvironment } from '../../launcher/launcherConfig.ts';
import { listenForStop, runMain } from '../../launcher/processes/stopSignals.ts';
import { buildExtensions } from '../../launcher/steps/buildExtensions.ts';
import { readCall } from '../readCall.ts';
import { listUpgradeSteps, restartInOrder, type Step } from './upgradeSteps.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function main(): Promise<number> {
  readCall('npm run sg -- upgrade   brings an installation to the release of this checkout', {});
  const stopped = listenForStop();
  const env = readEnvironment(root, process.env);
  const { steps, left } = listUpgradeSteps(env);
  for (const step of steps) run(step, env);
  if (env.DATABASE_URL === undefined) console.log(await buildExtensions(root, stopped));
  if (env.DATABASE_URL === undefined || !existsSync('/run/systemd/system')) {
    console.log(left);
    return 0;
  }
  await restartInOrder({ clock: systemClock, run: systemctl, say: console.log, stopped }, env);
  return 0;
}

function run({ title, args }: Step, env: Environment): void {
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
