import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LaunchFailure } from '../failure.ts';
import type { ProcessSpec } from '../processes/supervisor.ts';
import { describeMariadb, type MariadbConfig } from './mariadb.ts';
import { describeRedis, type RedisConfig } from './redis.ts';
import { findExecutable } from './tools.ts';

const run = promisify(execFile);

const images = { mariadb: 'mariadb:11.8', redis: 'redis:8' } as const;
const pullTimeoutMs = 15 * 60_000;

/** The docker command, where it reaches a daemon. */
export function findDocker(searchDirs: readonly string[]): string | undefined {
  const docker = findExecutable(['docker'], searchDirs);
  if (docker === undefined) return undefined;
  const result = spawnSync(docker, ['info'], { stdio: 'ignore', timeout: 15_000 });
  return result.status === 0 ? docker : undefined;
}

/** The same private MariaDB, from its image. Its data is apart from that of an installed server: versions differ. */
export function describeDockerMariadb(
  docker: string,
  config: Omit<MariadbConfig, 'programFiles'>,
): ProcessSpec {
  const native = describeMariadb({ ...config, programFiles: [] });
  const dataDir = join(config.dir, 'docker', 'mariadb');
  const envFile = join(config.dir, 'docker', 'mariadb.env');
  const name = containerName(config.dir, 'mariadb');
  return {
    ...native,
    command: docker,
    args: [
      ...runArguments(name),
      ...['--publish', `127.0.0.1:${config.port}:3306`],
      ...['--volume', `${dataDir}:/var/lib/mysql`],
      ...['--env-file', envFile],
      images.mariadb,
      '--character-set-server=utf8mb4',
      ...config.options,
    ],
    env: dockerEnvironment(),
    async prepare() {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      const database = config.grant === 'all' ? '' : `MARIADB_DATABASE=${config.grant.database}\n`;
      const account = `MARIADB_USER=${config.user}\nMARIADB_PASSWORD=${config.password}\n`;
      await writeFile(envFile, `MARIADB_RANDOM_ROOT_PASSWORD=1\n${database}${account}`, { mode: 0o600 });
      await prepareContainer(docker, name, images.mariadb);
    },
  };
}

/** The same private Redis, from its image; inside its container it listens to the published port. */
export function describeDockerRedis(docker: string, config: Omit<RedisConfig, 'programFiles'>): ProcessSpec {
  const native = describeRedis({ ...config, programFiles: [] });
  const dataDir = join(config.dir, 'docker', 'redis');
  const name = containerName(config.dir, 'redis');
  const directives = [
    'bind 0.0.0.0',
    'port 6379',
    `requirepass ${config.password}`,
    'dir /data',
    ...config.directives,
  ];
  return {
    ...native,
    command: docker,
    argv0: 'docker',
    args: [
      ...runArguments(name),
      '--interactive',
      ...['--publish', `127.0.0.1:${config.port}:6379`],
      ...['--volume', `${dataDir}:/data`],
      images.redis,
      'redis-server',
      '-',
    ],
    input: `${directives.join('\n')}\n`,
    env: dockerEnvironment(),
    async prepare() {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      await prepareContainer(docker, name, images.redis);
    },
  };
}

/** In the foreground, so that the container ends with the client we supervise; files belong to the person. */
function runArguments(name: string): string[] {
  const user = process.getuid && process.getgid ? ['--user', `${process.getuid()}:${process.getgid()}`] : [];
  return ['run', '--rm', '--name', name, ...user];
}

/** Ours alone: two data directories never share a name. */
function containerName(dir: string, service: string): string {
  return `star-graph-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}-${service}`;
}

/** A client that was killed leaves its container behind. */
async function prepareContainer(docker: string, name: string, image: string): Promise<void> {
  const options = { env: dockerEnvironment(), timeout: 60_000 };
  await run(docker, ['rm', '--force', name], options);
  const { stdout } = await run(docker, ['images', '--quiet', image], options);
  if (stdout.trim() !== '') return;
  try {
    await run(docker, ['pull', '--quiet', image], { ...options, timeout: pullTimeoutMs });
  } catch (cause) {
    throw new LaunchFailure(
      `Docker could not pull ${image}. Check the network, or pull it by hand and try again.`,
      {
        cause,
      },
    );
  }
}

/** Docker finds its daemon by these. */
function dockerEnvironment(): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'DOCKER_HOST',
    'DOCKER_CONTEXT',
    'DOCKER_CONFIG',
    'DOCKER_CERT_PATH',
    'DOCKER_TLS_VERIFY',
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
