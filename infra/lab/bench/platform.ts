import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ApiClient, createClient } from '@star-graph/client/client';
import { createSessionCredentials, toSessionTokens } from '@star-graph/client/credentials';
import { buildConsole } from '@star-graph/console/build/buildConsole';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import { migrateDatabase } from '@star-graph/core/ground/db/migrateDatabase';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { answersOk, runByNode } from '../../launcher/processes/nodeProcesses.ts';
import { createProcessRegistry } from '../../launcher/processes/processRegistry.ts';
import { type ProcessSpec, type SupervisedProcess, supervise } from '../../launcher/processes/supervisor.ts';
import type { LocatedProgram } from '../../launcher/services/requirePrograms.ts';
import { startTestServices } from '../../launcher/services/testServices.ts';
import { boundless } from './boundless.ts';
import { type HeldPort, holdFreePort } from './heldPort.ts';

const root = resolve(import.meta.dirname, '../../..');

export interface BenchConfig {
  programs: Record<'mariadb' | 'redis', LocatedProgram>;
  /** The folder for data and logs; the caller removes it. */
  dir: string;
  machine: Readonly<Record<string, string>>;
  /** Default: two. */
  backends?: { count: number; args: readonly string[] };
}

/** One API, one dispatcher and instant backends, as processes; database and Redis without waits for the disk. */
export interface BenchPlatform {
  apiUrl: string;
  /** The address for programs that speak the API of A1111. */
  sdapiUrl: string;
  /** The address for programs that speak ComfyUI's protocol. */
  graphUrl: string;
  /** Another API on the same data, with the limits as they are by default, which takes this machine for a proxy. */
  limitedApi: { url: string; start(): Promise<void>; stop(): Promise<void> };
  databaseUrl: string;
  redisUrl: string;
  backendUrls: readonly string[];
  database: Database;
  /** Stopped, accepted tasks stay queued. */
  dispatcher: { url: string; start(): Promise<void>; stop(): Promise<void> };
  /** The pid whose command line names this program. */
  pidOf(name: 'api' | 'dispatcher'): number;
  /** Address of its debugger, which it printed when it started. */
  inspectorOf(name: 'api' | 'dispatcher'): Promise<string>;
  stop(): Promise<void>;
}

