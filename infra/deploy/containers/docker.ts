import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, openSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { vi } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const standins = join(root, 'infra/deploy/compose/testing/standins');

/** Kept between runs, apart from the images of who runs the tests: what was built is not built again. */
const store = join(tmpdir(), 'star-graph-docker');
const baseImage = 'localhost/star-graph/base:local';

/** What compose.yml names, and the target of the stand-ins that takes its place. */
const others = {
  'nginxinc/nginx-unprivileged:1.28.0': 'nginx',
  'mariadb:11.8.3': 'mariadb',
  'redis:8.2.1-bookworm': 'redis',
  'versity/versitygw:v1.8.0': 'store',
};

interface Said {
  stdout: string;
  stderr: string;
}

export interface Docker extends AsyncDisposable {
  /** Rejects with what Docker said when its exit code is not 0. */
  docker(args: readonly string[], timeoutMs?: number): Promise<Said>;
  /** Compose as an operator calls it, in the folder of its files. */
  compose(folder: string, args: readonly string[], timeoutMs?: number): Promise<Said>;
  /** A program of Node beside the files, which calls Docker by itself. */
  node(args: readonly string[], timeoutMs: number): Promise<Said>;
}

/** A daemon of its own, with its own images and networks; that of `DOCKER_HOST` where there is one. */
export async function startDocker(): Promise<Docker> {
  const cleanUp = new AsyncDisposableStack();
  const given = process.env.DOCKER_HOST;
  const host = given ?? `unix://${join(store, 'docker.sock')}`;
  const env = { ...process.env, DOCKER_HOST: host };
  const call = (program: string, args: readonly string[], cwd: string, timeoutMs: number): Promise<Said> =>
    run(program, [...args], { cwd, env, timeout: timeoutMs, maxBuffer: 100_000_000 });
  const docker = (args: readonly string[], timeoutMs = 120_000) => call('docker', args, root, timeoutMs);
  if (given === undefined) {
    mkdirSync(store, { recursive: true });
    const log = openSync(join(store, 'dockerd.log'), 'w');
    const paths = ['data-root', 'exec-root', 'pidfile'].map((name) => `--${name}=${join(store, name)}`);
    const daemon = spawn('dockerd', [`--host=${host}`, ...paths], { stdio: ['ignore', log, log] });
    const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()));
    cleanUp.defer(async () => {
      daemon.kill('SIGTERM');
      await ended;
    });
  }
  await vi.waitFor(() => docker(['version']), { timeout: 60_000, interval: 200 });
  // A run that was killed leaves containers, which this daemon has just started again.
  const left = given === undefined ? (await docker(['ps', '--all', '--quiet'])).stdout.split('\n') : [];
  for (const id of left.filter((line) => line !== '')) await docker(['rm', '--force', '--volumes', id]);
  return {
    docker,
    node: (args, timeoutMs) => call(process.execPath, args, root, timeoutMs),
    compose: (folder, args, timeoutMs = 120_000) => call('docker-compose', args, folder, timeoutMs),
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

/** As the Dockerfile's BASE, without a registry: Debian's smallest system, and the Node and npm of this machine. */
async function buildBase({ docker }: Docker): Promise<void> {
  const { stdout } = await docker(['images', '--quiet', baseImage]);
  if (stdout !== '') return;
  const folder = join(store, 'base');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(store, { recursive: true });
  await run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'trixie', folder], {
    timeout: 600_000,
    maxBuffer: 10_000_000,
  });
  const local = join(folder, 'usr/local');
  cpSync(process.execPath, join(local, 'bin/node'));
  // By its program: the Node of the workspace, which npm asks for its root, has no npm of its own.
  const npm = realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim());
  cpSync(join(npm, '../..'), join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  const archive = join(store, 'base.tar');
  await run('tar', ['-C', folder, '-cf', archive, '.']);
  await docker(['import', archive, baseImage]);
  rmSync(folder, { recursive: true });
  rmSync(archive);
}

/** The images of other projects that compose.yml names, under their names, of Debian's packages. */
async function buildStandins({ docker }: Docker): Promise<void> {
  const context = join(store, 'standins');
  cpSync(standins, context, { recursive: true });
  await build({
    input: join(standins, 'store.ts'),
    platform: 'node',
    logLevel: 'silent',
    output: { file: join(context, 'store.mjs'), codeSplitting: false },
  });
  for (const [image, target] of Object.entries(others))
    await docker(
      ['build', '--network=host', `--build-arg=BASE=${baseImage}`, '--target', target, '-t', image, context],
      20 * 60_000,
    );
}

/** Builds the images of the Dockerfile from the checkout. The first time takes minutes, which ffmpeg needs. */
export async function buildImages(docker: Docker, targets: readonly string[]): Promise<void> {
  await buildBase(docker);
  await buildStandins(docker);
  const authorities = process.env.NODE_EXTRA_CA_CERTS;
  const secret =
    authorities !== undefined && existsSync(authorities)
      ? ['--secret', `id=certificates,src=${authorities}`]
      : [];
  const file = ['-f', 'infra/deploy/containers/Dockerfile', ...secret, `--build-arg=BASE=${baseImage}`];
  for (const target of targets)
    await docker.docker(
      ['build', '--network=host', ...file, '--target', target, '-t', imageOf(target), '.'],
      40 * 60_000,
    );
}

/** As compose.yml names it. */
export const imageOf = (target: string): string => `localhost/star-graph/${target}:local`;

/** As compose runs them: nothing of the root can be written, no capability is left, none can be gained. */
const hardened = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges:true',
  '--tmpfs=/tmp:mode=1777',
  '--volume=/data',
];

/** Runs a container to its end. */
export function runOnce(
  { docker }: Docker,
  target: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const variables = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
  return docker(['run', '--rm', ...hardened, ...variables, imageOf(target), ...command]);
}
