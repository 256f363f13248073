import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workflow } from '@star-graph/workflows';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import pino from 'pino';
import sharp from 'sharp';
import { expect } from 'vitest';
import { type ChoresConfig, listChores } from '../../desk/chores.ts';
import { type RentingConfig, startRenting } from '../../desk/renting/renting.ts';
import { connectDatabase, type Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Attempt, Backend } from '../../ground/db/models/backend.ts';
import { Task, type TaskStatus } from '../../ground/db/models/task.ts';
import { createKeyRing, type KeyRing } from '../../ground/encryption/keyRing.ts';
import { createFixedRing, environmentKid } from '../../ground/encryption/signingRing.ts';
import { createRedis, type Redis } from '../../ground/redis/createRedis.ts';
import { createJobQueues } from '../../ground/redis/jobQueues.ts';
import { createSubscriber } from '../../ground/redis/subscriber.ts';
import { createWakeSignals, type WakeSignals } from '../../ground/redis/wakeSignals.ts';
import { type Clock, systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createFileStorage } from '../../ground/storage/fileStorage.ts';
import { inputKey } from '../../ground/storage/keys.ts';
import { mimeByExtension } from '../../ground/storage/mediaTypes.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { type Catalogue, createCatalogue } from '../../library/catalogue/catalogue.ts';
import { type Dispatcher, type DispatcherConfig, startDispatcher } from '../../work/dispatch/dispatcher.ts';
import { leasesPool } from '../../work/dispatch/leasesPool.ts';
import type { EventSubject } from '../../work/events/outbox/commitAndPublish.ts';
import { createEventPublisher } from '../../work/events/outbox/eventPublisher.ts';
import { createProgressBus } from '../../work/events/progressBus.ts';
import { createQueueBound } from '../../work/tasks/accepting/queueBound.ts';
import { submitTask } from '../../work/tasks/accepting/submitTask.ts';
import { presentOutcome } from '../../work/tasks/presentOutcome.ts';
import { createUser } from '../db/factories.ts';
import { createTestDatabase } from '../db/testDatabase.ts';
import { eventually } from '../eventually.ts';
import { fixedQuotas } from '../fixedQuotas.ts';
import { fixedSettings } from '../fixedSettings.ts';
import { createTestRedis } from '../services/testRedis.ts';

const dataKey = randomBytes(32);
export const testKeyRing = createKeyRing([{ kid: 'test', secret: dataKey }]);

/** A platform without its API: database, Redis, storage, and any number of dispatchers. */
export interface DispatchSetup extends AsyncDisposable {
  database: Database;
  databaseUrl: string;
  redisUrl: string;
  prefix: string;
  storage: Storage;
  wakeSignals: WakeSignals;
  /** The dispatchers' own. */
  keyRing: KeyRing;
  catalogue: Catalogue;
  directory: string;
  userId: string;
  /** For the environment of a dispatcher that runs as a process of its own. */
  environment: Record<string, string>;
  /** Starts one in this process; stop it by disposal. */
  start(config?: Partial<DispatcherConfig & { renting: RentingConfig }>): Promise<RunningDispatcher>;
  /** Puts a backend into the pool and waits for its inventory; a dispatcher must run. */
  addBackend(url: string): Promise<Backend>;
  /** Waits until the backend takes work: on a busy machine a probe may have found it too slow. */
  awaitBackend(url: string): Promise<Backend>;
  /** @param workflow one that is on no list */
  submit(workflowName: string, params: object, workflow?: Workflow): Promise<Task>;
  /** A stored picture of the user; its id. */
  uploadPicture(width: number, height: number): Promise<string>;
  /** A stored mp4 of the user, with its facts; its id. */
  uploadFilm(
    bytes: Buffer,
    facts: Pick<Asset, 'width' | 'height' | 'frames' | 'fps' | 'durationMs'>,
  ): Promise<string>;
  /** Resolves with the task as soon as it has one of the states. */
  reached(taskId: string, ...statuses: TaskStatus[]): Promise<Task>;
  listAttempts(taskId: string): Promise<Attempt[]>;
}

