import { existsSync } from 'node:fs';

/** What a process that reads strangers' bytes may use of the machine. */
interface Confinement {
  /** Of its own memory; more is refused to it. */
  dataBytes: number;
  /** Of all its threads together. Undefined: for one that serves for long. */
  cpuSeconds?: number;
}

interface ConfinedCommand {
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

/**
 * `ulimit` counts memory in kibibytes. In a user namespace of its own it may not look into the memory and environment of
 * other processes of its user, and in a network of its own it reaches nobody. Where the system allows no namespaces (in
 * most containers), the limits and the empty environment stay.
 */
const script = [
  'ulimit -c 0; ulimit -d "$1"; ulimit -t "$2"; shift 2',
  'if unshare -c -n true 2>/dev/null; then exec unshare -c -n -- "$@"; fi',
  'exec "$@"',
].join('\n');

/** Our images have none, and a container may make no namespaces: there the limits are set by util-linux' prlimit. */
const shell = '/bin/sh';

/**
 * A command for a program that decodes what strangers sent: a fault in a decoder must not reach this process's keys. It
 * gets none of its environment but where programs lie, no core file, and limits that the system holds even when this
 * process is gone. Descriptors are not inherited: Node closes its own.
 */
export function confine(
  program: string,
  args: readonly string[],
  { dataBytes, cpuSeconds: seconds }: Confinement,
  hasShell = existsSync(shell),
): ConfinedCommand {
  // Few arenas: with one for each thread, what is free in them counts as used.
  const env = { PATH: process.env.PATH, MALLOC_ARENA_MAX: '2' };
  if (process.platform === 'win32') return { file: program, args: [...args], env };
  const cpuSeconds = seconds === undefined ? 'unlimited' : String(seconds);
  if (!hasShell) {
    const limits = ['--core=0', `--data=${dataBytes}`, `--cpu=${cpuSeconds}`];
    return { file: 'prlimit', args: [...limits, '--', program, ...args], env };
  }
  const limits = [String(Math.floor(dataBytes / 1_024)), cpuSeconds];
  return { file: shell, args: ['-c', script, 'sh', ...limits, program, ...args], env };
}
