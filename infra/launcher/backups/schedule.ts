import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Environment, LauncherConfig } from '../launcherConfig.ts';
import { backupDirOf, isBackupDue } from './backupFolder.ts';
import { endAsked, findAskedAt } from './tellOfBackup.ts';

const lookEveryMs = 10_000;
/** A full disk or a store that is away is not mended within a minute. Each further failure doubles the rest. */
const firstRestMs = 15 * 60_000;
/** A try may write for hours before it fails, and each has its line in the list. */
const longestRestMs = 4 * 3_600_000;

interface Schedule {
  root: string;
  env: Environment;
  config: Pick<LauncherConfig, 'dataDir' | 'backup'>;
  databaseUrl: string;
  say(sentence: string): void;
  stopped: AbortSignal;
}

/**
 * Makes a backup when the newest one is older than it may be, and when an administrator asks for one, until `stopped`.
 * The time is read from the folder, so a backup that was missed while the machine was off is made up at the next start.
 * The program looks again under the lock of the database: of several launchers, one makes it.
 */
export async function runBackups(deps: { clock: Clock }, schedule: Schedule): Promise<void> {
  const { config, databaseUrl, stopped } = schedule;
  const isScheduled = config.backup.BACKUP_EVERY_HOURS > 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  let failedFor: number | undefined;
  let restMs = 0;
  while (!stopped.aborted) {
    const isResting = deps.clock.monotonicMs() - failedAt < restMs;
    const askedAt = await findAskedAt(deps, databaseUrl);
    // A new wish does not wait for the end of the rest. One that has just failed does, where it could not be ended.
    const isAsked = askedAt !== undefined && !(isResting && askedAt.getTime() === failedFor);
    const isDue = isScheduled && !isResting && (await isBackupDue(config, deps.clock.now()));
    const flags = [...(isDue ? ['--if-due'] : []), '--if-asked'];
    const end = isAsked || isDue ? await runBackup(schedule, flags) : undefined;
    if (end === 'well') restMs = 0;
    else if (end) {
      const { fault } = end;
      failedAt = deps.clock.monotonicMs();
      restMs = Math.min(Math.max(firstRestMs, restMs * 2), longestRestMs);
      failedFor = askedAt?.getTime();
      const folder = backupDirOf(config.dataDir, config.backup);
      if (askedAt) await endAsked({ ...deps, say: schedule.say }, databaseUrl, { askedAt, folder, fault });
    }
    await deps.clock.sleep(lookEveryMs, stopped).catch(() => undefined);
  }
}

/** @returns why it failed, in the words of its program; undefined where the launcher stops and nobody can say. */
async function runBackup(
  { root, env, say, stopped }: Schedule,
  flags: string[],
): Promise<'well' | { fault: string } | undefined> {
  const child = spawn(process.execPath, ['infra/cli/backup.ts', ...flags], {
    cwd: root,
    env: { ...env } as Record<string, string>,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const stop = () => child.kill('SIGTERM');
  stopped.addEventListener('abort', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-4_000);
    });
  // A process that cannot even be started is a backup that failed, and no end of the launcher.
  const [code, signal] = await once(child, 'close').catch(({ message }: Error) => [message]);
  stopped.removeEventListener('abort', stop);
  if (stopped.aborted) return undefined;
  const said = output.trim();
  if (code === 0) {
    if (said !== '') say(said);
    return 'well';
  }
  say(`The backup failed:\n${said}`);
  return { fault: said || `The backup program ended without a word (${signal ?? code}).` };
}
