import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { answersOk, runByNode } from '../../launcher/processes/nodeProcesses.ts';
import { createProcessRegistry } from '../../launcher/processes/processRegistry.ts';
import { type ProcessSpec, type SupervisedProcess, supervise } from '../../launcher/processes/supervisor.ts';
import { startTestServices } from '../../launcher/services/testServices.ts';
import { boundless } from './boundless.ts';
import { type BenchConfig, createDatabase } from './platform.ts';
import { startChild } from './traffic/childLines.ts';

const root = resolve(import.meta.dirname, '../../..');

export interface ScaleConfig extends Omit<BenchConfig, 'backends'> {
  apis: number;
  dispatchers: number;
  gpus: number;
  secondsPerStep: number;
}

/** Several APIs and dispatchers over one database, one Redis and many simulated GPU servers. */
export interface ScalePlatform {
  apiUrls: readonly string[];
  database: Database;
  /** Runs so many dispatchers, and waits until every GPU server has an owner. */
  runDispatchers(count: number): Promise<void>;
  /** CPU time so far, by kind of process. */
  readCpuMs(): Promise<Record<'api' | 'dispatcher' | 'database' | 'redis', number>>;
  /** How many bytes data and indexes have for each task so far. */
  readBytesPerTask(): Promise<number>;
  stop(): Promise<void>;
}

/** A process that may run or not. */
interface Part {
  name: string;
  spec: ProcessSpec;
  running?: SupervisedProcess;
}

export async function startScalePlatform(
  deps: { clock: Clock },
  config: ScaleConfig,
): Promise<ScalePlatform> {
  await using parts = new AsyncDisposableStack();
  const registry = createProcessRegistry(join(config.dir, 'processes'));
  const report = ({ type, name }: { type: string; name: string }) => console.error(`${name}: ${type}`);
  const start = async (part: Part): Promise<void> => {
    part.running ??= await supervise({ clock: deps.clock, registry, report }, part.spec);
  };
  const stop = async (part: Part): Promise<void> => {
    await part.running?.stop();
    delete part.running;
  };
  const services = await startTestServices(
    { clock: deps.clock, print: (line) => console.error(line) },
    config,
  );
  parts.defer(() => services.stop());
  const databaseUrl = await createDatabase(services.env.TEST_DATABASE_URL);
  const database = connectDatabase({ url: databaseUrl, poolSize: 4, statementTimeoutMs: 30_000 });
  parts.defer(() => database.destroy());
  const redis = createRedis({ url: services.env.TEST_REDIS_URL });
  parts.defer(async () => redis.disconnect());
  const pool = startChild('gpuPool.ts', [String(config.gpus), config.dir, String(config.secondsPerStep)]);
  parts.defer(() => pool.stop());
  const { urls } = (await pool.read()) as { urls: string[] };
  const shared = {
    ...config.machine,
    DATABASE_URL: databaseUrl,
    REDIS_URL: services.env.TEST_REDIS_URL,
    DATA_DIR: join(config.dir, 'data'),
    FILE_SIGNING_KEY: randomBytes(24).toString('hex'),
    LOG_LEVEL: 'warn',
  };
  const jwtKeys = `bench:${randomBytes(64).toString('base64url')}`;
  const apis: (Part & { url: string })[] = [];
  for (let number = 1; number <= config.apis; number++) {
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}`;
    const env = { ...shared, ...boundless, JWT_KEYS: jwtKeys, API_PORT: String(port) };
    const own = { name: `api-${number}`, main: 'api/main.ts', env, readyUrl: `${url}/readyz` };
    apis.push({ name: own.name, url, spec: describe(config.dir, own) });
  }
  const dispatchers: Part[] = [];
  for (let number = 1; number <= config.dispatchers; number++) {
    const port = await findFreePort();
    const env = {
      ...shared,
      PUBLIC_URL: apis[0]?.url ?? '',
      DISPATCHER_PORT: String(port),
      COMFYUI_URLS: urls.join(','),
    };
    const readyUrl = `http://127.0.0.1:${port}/healthz`;
    const own = { name: `dispatcher-${number}`, main: 'core/work/dispatch/main.ts', env, readyUrl };
    dispatchers.push({ name: own.name, spec: describe(config.dir, own) });
  }
  for (const part of [...apis, ...dispatchers]) parts.defer(() => stop(part));
  for (const api of apis) await start(api);
  const sum = (pids: number[]) => pids.reduce((total, pid) => total + cpuTimeMs(pid), 0);
  const pidsOf = (kind: string) =>
    registry.list().flatMap(({ name, pid }) => (name.startsWith(`${kind}-`) ? [pid] : []));
  const held = parts.move();
  return {
    apiUrls: apis.map(({ url }) => url),
    database,
    async runDispatchers(count) {
      for (const part of dispatchers.slice(count)) await stop(part);
      for (const part of dispatchers.slice(0, count)) await start(part);
      await untilSpread(database, config.gpus, count);
    },
    readCpuMs: async () => ({
      api: sum(pidsOf('api')),
      dispatcher: sum(pidsOf('dispatcher')),
      database: sum(findPids('mariadbd', config.dir)),
      redis: await readRedisCpuMs(redis),
    }),
    readBytesPerTask: () => readBytesPerTask(database),
    stop: () => held.disposeAsync(),
  };
}

async function readBytesPerTask(database: Database): Promise<number> {
  const [[size]] = await database.raw(
    'SELECT SUM(data_length + index_length) AS bytes FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  const [row] = await database('tasks').count('* as count');
  return Number(size.bytes) / Number(row?.count ?? 1);
}

async function readRedisCpuMs(redis: Pick<ReturnType<typeof createRedis>, 'info'>): Promise<number> {
  const info = await redis.info('cpu');
  const seconds = [...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, text]) => Number(text));
  return seconds.reduce((sum, one) => sum + one, 0) * 1_000;
}

/** Every GPU server is up and has an owner, and each dispatcher owns its part. */
async function untilSpread(database: Database, gpus: number, dispatchers: number): Promise<void> {
  for (;;) {
    const rows = await database('backends').where({ state: 'up' }).whereNotNull('owner').select('owner');
    const owners = new Set(rows.map(({ owner }) => owner));
    if (rows.length === gpus && owners.size === dispatchers) return;
    await systemClock.sleep(200);
  }
}

interface Own {
  name: string;
  main: string;
  env: Record<string, string>;
  readyUrl: string;
}

/** As the launcher starts it. */
export function describe(dir: string, { name, main, env, readyUrl }: Own): ProcessSpec {
  const program = runByNode(main);
  return {
    ...program,
    name,
    env: { ...program.env, ...env },
    cwd: root,
    logFile: join(dir, 'logs', `${name}.log`),
    isReady: () => answersOk(readyUrl),
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 20_000,
  };
}

const ticksPerSecond = 100;

/** CPU time in ms of a running process, its threads included; 0 when it has ended. Linux alone. */
function cpuTimeMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** The processes whose command line names this program and this folder. */
function findPids(program: string, folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && names(pid, program, folder));
}

function names(pid: number, program: string, folder: string): boolean {
  try {
    const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return command.includes(program) && args.some((arg) => arg.includes(folder));
  } catch {
    return false; // It has ended meanwhile.
  }
}
