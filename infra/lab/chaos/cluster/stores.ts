import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import type { ProcessSpec } from '../../../launcher/processes/supervisor.ts';
import { describeMariadb, mariadbUrl } from '../../../launcher/services/mariadb.ts';
import { describeRedis, redisUrl } from '../../../launcher/services/redis.ts';
import { type DatabasePair, startDatabasePair } from '../databasePair.ts';
import { type SentinelSet, startSentinelSet } from '../sentinelSet.ts';
import type { TrialProcess } from './childProcess.ts';
import type { ClusterConfig } from './clusterConfig.ts';

/** Where the platform's data is. */
export interface Stores {
  /** All of them; the first of each kind where there are several. */
  processes: readonly TrialProcess[];
  database: TrialProcess;
  redis: TrialProcess;
  databaseUrl: string;
  redisUrl: string;
  /** Present with `hasReplicas`. */
  replicas: { databases: DatabasePair; redis: SentinelSet } | undefined;
  close(): Promise<void>;
}

/** A kill of the server loses nothing that was written to the operating system, so nothing waits for the disk. */
const mariadbOptions = [
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-buffer-pool-size=64M',
  '--innodb-log-file-size=64M',
  '--max-connections=300',
];

const redisDirectives = ['save ""', 'appendonly yes', 'appendfsync no'];

const databaseName = 'star_graph';

interface Deps {
  clock: Clock;
  create(spec: ProcessSpec): TrialProcess;
}

export const startStores = (deps: Deps, config: ClusterConfig): Promise<Stores> =>
  config.hasReplicas ? startReplicated(deps, config) : startSingle(deps, config);

async function startSingle({ create }: Deps, { programs, directory }: ClusterConfig): Promise<Stores> {
  const password = randomBytes(18).toString('hex');
  const mariadb = {
    programFiles: programs.mariadb.files,
    dir: directory,
    logFile: join(directory, 'logs', 'mariadb.log'),
    port: await findFreePort(),
    user: 'star_graph',
    password,
    grant: { database: databaseName },
    options: mariadbOptions,
  };
  const ofRedis = {
    programFiles: programs.redis.files,
    dir: directory,
    logFile: join(directory, 'logs', 'redis.log'),
    port: await findFreePort(),
    password,
    directives: redisDirectives,
  };
  const [database, redis] = [create(describeMariadb(mariadb)), create(describeRedis(ofRedis))];
  await database.start();
  await redis.start();
  return {
    processes: [database, redis],
    database,
    redis,
    databaseUrl: mariadbUrl(mariadb, databaseName),
    redisUrl: redisUrl(ofRedis),
    replicas: undefined,
    async close() {},
  };
}

async function startReplicated(deps: Deps, { programs, directory }: ClusterConfig): Promise<Stores> {
  await using parts = new AsyncDisposableStack();
  const databases = parts.adopt(
    await startDatabasePair(deps, {
      programFiles: programs.mariadb.files,
      directory,
      databaseName,
      options: mariadbOptions,
    }),
    (pair) => pair.close(),
  );
  const sentinels = parts.adopt(
    await startSentinelSet(deps, {
      programFiles: programs.redis.files,
      directory,
      directives: redisDirectives,
    }),
    async (set) => set.close(),
  );
  const [[database], [redis]] = [databases.processes, sentinels.processes];
  if (!database || !redis) throw new Error('a pair has two');
  const owned = parts.move();
  return {
    processes: [...databases.processes, ...sentinels.processes],
    database,
    redis,
    databaseUrl: databases.url,
    redisUrl: sentinels.url,
    replicas: { databases, redis: sentinels },
    close: () => owned.disposeAsync(),
  };
}
