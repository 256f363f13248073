import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../../..');

/** Kept between runs, apart from the images of who runs the tests: what was built is not built again. */
export const imageStore = join(tmpdir(), 'star-graph-containers');

export const baseImage = 'localhost/star-graph/base:local';
export const imageOf = (target: string): string => `localhost/star-graph/${target}:ops`;

/** What also works in a container of its own: one network, no limits above those that are given to it, no crun. */
const sameNetwork = [
  '--network=host',
  '--ulimit=nofile=1024:1024',
  `--ulimit=nproc=${process.env.CONTAINER_PROCESSES ?? '90000:90000'}`,
];

interface Said {
  stdout: string;
  stderr: string;
}

const where = [
  '--root',
  join(imageStore, 'storage'),
  '--runroot',
  join(imageStore, 'run'),
  '--runtime',
  'runc',
];

/** Rejects with what podman said when its exit code is not 0. */
export function podman(args: readonly string[], timeoutMs = 120_000): Promise<Said> {
  return run('podman', [...where, ...args], {
    cwd: root,
    timeout: timeoutMs,
    maxBuffer: 100_000_000,
    env: { ...process.env, PODMAN_IGNORE_CGROUPSV1_WARNING: '1' },
  });
}

/** As the Dockerfile's BASE, without a registry: Debian's smallest system, and the Node and npm of this machine. */
async function buildBase(): Promise<void> {
  const exists = await podman(['image', 'exists', baseImage]).then(
    () => true,
    () => false,
  );
  if (exists) return;
  const folder = join(imageStore, 'base');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(imageStore, { recursive: true });
  await run('debootstrap', ['--variant=minbase', 'trixie', folder], {
    timeout: 600_000,
    maxBuffer: 10_000_000,
  });
  const local = join(folder, 'usr/local');
  cpSync(process.execPath, join(local, 'bin/node'));
  const packages = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  cpSync(join(packages, 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  const archive = join(imageStore, 'base.tar');
  await run('tar', ['-C', folder, '-cf', archive, '.']);
  await podman(['import', archive, baseImage]);
  rmSync(folder, { recursive: true });
  rmSync(archive);
}

/** Builds an image of the Dockerfile from the checkout. The first one takes minutes, which ffmpeg needs. */
export async function buildImage(target: string): Promise<void> {
  await buildBase();
  const authorities = process.env.NODE_EXTRA_CA_CERTS;
  const secret =
    authorities !== undefined && existsSync(authorities)
      ? ['--secret', `id=certificates,src=${authorities}`]
      : [];
  const args = ['--format=docker', ...sameNetwork, ...secret, `--build-arg=BASE=${baseImage}`];
  await podman(
    [
      'build',
      ...args,
      '-f',
      'infra/deploy/containers/Dockerfile',
      '--target',
      target,
      '-t',
      imageOf(target),
      '.',
    ],
    40 * 60_000,
  );
}

/** As compose runs them: nothing of the root can be written, no capability is left, none can be gained. */
const hardened = [
  ...sameNetwork,
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--tmpfs=/tmp:mode=1777',
];

export interface ContainerOptions {
  env?: Readonly<Record<string, string>>;
  /** The folder with the files of secrets. */
  secrets?: string;
  command?: readonly string[];
}

const argsOf = (target: string, { env = {}, secrets, command = [] }: ContainerOptions): string[] => [
  ...hardened,
  '--volume=/data',
  ...(secrets === undefined ? [] : [`--volume=${secrets}:/run/secrets:ro`]),
  ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
  imageOf(target),
  ...command,
];

/** Runs a container to its end. */
export const runOnce = (target: string, options: ContainerOptions): Promise<Said> =>
  podman(['run', '--rm', ...argsOf(target, options)]);

export interface Container extends AsyncDisposable {
  id: string;
  logs(): Promise<string>;
  /** As the orchestrator asks; rejects while the process is not healthy. */
  checkHealth(): Promise<void>;
  /** SIGTERM, and after a minute SIGKILL. @returns the exit code of the process */
  stop(): Promise<number>;
}

export async function startContainer(target: string, options: ContainerOptions): Promise<Container> {
  const { stdout } = await podman(['run', '--detach', ...argsOf(target, options)]);
  const id = stdout.trim();
  return {
    id,
    async logs() {
      const said = await podman(['logs', id]);
      return said.stdout + said.stderr;
    },
    async checkHealth() {
      await podman(['healthcheck', 'run', id]);
    },
    async stop() {
      await podman(['stop', '--time', '60', id]);
      return Number((await podman(['inspect', '--format', '{{.State.ExitCode}}', id])).stdout.trim());
    },
    async [Symbol.asyncDispose]() {
      await podman(['rm', '--force', '--volumes', '--time', '0', id]);
    },
  };
}
