import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** CPU time in ms of a running process, its threads included; 0 when it has ended. Linux alone. */
export function cpuTimeMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** The processes whose command line names this program and this folder. */
export function findPids(program: string, folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && names(pid, program, folder));
}

function names(pid: number, program: string, folder: string): boolean {
  try {
    const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return command.includes(program) && args.some((arg) => arg.includes(folder));
  } catch {
    return false; // It has ended meanwhile.
  }
}
