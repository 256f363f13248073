import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import type { ProcessSpec } from '../../../launcher/processes/supervisor.ts';
import { runMigrations } from '../../../launcher/steps/runMigrations.ts';
import { backendCount, leaseSeconds } from '../drawStrikes.ts';
import { createTrialProcess, type TrialProcess } from './childProcess.ts';
import {
  type ClusterConfig,
  type ClusterTimes,
  describeOwn,
  extend,
  type Release,
  root,
} from './clusterConfig.ts';
import { type Gate, openGate } from './gate.ts';
import { type Stores, startStores } from './stores.ts';
import { createTrialBackend, type TrialBackend } from './trialBackend.ts';

/** The whole platform as separate processes on loopback: its data, two of each of our processes, and the backends. */
export interface Cluster {
  stores: Stores;
  apis: readonly [TrialApi, TrialApi];
  dispatchers: readonly [TrialDispatcher, TrialDispatcher];
  backends: readonly TrialBackend[];
  /** The folders of the release that ran first and of this one. */
  releases: { first: string; own: string };
  /** Brings the schema up to date, as the release of this folder wants it. */
  migrate(release: string): Promise<void>;
  /** The checker's own connections, to read the platform's rows. */
  db: Database;
  directory: string;
  /** Unexpected ends of processes since the last call. */
  takeFaults(): string[];
  stop(): Promise<void>;
}

/** The gates: a process reaches the stores only through them. */
interface Gates {
  database: Gate;
  redis: Gate;
}

export interface TrialApi extends TrialProcess {
  gates: Gates;
  release: Release;
  /** Without a trailing slash. */
  url: string;
}

export interface TrialDispatcher extends TrialProcess {
  gates: Gates;
  release: Release;
  /** The id under which it owns and leads; undefined before it reported one. */
  readId(): Promise<string | undefined>;
}

const shortTimes: ClusterTimes = { leaseSeconds, taskTimeoutSeconds: 12 };

