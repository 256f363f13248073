import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Environment, LauncherConfig } from '../launcherConfig.ts';
import { isBackupDue } from './backupFolder.ts';
import { findAskedAt } from './tellOfBackup.ts';

const lookEveryMs = 10_000;
/** A full disk or a store that is away is not mended within a minute. */
const retryMs = 15 * 60_000;

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
  while (!stopped.aborted) {
    const isResting = deps.clock.monotonicMs() - failedAt < retryMs;
    const askedAt = (await findAskedAt(deps, databaseUrl))?.getTime();
    // A new wish does not wait for the end of the rest; the one that has just failed does.
    const isAsked = askedAt !== undefined && !(isResting && askedAt === failedFor);
    const isDue = isScheduled && !isResting && (await isBackupDue(config, deps.clock.now()));
    if ((isAsked || isDue) && !(await runBackup(schedule, [...(isDue ? ['--if-due'] : []), '--if-asked']))) {
      failedAt = deps.clock.monotonicMs();
      failedFor = askedAt;
    }
    await deps.clock.sleep(lookEveryMs, stopped).catch(() => undefined);
  }
}

/** @returns whether it ended well. */
async function runBackup({ root, env, say, stopped }: Schedule, flags: string[]): Promise<boolean> {
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
  const [code] = await once(child, 'close').finally(() => stopped.removeEventListener('abort', stop));
  if (stopped.aborted) return true;
  if (code !== 0) say(`The backup failed:\n${output.trim()}`);
  else if (output.trim() !== '') say(output.trim());
  return code === 0;
}