export interface RunningDispatcher extends Dispatcher, AsyncDisposable {}

export { eventually };

export const silentLogger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });

const quotas = fixedQuotas();
const byUser = { role: 'user', apiKeyId: null, meta: {} } as const;

export async function createDispatchSetup(): Promise<DispatchSetup> {
  const cleanUp = new AsyncDisposableStack();
  const test = cleanUp.use(await createTestDatabase());
  const redis = cleanUp.use(await createTestRedis());
  const directory = await mkdtemp(join(tmpdir(), 'dispatch-'));
  cleanUp.defer(() => rm(directory, { recursive: true, force: true }));
  const { database } = test;
  const { prefix } = redis;
  const clock = systemClock;
  const signingKey = 'k'.repeat(48);
  const storage = await createFileStorage(
    { clock },
    {
      directory: join(directory, 'storage'),
      publicUrl: 'http://127.0.0.1:1',
      keys: createFixedRing([{ kid: environmentKid, secret: Buffer.from(signingKey) }]),
    },
  );
  const wakeSignals = createWakeSignals({ redis: redis.redis, prefix });
  const catalogue = createCatalogue({ database, workflows: builtinWorkflows, clock });
  const queueBound = createQueueBound({ database, clock }, async () => 10_000);
  const user = await createUser(database, 1_000_000);
  const owned = { database, storage, userId: user.id };
  const settings = fixedSettings();
  const publisher = createPublisher({ redis: redis.redis, prefix, storage, wakeSignals, directory });
  const submitDeps = { database, catalogue, clock, wakeSignals, queueBound, quotas, settings, publisher };

  const stores = { databaseUrl: test.url, redisUrl: redis.url, prefix, storage, directory };
  const awaitBackend = async (url: string) => {
    const backend = await eventually(async () => {
      const row = await Backend.query(database).findOne({ url });
      expect(row?.state).toBe('up');
      return row as Backend;
    });
    await catalogue.refresh();
    return backend;
  };

  return {
    database,
    databaseUrl: test.url,
    redisUrl: redis.url,
    prefix,
    storage,
    wakeSignals,
    keyRing: testKeyRing,
    catalogue,
    directory,
    userId: user.id,
    environment: {
      DATABASE_URL: test.url,
      REDIS_URL: redis.url,
      REDIS_PREFIX: prefix,
      DATA_DIR: directory,
      FILE_SIGNING_KEY: signingKey,
      DATA_KEYS: `test:${dataKey.toString('base64url')}`,
      LEASE_SECONDS: '3',
    },
    start: (config) => startDispatcherHere(stores, config),
    async addBackend(url) {
      const name = new URL(url).host;
      await Backend.query(database).insert({ id: newId(), url, name, labels: [], createdAt: clock.now() });
      return await awaitBackend(url);
    },
    awaitBackend,
    async submit(workflowName, params, workflow) {
      const submission = { ...byUser, userId: user.id, workflowName, params, ...(workflow && { workflow }) };
      return (await submitTask(submitDeps, submission)).task;
    },
    uploadPicture: async (...size) =>
      storeInput(owned, await drawPicture(...size), 'png', { width: size[0], height: size[1] }),
    uploadFilm: (bytes, facts) => storeInput(owned, bytes, 'mp4', facts),
    reached: (taskId, ...statuses) =>
      eventually(async () => {
        const task = await Task.query(database).findById(taskId).throwIfNotFound();
        expect(statuses).toContain(task.status);
        return task;
      }),
    listAttempts: async (taskId) => await Attempt.query(database).where({ taskId }).orderBy('attempt'),
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

interface Stores {
  databaseUrl: string;
  redisUrl: string;
  prefix: string;
  storage: Storage;
  directory: string;
}

/** Of no API: its relay publishes the events with links. */
function createPublisher({
  storage,
  directory,
  ...deps
}: Pick<Stores, 'prefix' | 'storage' | 'directory'> & { redis: Redis; wakeSignals: WakeSignals }) {
  const present = (subject: EventSubject) => presentOutcome({ storage }, subject);
  return createEventPublisher({ ...deps, clock: systemClock, log: silentLogger, links: directory, present });
}

/** With its own connections, like a separate process. */
export async function startDispatcherHere(
  { databaseUrl, redisUrl, prefix, storage, directory }: Stores,
  config: Partial<DispatcherConfig & Pick<ChoresConfig, 'retention'> & { renting: RentingConfig }> = {},
  clock: Clock = systemClock,
): Promise<RunningDispatcher> {
  const parts = new AsyncDisposableStack();
  const redis = parts.adopt(createRedis({ url: redisUrl }), async (client) => client.disconnect());
  const subscriber = parts.adopt(createSubscriber({ url: redisUrl }), async (one) => one.close());
  const jobQueues = createJobQueues({ clock, logger: silentLogger }, { url: redisUrl, prefix });
  parts.defer(() => jobQueues.close());
  const database = connectDatabase({ url: databaseUrl, poolSize: 4 });
  const { retention = { assetDays: 30, taskDays: 90, mostPercent: 25 }, renting, ...changed } = config;
  const dispatcherConfig = { ...testConfig(directory), ...changed };
  const leases = connectDatabase(leasesPool(databaseUrl, dispatcherConfig.leaseMs));
  for (const pool of [database, leases]) parts.defer(() => pool.destroy());
  const wakeSignals = createWakeSignals({ redis, prefix });
  const deps = {
    database,
    leases,
    clock,
    logger: silentLogger,
    storage,
    keyRing: testKeyRing,
    catalogue: createCatalogue({ database, workflows: builtinWorkflows, clock }),
    wakeSignals,
    publisher: createPublisher({ redis, prefix, storage, wakeSignals, directory }),
    redis,
    subscriber,
    prefix,
    jobQueues,
    progress: createProgressBus({ redis, clock, prefix, log: silentLogger }),
  };
  const choresConfig = { retention, inspector: dispatcherConfig.inspector };
  const dispatcher = await startDispatcher(
    {
      ...deps,
      startRenting: (host) => startRenting({ ...deps, ...host }, renting),
      listChores: (host) => listChores({ ...deps, ...host, providers: new Map() }, choresConfig),
    },
    dispatcherConfig,
  );
  parts.defer(() => dispatcher.stop());
  return { ...dispatcher, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** Short, so that tests are fast, but long enough for a busy machine. */
export const testConfig = (directory: string): DispatcherConfig => ({
  leaseMs: 3_000,
  limits: {
    // A run that a test holds says nothing, and must not count as stuck on a slow machine.
    attemptTimeoutMs: 3_600_000,
    outputBytes: 100_000_000,
    inputBytes: 50_000_000,
    inputPixels: 64_000_000,
    inputDirs: [],
    removePromptMs: 10_000,
    chargesCancel: () => true,
    tempDirectory: join(directory, 'tmp'),
  },
  stopTimeoutMs: 5_000,
  probeIntervalMs: 500,
  comfy: { pollIntervalMs: 500, lookTimeoutMs: 1_000, pingIntervalMs: 1_000, unreachableAfterMs: 2_000 },
});

const drawPicture = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 120, b: 40 } } })
    .png()
    .toBuffer();

async function storeInput(
  { database, storage, userId }: Pick<DispatchSetup, 'database' | 'storage' | 'userId'>,
  bytes: Buffer,
  ext: 'png' | 'mp4',
  facts: Partial<Asset>,
): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const storageKey = inputKey(userId, sha256, ext);
  const mime = mimeByExtension[ext];
  await storage.put(storageKey, bytes, { mime });
  const id = newId();
  await Asset.query(database).insert({
    id,
    userId,
    kind: 'input',
    mime,
    bytes: bytes.length,
    sha256,
    storageKey,
    createdAt: new Date(),
    ...facts,
  });
  return id;
}
