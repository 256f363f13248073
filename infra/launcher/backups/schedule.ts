import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Environment, LauncherConfig } from '../launcherConfig.ts';
import { isBackupDue } from './backupFolder.ts';

const lookEveryMs = 60_000;
/** A full disk or a store that is away is not mended within a minute. */
const retryMs = 15 * 60_000;

interface Schedule {
  root: string;
  env: Environment;
  config: Pick<LauncherConfig, 'dataDir' | 'backup'>;
  say(sentence: string): void;
  stopped: AbortSignal;
}

/**
 * Makes a backup when the newest one is older than it may be, until `stopped`. The time is read from the folder, so a
 * backup that was missed while the machine was off is made up at the next start. The program looks again under the
 * lock of the database: of several launchers, one makes it.
 */
export async function runBackups(deps: { clock: Clock }, schedule: Schedule): Promise<void> {
  const { config, stopped } = schedule;
  if (config.backup.BACKUP_EVERY_HOURS === 0) return;
  while (!stopped.aborted) {
    const isDue = await isBackupDue(config, deps.clock.now());
    const isWell = !isDue || (await runBackup(schedule));
    await deps.clock.sleep(isWell ? lookEveryMs : retryMs, stopped).catch(() => undefined);
  }
}

/** @returns whether it ended well. */
async function runBackup({ root, env, say, stopped }: Schedule): Promise<boolean> {
  const child = spawn(process.execPath, ['infra/cli/backup.ts', '--if-due'], {
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
  if (code !== 0) say(`The backup failed and is tried again in 15 minutes:\n${output.trim()}`);
  else if (output.trim() !== '') say(output.trim());
  return code === 0;
}
