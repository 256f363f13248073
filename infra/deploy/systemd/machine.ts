import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';

const root = join(import.meta.dirname, '../../..');
/** Beside the controllers of the first version, where there are any. */
const cgroups = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find(existsSync) ?? '/sys/fs/cgroup';
const longestMs = 200_000;

/** A systemd as process 1, with the checkout in /opt/star-graph. */
export interface Machine extends AsyncDisposable {
  /** As root in the checkout, in a shell. Rejects with what it printed when it fails. @returns what it printed */
  run(command: string): Promise<string>;
}

/** Of the programs and files of this machine, which keeps nothing of it. It needs root. */
export async function startMachine(): Promise<Machine> {
  const group = join(cgroups, `star-graph-units-${process.pid}`);
  mkdirSync(group);
  // systemd takes the group that it begins in for the whole tree.
  const begin =
    'echo $$ > "$1/cgroup.procs" && exec unshare --cgroup --mount --pid --fork --uts --ipc "$2" "$3"';
  const boot = join(import.meta.dirname, 'boot.sh');
  const outer = spawn('sh', ['-c', begin, 'sh', group, boot, root], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(outer, 'close');
  let said = '';
  outer.stderr.on('data', (text) => {
    said += text;
  });
  const call = (pid: number, command: string) =>
    promisify(execFile)(
      'nsenter',
      [`--target=${pid}`, '--all', '--wdns=/opt/star-graph', 'sh', '-c', command],
      { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, timeout: longestMs, maxBuffer: 50_000_000 },
    );
  const first = () => {
    const [pid] = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').split(' ');
    return Number(pid);
  };
  const isUp = async () => {
    if (outer.exitCode !== null) throw new Error(`No systemd: ${said}`);
    const { stdout } = await call(first(), 'systemctl is-system-running || true');
    if (!/^(running|degraded)/.test(stdout)) throw new Error(`systemd is ${stdout}`);
  };
  await vi.waitFor(isUp, { timeout: 60_000, interval: 200 });
  const pid = first();
  return {
    run: async (command) => (await call(pid, command)).stdout,
    async [Symbol.asyncDispose]() {
      // Everything in its namespace ends with process 1.
      process.kill(pid, 'SIGKILL');
      await ended;
      for (const path of readGroups(group)) rmdirSync(path);
    },
  };
}

/** Deepest first, since only an empty one can be removed. */
function readGroups(group: string): string[] {
  const below = readdirSync(group, { withFileTypes: true, recursive: true });
  return [
    group,
    ...below.filter((one) => one.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
  ].toSorted((a, b) => b.length - a.length);
}