export async function startCluster(
  deps: { clock: Clock; note(text: string): void },
  config: ClusterConfig,
): Promise<Cluster> {
  const faults: string[] = [];
  const onFault = (name: string, what: string) => void faults.push(`${name} ${what}`);
  const create = (spec: ProcessSpec) => createTrialProcess({ clock: deps.clock, onFault }, spec);
  const started: TrialProcess[] = [];
  const gates: Gate[] = [];
  const stop = async () => {
    for (const one of started.toReversed()) {
      one.resume();
      await one.stop();
    }
    await Promise.all(gates.map((gate) => gate.close()));
    await stores?.close();
  };
  let stores: Stores | undefined;
  try {
    deps.note('database and Redis');
    stores = await startStores(
      {
        ...deps,
        create(spec) {
          const store = create(spec);
          started.push(store);
          return store;
        },
      },
      config,
    );
    const { databaseUrl } = stores;
    const first = config.firstRelease ?? root;
    const migrate = async (release: string): Promise<void> => {
      const migrationEnv = { ...config.machine, DATABASE_URL: databaseUrl };
      await runMigrations({ root: release, env: migrationEnv, stopped: new AbortController().signal });
    };
    await migrate(first);
    deps.note('backends');
    const backends = await Promise.all(
      Array.from({ length: backendCount }, (_, index) => createTrialBackend(deps, config, index)),
    );
    started.push(...backends);
    await Promise.all(backends.map((backend) => backend.start()));
    deps.note('dispatchers and APIs');
    const env = environmentOf(config, backends);
    const apis = [
      await createApi(create, config, env, 1, await openGates(stores, gates)),
      await createApi(create, config, env, 2, await openGates(stores, gates)),
    ] as const;
    // With the links of one API: a dispatcher publishes results itself while that one's relay works.
    const ofDispatchers = { ...env, PUBLIC_URL: apis[0].url };
    const dispatchers = [
      await createDispatcher(create, config, ofDispatchers, 1, await openGates(stores, gates)),
      await createDispatcher(create, config, ofDispatchers, 2, await openGates(stores, gates)),
    ] as const;
    started.push(...dispatchers, ...apis);
    await Promise.all([...dispatchers, ...apis].map((one) => one.start()));
    const db = connectDatabase({ url: databaseUrl, poolSize: 3, statementTimeoutMs: 20_000 });
    while ((await db('backends').where({ state: 'up' })).length < backendCount) await deps.clock.sleep(50);
    return {
      stores,
      apis,
      dispatchers,
      backends,
      releases: { first, own: root },
      migrate,
      db,
      directory: config.directory,
      takeFaults: () => faults.splice(0),
      async stop() {
        await db.destroy();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openGates({ databaseUrl, redisUrl, replicas }: Stores, all: Gate[]): Promise<Gates> {
  const database = await openGate(databaseUrl);
  all.push(database);
  // Sentinels name the servers' own addresses: nothing can stand before those.
  if (replicas) return { database, redis: { ...database, url: redisUrl } };
  const redis = await openGate(redisUrl);
  all.push(redis);
  return { database, redis };
}

const waysOf = ({ database, redis }: Gates) => ({ DATABASE_URL: database.url, REDIS_URL: redis.url });

/** The same for all: two of a kind share everything but their ports. */
function environmentOf(
  { directory, machine, times = shortTimes }: ClusterConfig,
  backends: readonly TrialBackend[],
): Record<string, string> {
  return {
    ...machine,
    DATA_DIR: join(directory, 'data'),
    FILE_SIGNING_KEY: randomBytes(24).toString('hex'),
    COMFYUI_URLS: backends.map(({ url }) => url).join(','),
    LEASE_SECONDS: String(times.leaseSeconds),
    TASK_TIMEOUT_SECONDS: String(times.taskTimeoutSeconds),
    SHUTDOWN_SECONDS: '5',
    SIGN_UP_GRANT: '100000',
    REQUESTS_PER_MINUTE: '100000',
    USER_REQUESTS_PER_SECOND: '100000',
    ADDRESS_REQUESTS_PER_SECOND: '100000',
    LOG_LEVEL: 'debug',
  };
}

async function createDispatcher(
  create: (spec: ProcessSpec) => TrialProcess,
  config: ClusterConfig,
  env: Record<string, string>,
  number: number,
  gates: Gates,
): Promise<TrialDispatcher> {
  const port = await findFreePort();
  const release = { root: config.firstRelease ?? root };
  const spec = describeOwn(config, {
    name: `dispatcher-${number}`,
    main: 'core/work/dispatch/main.ts',
    release,
    env: { ...env, ...waysOf(gates), DISPATCHER_PORT: String(port) },
    readyUrl: `http://127.0.0.1:${port}/healthz`,
  });
  return extend({ gates, release, readId: () => readDispatcherId(spec.logFile) }, create(spec));
}

const logTailBytes = 64 * 1024;

/** It chooses an id at each start, and nearly every line of its log contains the id. */
async function readDispatcherId(logFile: string): Promise<string | undefined> {
  await using log = await open(logFile);
  const { size } = await log.stat();
  const { buffer, bytesRead } = await log.read({
    buffer: Buffer.alloc(Math.min(size, logTailBytes)),
    position: Math.max(0, size - logTailBytes),
  });
  const ids = [...buffer.toString('utf8', 0, bytesRead).matchAll(/"dispatcherId":"([0-9a-f-]{36})"/g)];
  return ids.at(-1)?.[1];
}

async function createApi(
  create: (spec: ProcessSpec) => TrialProcess,
  config: ClusterConfig,
  env: Record<string, string>,
  number: number,
  gates: Gates,
): Promise<TrialApi> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const release = { root: config.firstRelease ?? root };
  const spec = describeOwn(config, {
    name: `api-${number}`,
    main: 'api/main.ts',
    release,
    env: {
      ...env,
      ...waysOf(gates),
      API_PORT: String(port),
      PUBLIC_URL: url,
      JWT_KEYS: jwtKeys,
      ACCESS_TOKEN_MINUTES: '600',
    },
    readyUrl: `${url}/readyz`,
  });
  return extend({ url, gates, release }, create(spec));
}

const jwtKeys = `chaos:${randomBytes(64).toString('base64url')}`;
