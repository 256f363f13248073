import { join } from 'node:path';
import type { LauncherSecrets } from '../dataDir/secrets.ts';
import type { LauncherConfig } from '../launcherConfig.ts';
import type { ProcessSpec } from '../processes/supervisor.ts';
import type { InstallerEnvironment } from './installer.ts';
import { describeMariadb, mariadbUrl } from './mariadb.ts';
import { describeRedis, redisUrl } from './redis.ts';
import { findPrograms, type LocatedProgram } from './requirePrograms.ts';
import { type ProgramName, programFacts } from './systemPrograms.ts';

export interface ServicePrograms {
  /** Undefined if DATABASE_URL or REDIS_URL replaces it. */
  mariadb: LocatedProgram | undefined;
  redis: LocatedProgram | undefined;
  /** Without ffmpeg everything but video works. */
  hasFfmpeg: boolean;
  /** Names and versions, for the person to read. */
  summary: string;
}

/**
 * Finds the programs of the services that no address replaces: installed ones, else freshly installed ones.
 * @throws LaunchFailure with the way out when there is neither.
 */
export async function findServicePrograms(
  deps: { environment: InstallerEnvironment; note(text: string): void },
  config: Pick<LauncherConfig, 'databaseUrl' | 'redisUrl'>,
): Promise<ServicePrograms> {
  const wanted: ('mariadb' | 'redis')[] = [];
  if (config.databaseUrl === undefined) wanted.push('mariadb');
  if (config.redisUrl === undefined) wanted.push('redis');
  const { found, shortfall } = await findPrograms(deps, [...wanted, 'ffmpeg']);
  if (shortfall && wanted.some((name) => !found[name])) throw shortfall;
  return {
    mariadb: found.mariadb,
    redis: found.redis,
    hasFfmpeg: found.ffmpeg !== undefined,
    summary: [...wanted, 'ffmpeg' as const].map((name) => describeProgram(name, found[name])).join(', '),
  };
}

const describeProgram = (name: ProgramName, program: LocatedProgram | undefined): string =>
  program ? `${programFacts[name].title} ${program.version}` : 'no ffmpeg (no video)';

interface EmbeddedService {
  spec: ProcessSpec;
  url: string;
}

const databaseName = 'star_graph';

/** The address of the private MariaDB that runs on a port. */
export const databaseUrlAt = (
  { databasePassword }: Pick<LauncherSecrets, 'databasePassword'>,
  port: number,
): string => mariadbUrl({ port, user: databaseName, password: databasePassword }, databaseName);

export function describeDatabase(
  config: Pick<LauncherConfig, 'dataDir'>,
  secrets: Pick<LauncherSecrets, 'databasePassword'>,
  { program, port }: { program: LocatedProgram; port: number },
): EmbeddedService {
  const mariadb = {
    programFiles: program.files,
    dir: config.dataDir,
    logFile: join(config.dataDir, 'logs', 'mariadb.log'),
    port,
    user: databaseName,
    password: secrets.databasePassword,
    grant: { database: databaseName },
    options: [],
  };
  return { spec: describeMariadb(mariadb), url: mariadbUrl(mariadb, databaseName) };
}

export function describeCache(
  config: Pick<LauncherConfig, 'dataDir'>,
  secrets: Pick<LauncherSecrets, 'redisPassword'>,
  { program, port }: { program: LocatedProgram; port: number },
): EmbeddedService {
  const redis = {
    programFiles: program.files,
    dir: config.dataDir,
    logFile: join(config.dataDir, 'logs', 'redis.log'),
    port,
    password: secrets.redisPassword,
    // Redis holds no truth; an occasional save spares a restart the rebuilding.
    directives: ['save 300 1'],
  };
  return { spec: describeRedis(redis), url: redisUrl(redis) };
}