export async function startBenchPlatform(
  deps: { clock: Clock },
  config: BenchConfig,
): Promise<BenchPlatform> {
  const registry = createProcessRegistry(join(config.dir, 'processes'));
  const report = ({ type, name }: { type: string; name: string }) => console.error(`${name}: ${type}`);
  const started: { stop(): Promise<void> }[] = [];
  const start = async (spec: ProcessSpec): Promise<SupervisedProcess> => {
    const running = await supervise({ clock: deps.clock, registry, report }, spec);
    started.push(running);
    return running;
  };
  const stop = async () => {
    for (const one of started.reverse()) await one.stop();
  };
  try {
    const services = await startTestServices(
      { clock: deps.clock, print: (line) => console.error(line) },
      config,
    );
    started.push(services);
    const databaseUrl = await createDatabase(services.env.TEST_DATABASE_URL);
    const redisUrl = services.env.TEST_REDIS_URL;
    const database = connectDatabase({ url: databaseUrl, poolSize: 8, statementTimeoutMs: 30_000 });
    started.push({ stop: () => database.destroy() });
    // The API reads the page when it starts.
    await buildConsole();
    const specs = await describeProcesses(config, databaseUrl, redisUrl);
    for (const backend of specs.backends) await start(backend.spec);
    await start(specs.api.spec);
    return {
      apiUrl: specs.api.url,
      sdapiUrl: specs.sdapiUrl,
      graphUrl: specs.graphUrl,
      databaseUrl,
      redisUrl,
      backendUrls: specs.backends.map(({ url }) => url),
      database,
      dispatcher: { url: specs.dispatcher.url, ...createSwitch(specs.dispatcher, start) },
      limitedApi: { url: specs.limitedApi.url, ...createSwitch(specs.limitedApi, start) },
      pidOf(name) {
        const record = registry.list().find((one) => one.name === name);
        if (!record) throw new Error(`${name} does not run`);
        return record.pid;
      },
      async inspectorOf(name) {
        const log = await readFile(join(config.dir, 'logs', `${name}.log`), 'utf8');
        const url = log.match(/ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/g)?.at(-1);
        if (!url) throw new Error(`${name} did not tell its debugger's address`);
        return url;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A process that is started for a while. */
function createSwitch(
  { spec, held }: DescribedProcess,
  start: (spec: ProcessSpec) => Promise<SupervisedProcess>,
) {
  let running: SupervisedProcess | undefined;
  return {
    async start() {
      running ??= await start(spec);
    },
    async stop() {
      if (!running) return;
      await running.stop();
      running = undefined;
      await held.hold();
    },
  };
}

export async function createDatabase(serverUrl: string): Promise<string> {
  const server = connectDatabase({ url: serverUrl, poolSize: 1 });
  await server.raw('CREATE DATABASE star_graph CHARACTER SET utf8mb4');
  await server.destroy();
  const url = new URL(serverUrl);
  url.pathname = '/star_graph';
  const database = connectDatabase({ url: url.href, poolSize: 2 });
  await migrateDatabase(database);
  await database.destroy();
  return url.href;
}

interface DescribedProcess {
  url: string;
  held: HeldPort;
  spec: ProcessSpec;
}

async function describeProcesses(
  config: BenchConfig,
  databaseUrl: string,
  redisUrl: string,
): Promise<
  Record<'api' | 'limitedApi' | 'dispatcher', DescribedProcess> & {
    backends: DescribedProcess[];
    sdapiUrl: string;
    graphUrl: string;
  }
> {
  const describe = async (
    name: string,
    main: string,
    toOptions: (port: number) => { args?: string[]; env?: Record<string, string>; readyPath: string },
  ): Promise<DescribedProcess> => {
    const held = await holdFreePort();
    const { args = [], env = {}, readyPath } = toOptions(held.port);
    const url = `http://127.0.0.1:${held.port}`;
    const program = runByNode(main, args);
    const spec: ProcessSpec = {
      ...program,
      name,
      args: ['--inspect=127.0.0.1:0', ...program.args],
      env: { ...config.machine, ...program.env, ...env },
      cwd: root,
      prepare: () => held.release(),
      logFile: join(config.dir, 'logs', `${name}.log`),
      isReady: () => answersOk(`${url}${readyPath}`),
      readyTimeoutMs: 60_000,
      stopTimeoutMs: 20_000,
    };
    return { url, held, spec };
  };
  const backends = await Promise.all(
    Array.from({ length: config.backends?.count ?? 2 }, (_, index) => index + 1).map((number) =>
      describe(`backend-${number}`, 'infra/preview-backend/main.ts', (port) => ({
        args: [
          '--simulate',
          '--instant',
          '--port',
          String(port),
          '--data-dir',
          join(config.dir, `backend-${number}`),
          ...(config.backends?.args ?? []),
        ],
        readyPath: '/system_stats',
      })),
    ),
  );
  const shared = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    DATA_DIR: join(config.dir, 'data'),
    FILE_SIGNING_KEY: randomBytes(24).toString('hex'),
    LOG_LEVEL: 'warn',
  };
  const signing = { JWT_KEYS: `bench:${randomBytes(64).toString('base64url')}` };
  const [sdapi, graph] = await Promise.all([holdFreePort(), holdFreePort()]);
  const doors = { SDAPI_PORT: String(sdapi.port), GRAPH_PORT: String(graph.port), GRAPH_DOOR: 'user' };
  const api = await describe('api', 'api/main.ts', (port) => ({
    env: { ...shared, ...boundless, ...signing, ...doors, API_PORT: String(port) },
    readyPath: '/readyz',
  }));
  const prepare = async () => {
    await Promise.all([sdapi, graph, api.held].map((held) => held.release()));
  };
  return {
    backends,
    api: { ...api, spec: { ...api.spec, prepare } },
    sdapiUrl: `http://127.0.0.1:${sdapi.port}`,
    graphUrl: `http://127.0.0.1:${graph.port}`,
    dispatcher: await describe('dispatcher', 'core/work/dispatch/main.ts', (port) => ({
      env: {
        ...shared,
        PUBLIC_URL: api.url,
        DISPATCHER_PORT: String(port),
        COMFYUI_URLS: backends.map(({ url }) => url).join(','),
      },
      readyPath: '/healthz',
    })),
    limitedApi: await describe('limited-api', 'api/main.ts', (port) => ({
      env: { ...shared, ...signing, API_PORT: String(port), TRUSTED_PROXIES: '127.0.0.1' },
      readyPath: '/readyz',
    })),
  };
}

/** Changes how the backends simulate work. */
export async function simulate({ backendUrls }: BenchPlatform, order: object): Promise<void> {
  const body = JSON.stringify({ simulate: order });
  for (const url of backendUrls) {
    const answer = await fetch(`${url}/control`, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }
}

/** Resolves when the inventory of each backend is known. */
export async function waitForBackends({ database, backendUrls }: BenchPlatform): Promise<void> {
  for (;;) {
    // The platform's own server for films is there too.
    const rows = await database('inventories')
      .join('backends', 'backends.id', 'inventories.backendId')
      .whereIn('backends.url', backendUrls)
      .select('backends.id');
    if (rows.length === backendUrls.length) return;
    await systemClock.sleep(100);
  }
}

/** Resolves when every accepted task has ended. */
export async function waitUntilNoneIsOpen({ database }: BenchPlatform): Promise<void> {
  const limitMs = performance.now() + 10 * 60_000;
  while (performance.now() < limitMs) {
    const open = await database('tasks').whereIn('status', ['queued', 'assigned', 'running']).first('id');
    if (!open) return;
    await systemClock.sleep(50);
  }
  throw new Error('tasks did not end within ten minutes');
}

export interface BenchPerson {
  id: string;
  headers: Record<string, string>;
  client: ApiClient;
}

/** People with more credits than they can spend. */
export async function registerPeople(apiUrl: string, count: number): Promise<BenchPerson[]> {
  const people: BenchPerson[] = [];
  for (let index = 0; index < count; index++) {
    const body = {
      username: `bench-${randomBytes(6).toString('hex')}`,
      password: randomBytes(12).toString('hex'),
    };
    const signIn = await createClient({ baseUrl: apiUrl }).register({ body });
    let tokens = toSessionTokens(signIn);
    const credentials = createSessionCredentials(
      { baseUrl: apiUrl },
      {
        load: async () => tokens,
        save: async (renewed) => {
          if (renewed) tokens = renewed;
        },
      },
    );
    people.push({
      id: signIn.user.id,
      headers: { Authorization: `Bearer ${signIn.accessToken}`, 'Content-Type': 'application/json' },
      client: createClient({ baseUrl: apiUrl, credentials }),
    });
  }
  return people;
}
