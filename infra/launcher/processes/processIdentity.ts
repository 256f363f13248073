import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process for longer than its pid lasts: the kernel gives pids out again, so a pid from a file is ours only while
 * its start time is the recorded one.
 */
export interface ProcessIdentity {
  pid: number;
  /** Boot and start time on Linux, wall-clock start time elsewhere. Compared, never read. */
  startedAt: string;
}

/** The process that has this pid now; undefined without one, or for a zombie. */
export function findProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : psStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether the very process that was recorded still runs. */
export function isSameProcess(recorded: ProcessIdentity): boolean {
  return findProcess(recorded.pid)?.startedAt === recorded.startedAt;
}

const tickMs = 10;

/** The processor time that it has used; 0 where that is not to be had. */
export function readCpuMs(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const [user = 0, system = 0] = (readStat(pid) ?? []).slice(11, 13).map(Number);
  return (user + system) * tickMs;
}

/** The fields after the name; undefined without the process. */
function readStat(pid: number): string[] | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
  // proc_pid_stat(5): the name in parentheses may itself hold spaces and parentheses, so fields are counted after it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function linuxStart(pid: number): string | undefined {
  const fields = readStat(pid);
  if (!fields) return undefined;
  const [state, startTicks] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTicks}`;
}

function psStart(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5_000,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state, ...start] = text.split(/\s+/);
    return text === '' || state?.startsWith('Z') ? undefined : start.join(' ');
  } catch (error) {
    // ps exits with 1 when no process has the pid.
    if ((error as { status?: number | null }).status === 1) return undefined;
    throw error;
  }
}
