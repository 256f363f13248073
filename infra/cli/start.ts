import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { describeRunning, linkOf } from '../launcher/announce.ts';
import { runBackups } from '../launcher/backups/schedule.ts';
import { prepareDataDir } from '../launcher/dataDir/dataDir.ts';
import { takeLauncherLock } from '../launcher/dataDir/launcherLock.ts';
import { removeRunning, writeRunning } from '../launcher/dataDir/runningPlatform.ts';
import { ensureSecrets } from '../launcher/dataDir/secrets.ts';
import { type LauncherConfig, parseLauncherConfig, readEnvironment } from '../launcher/launcherConfig.ts';
import { createProcessRegistry, reapLeftovers } from '../launcher/processes/processRegistry.ts';
import { aborted, listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import type { SupervisedProcess, SupervisorDeps, SupervisorEvent } from '../launcher/processes/supervisor.ts';
import { createProgress, type StepProgress } from '../launcher/progress.ts';
import { findServicePrograms } from '../launcher/services/embeddedServices.ts';
import { listSearchDirs } from '../launcher/services/tools.ts';
import { localUrl, platformSteps, startPlatform } from '../launcher/startPlatform.ts';
import { chooseApiPort } from '../launcher/steps/apiPort.ts';
import { buildConsole } from '../launcher/steps/buildConsole.ts';
import { buildExtensions } from '../launcher/steps/buildExtensions.ts';
import { findOpener, openLink, removePage } from '../launcher/steps/openBrowser.ts';
import { readCall } from './readCall.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function main(): Promise<number> {
  readCall('npm start   starts the whole platform on this machine, and keeps it running until Ctrl-C', {});
  const output = {
    write: (text: string) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY === true,
  };
  const progress = createProgress({ clock: systemClock, output }, platformSteps + 2);
  const stopped = listenForStop((cause) => progress.say(`\nStopping (${cause}) …`));
  const env = readEnvironment(root, process.env);
  const config = parseLauncherConfig(root, env);
  prepareDataDir(config.dataDir);
  const lock = takeLauncherLock(config.dataDir);
  try {
    await run({ config, env, progress, stopped });
  } catch (error) {
    // A start that the person stopped half-way is not a failure.
    if (!stopped.aborted) throw error;
  } finally {
    lock.release();
  }
  progress.say('Stopped. The data is kept.');
  return 0;
}

interface Launch {
  config: LauncherConfig;
  env: ReturnType<typeof readEnvironment>;
  progress: StepProgress;
  stopped: AbortSignal;
}

async function run({ config, env, progress, stopped }: Launch): Promise<void> {
  const supervisor: SupervisorDeps = {
    clock: systemClock,
    registry: createProcessRegistry(join(config.dataDir, 'run')),
    report: (event) => progress.say(describeEvent(event)),
  };
  const leftovers = await reapLeftovers(supervisor, 15_000);
  if (leftovers.length > 0) progress.say(`Stopped what the last start left behind: ${leftovers.join(', ')}.`);
  const apiPort = await chooseApiPort(config, progress.say);
  const secrets = ensureSecrets(
    config.dataDir,
    config.adminPassword === undefined ? {} : { adminPassword: config.adminPassword },
  );
  const environment = { searchDirs: listSearchDirs(env.PATH), isRoot: process.getuid?.() === 0 };
  const programs = await progress.step('programs', async (note) => {
    const found = await findServicePrograms({ environment, note }, config);
    return { value: found, summary: found.summary };
  });
  // While the stores start, which takes as long.
  const page = progress.step('console', async (note) => {
    note('building the page');
    return { value: undefined, summary: await buildConsole({ root, dataDir: config.dataDir }, stopped) };
  });
  // Where another part fails first, nobody waits for it any more.
  page.catch(() => undefined);
  const started: SupervisedProcess[] = [];
  try {
    const { signIn, welcomeCode, databaseUrl } = await startPlatform({
      root,
      env,
      config,
      secrets,
      programs,
      apiPort,
      page,
      progress,
      supervisor,
      stopped,
      started,
    });
    writeRunning(config.dataDir, {
      url: localUrl(config.apiHost, apiPort),
      ...(signIn.kind === 'accepted' ? { adminUsername: config.adminUsername } : {}),
    });
    const link = linkOf({ ...config, apiPort }, welcomeCode);
    progress.say(describeRunning({ ...config, root, apiPort, signIn, link }));
    if (link !== undefined) await showInBrowser({ config, env, progress }, link);
    const backups = runBackups(
      { clock: systemClock },
      { root, env, config, databaseUrl, say: progress.say, stopped },
    );
    progress.say(await buildExtensions(root, stopped));
    await aborted(stopped);
    await backups;
  } finally {
    removeRunning(config.dataDir);
    removePage(config.dataDir);
    for (const child of started.reverse()) await child.stop();
  }
}

async function showInBrowser(
  { config, env, progress }: Pick<Launch, 'config' | 'env' | 'progress'>,
  link: string,
): Promise<void> {
  const opener = findOpener({
    env,
    platform: process.platform,
    isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
    isRoot: process.getuid?.() === 0,
  });
  const fault = await openLink(opener, { dataDir: config.dataDir, link });
  if (fault !== undefined) progress.say(fault);
}

function describeEvent(event: SupervisorEvent): string {
  if (event.type === 'restarted') return `${event.name} runs again.`;
  if (event.type === 'silent') return `${event.name} gives no answer any more and is killed.`;
  if (event.type === 'killed') return `${event.name} did not stop in time and was killed.`;
  return `${event.name} stopped by itself (${event.reason}); starting it again in ${event.restartInMs / 1000} s.`;
}

await runMain(main);
