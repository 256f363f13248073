import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LauncherConfig } from './launcherConfig.ts';
import type { ProcessSpec } from './processes/supervisor.ts';
import type { LauncherSecrets } from './secrets.ts';
import { describeDockerMariadb, describeDockerRedis, findDocker } from './services/docker.ts';
import type { InstallerEnvironment } from './services/installer.ts';
import { describeMariadb, mariadbUrl } from './services/mariadb.ts';
import { describeRedis, redisUrl } from './services/redis.ts';
import { findPrograms, type LocatedProgram } from './services/requirePrograms.ts';
import { type ProgramName, programFacts } from './services/systemPrograms.ts';

/** What runs an embedded service: installed programs, or the docker command. */
export type ServiceRuntime =
  | { kind: 'installed'; program: LocatedProgram }
  | { kind: 'docker'; docker: string };

export interface ServiceRuntimes {
  /** Undefined where DATABASE_URL or REDIS_URL replaces it. */
  mariadb: ServiceRuntime | undefined;
  redis: ServiceRuntime | undefined;
  /** Without ffmpeg everything but video works. */
  hasFfmpeg: boolean;
  /** For the person: names and versions. */
  summary: string;
}

/**
 * Decides what runs MariaDB and Redis: installed ones, else freshly installed ones, else Docker. A data directory
 * whose data Docker holds stays with Docker, since an installed server would start empty beside it.
 * @throws LaunchFailure with the way out when there is neither.
 */
export async function chooseRuntimes(
  deps: { environment: InstallerEnvironment; note(text: string): void },
  config: Pick<LauncherConfig, 'dataDir' | 'databaseUrl' | 'redisUrl'>,
): Promise<ServiceRuntimes> {
  const wanted: ('mariadb' | 'redis')[] = [];
  if (config.databaseUrl === undefined) wanted.push('mariadb');
  if (config.redisUrl === undefined) wanted.push('redis');
  const inDocker = wanted.filter((name) => existsSync(join(config.dataDir, 'docker', name)));
  const installed: ProgramName[] = wanted.filter((name) => !inDocker.includes(name));
  const { found, shortfall } = await findPrograms(deps, [...installed, 'ffmpeg']);
  const missing = wanted.filter((name) => !found[name]);
  const docker = missing.length > 0 ? findDocker(deps.environment.searchDirs) : undefined;
  if (missing.length > 0 && docker === undefined && shortfall) throw shortfall;
  const runtimeOf = (name: 'mariadb' | 'redis'): ServiceRuntime | undefined => {
    if (!wanted.includes(name)) return undefined;
    const program = found[name];
    if (program) return { kind: 'installed', program };
    return docker === undefined ? undefined : { kind: 'docker', docker };
  };
  return {
    mariadb: runtimeOf('mariadb'),
    redis: runtimeOf('redis'),
    hasFfmpeg: found.ffmpeg !== undefined,
    summary: [...wanted, 'ffmpeg' as const].map((name) => describeProgram(name, found[name])).join(', '),
  };
}

function describeProgram(name: ProgramName, program: LocatedProgram | undefined): string {
  const { title } = programFacts[name];
  if (program) return `${title} ${program.version}`;
  return name === 'ffmpeg' ? 'no ffmpeg (no video)' : `${title} in Docker`;
}

export interface EmbeddedService {
  spec: ProcessSpec;
  url: string;
}

const databaseName = 'star_graph';

export function describeDatabase(
  config: Pick<LauncherConfig, 'dataDir'>,
  secrets: Pick<LauncherSecrets, 'databasePassword'>,
  { runtime, port }: { runtime: ServiceRuntime; port: number },
): EmbeddedService {
  const mariadb = {
    dir: config.dataDir,
    logFile: join(config.dataDir, 'logs', 'mariadb.log'),
    port,
    user: databaseName,
    password: secrets.databasePassword,
    grant: { database: databaseName },
    options: [],
  };
  const spec =
    runtime.kind === 'docker'
      ? describeDockerMariadb(runtime.docker, mariadb)
      : describeMariadb({ ...mariadb, programFiles: runtime.program.files });
  return { spec, url: mariadbUrl(mariadb, databaseName) };
}

export function describeCache(
  config: Pick<LauncherConfig, 'dataDir'>,
  secrets: Pick<LauncherSecrets, 'redisPassword'>,
  { runtime, port }: { runtime: ServiceRuntime; port: number },
): EmbeddedService {
  const redis = {
    dir: config.dataDir,
    logFile: join(config.dataDir, 'logs', 'redis.log'),
    port,
    password: secrets.redisPassword,
    // Nothing in Redis is the truth; a save now and then spares a restart the rebuilding.
    directives: ['save 300 1'],
  };
  const spec =
    runtime.kind === 'docker'
      ? describeDockerRedis(runtime.docker, redis)
      : describeRedis({ ...redis, programFiles: runtime.program.files });
  return { spec, url: redisUrl(redis) };
}
