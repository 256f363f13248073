import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { createProcessRegistry, reapLeftovers } from '../processes/processRegistry.ts';
import { type SupervisedProcess, supervise } from '../processes/supervisor.ts';
import { describeMariadb, mariadbUrl } from './mariadb.ts';
import { describeRedis, redisUrl } from './redis.ts';
import type { LocatedProgram } from './requirePrograms.ts';

interface TestServicesConfig {
  programs: Record<'mariadb' | 'redis', LocatedProgram>;
  dir: string;
  mariadbPort?: number;
  redisPort?: number;
}

interface TestServices {
  /** What the tests read. */
  env: { TEST_DATABASE_URL: string; TEST_REDIS_URL: string };
  /** Redis first, MariaDB last. */
  stop(): Promise<void>;
}

/**
 * Not production's durability: nothing waits for the disk, since a test database does not outlive its run.
 * Everything that decides what a transaction sees (isolation, strictness, locks) stays at the server's defaults.
 */
const mariadbTestOptions = [
  // A test file makes dozens of tables: their files would wait for the disk for most of a second.
  '--debug-no-sync',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--innodb-buffer-pool-size=256M',
  '--innodb-log-file-size=256M',
  '--max-connections=1000',
];

/** Many logical databases, so that each test file takes one of its own; nothing is saved to disk. */
const redisTestDirectives = ['save ""', 'appendonly no', 'databases 4096'];

/**
 * One MariaDB and one Redis for a run of tests. The database account may create databases: each test file makes its
 * own. Leftovers of a crashed run in the same directory are stopped first.
 */
export async function startTestServices(
  deps: { clock: Clock; print(line: string): void },
  config: TestServicesConfig,
): Promise<TestServices> {
  const registry = createProcessRegistry(join(config.dir, 'run'));
  await reapLeftovers({ clock: deps.clock, registry }, 10_000);
  const secret = randomBytes(18).toString('hex');
  const mariadb = {
    programFiles: config.programs.mariadb.files,
    dir: config.dir,
    logFile: join(config.dir, 'logs', 'mariadb.log'),
    port: config.mariadbPort ?? (await findFreePort()),
    user: 'star_graph_test',
    password: secret,
    grant: 'all' as const,
    options: mariadbTestOptions,
  };
  const started: SupervisedProcess[] = [];
  const stop = async () => {
    for (const service of started.reverse()) await service.stop();
  };
  const supervisorDeps = {
    clock: deps.clock,
    registry,
    report: (event: { type: string; name: string }) => deps.print(`${event.name}: ${event.type}`),
  };
  try {
    started.push(await supervise(supervisorDeps, describeMariadb(mariadb)));
    // Its port is looked for now, and not before the first start of MariaDB, which takes seconds.
    const redis = {
      programFiles: config.programs.redis.files,
      dir: config.dir,
      logFile: join(config.dir, 'logs', 'redis.log'),
      port: config.redisPort ?? (await findFreePort()),
      password: secret,
      directives: redisTestDirectives,
    };
    started.push(await supervise(supervisorDeps, describeRedis(redis)));
    return { env: { TEST_DATABASE_URL: mariadbUrl(mariadb), TEST_REDIS_URL: redisUrl(redis) }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
