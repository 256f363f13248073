import { createTasksById } from '@star-graph/api/routes/tasks/presentTasksById';
import { listChores } from '@star-graph/core/desk/chores';
import { setDraining } from '@star-graph/core/desk/drain';
import { moveTask } from '@star-graph/core/desk/moveTask';
import { requeueTask } from '@star-graph/core/desk/takeBack';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import { createKeyRing } from '@star-graph/core/ground/encryption/keyRing';
import { createWakeSignals, listenToWakeSignals } from '@star-graph/core/ground/redis/wakeSignals';
import type { createLogger } from '@star-graph/core/ground/telemetry/createLogger';
import { createCatalogue } from '@star-graph/core/library/catalogue/catalogue';
import { fixedQuotas } from '@star-graph/core/testing/fixedQuotas';
import { fixedSettings } from '@star-graph/core/testing/fixedSettings';
import {
  type DispatcherConfig,
  type DispatcherDeps,
  startDispatcher,
} from '@star-graph/core/work/dispatch/dispatcher';
import { leasesPool } from '@star-graph/core/work/dispatch/leasesPool';
import { createEventPublisher } from '@star-graph/core/work/events/outbox/eventPublisher';
import { createRelay } from '@star-graph/core/work/events/outbox/relay';
import { createProgressBus, createProgressReader } from '@star-graph/core/work/events/progressBus';
import { deliverWebhooks } from '@star-graph/core/work/events/webhooks/deliverWebhooks';
import { createQueueBound } from '@star-graph/core/work/tasks/accepting/queueBound';
import { submitTask } from '@star-graph/core/work/tasks/accepting/submitTask';
import { cancelTask } from '@star-graph/core/work/tasks/cancelTask';
import { presentOutcome } from '@star-graph/core/work/tasks/presentOutcome';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { createNetwork } from '../world/comfy.ts';
import type { Backend } from '../world/comfyBackend.ts';
import type { DatabaseHost } from '../world/databaseHost.ts';
import type { Receiver } from '../world/receiver.ts';
import type { RedisHost } from '../world/redis.ts';
import { createStorage } from '../world/storage.ts';
import type { Actor, World } from '../world/world.ts';

/** What all stories of a process share. */
export interface Ground {
  database: DatabaseHost;
  databaseName: string;
  redis: RedisHost;
  logger: ReturnType<typeof createLogger>;
  userId: string;
  administratorId: string;
}

export interface Scene {
  ground: Ground;
  world: World;
  objects: Map<string, Buffer>;
  backends: readonly Backend[];
  /** Undefined where the person has no webhook. */
  receiver: Receiver | undefined;
}

/** Who is in a story. Whoever is started again takes the place of the one before. */
export interface Cast {
  dispatchers: Actor[];
  apis: ApiCore[];
}

export const leaseMs = 4_500;
/** The pool lets idle connections go by the real clock. */
const neverMs = 36_000_000;
const prefix = 'story:';
const keyRing = createKeyRing([{ kid: 'story', secret: Buffer.alloc(32, 7) }]);
const links = 'story';
const settings = fixedSettings();
const retention = { assetDays: 30, taskDays: 90, mostPercent: 25 };

interface Parts {
  actor: Actor;
  database: Database;
  stores: ReturnType<RedisHost['connect']>;
  url: string;
}

/** With its own connections, like a process. */
function createParts({ ground, world }: Scene, name: string): Parts {
  const actor = world.createActor(name);
  ground.database.addActor(actor);
  const url = `mysql://${encodeURIComponent(name)}@story/${ground.databaseName}`;
  const database = connectDatabase({ url, poolSize: 4, idleSessionMs: neverMs, clock: actor.clock });
  return { actor, database, url, stores: ground.redis.connect(actor, prefix) };
}

export interface ApiCore {
  actor: Actor;
  submit(key: string, params: object): Promise<{ id: string; replayed: boolean }>;
  cancel(taskId: string): Promise<void>;
  requeue(taskId: string, attempt: number): Promise<void>;
  move(taskId: string): Promise<void>;
  drain(url: string, draining: boolean): Promise<void>;
}

/** The part of an API process that changes tasks, with its relay. */
export function createApiCore(scene: Scene, name: string): ApiCore {
  const { ground, objects, world } = scene;
  const { actor, database, stores } = createParts(scene, name);
  const { clock } = actor;
  const { redis, subscriber } = stores;
  const storage = createStorage(world, objects, actor);
  const wakeSignals = createWakeSignals({ redis, prefix });
  const progress = createProgressReader({ redis, prefix });
  const log = ground.logger.child({ actor: name });
  const publisher = createEventPublisher({
    redis,
    clock,
    prefix,
    log,
    wakeSignals,
    links,
    present: (subject) => presentOutcome({ storage }, subject),
  });
  const chargesCancel = () => true;
  const presentTasks = createTasksById({ database, storage, progress, chargesCancel, log });
  const relay = createRelay({ database, redis, clock, prefix, log, presentTasks, links });
  void listenToWakeSignals({ subscriber, prefix }, { outbox: () => relay.wake() });
  void relay.run(new AbortController().signal);
  if (scene.receiver) {
    scene.receiver.connect(actor);
    const isAllowedAddress = () => true;
    const told = { database, clock, log, keyRing, presentTasks, isAllowedAddress };
    void deliverWebhooks(told, new AbortController().signal);
  }
  const deps = {
    database,
    clock,
    wakeSignals,
    publisher,
    catalogue: createCatalogue({ database, workflows: builtinWorkflows, clock }),
    queueBound: createQueueBound({ database, clock }, async () => 1_000),
    quotas: fixedQuotas(),
    settings,
  };
  const administrator = { id: ground.administratorId, serviceKey: null };
  return {
    actor,
    async submit(key, params) {
      const request = { userId: ground.userId, role: 'user', apiKeyId: null, meta: {} } as const;
      const idempotency = { key, bodyHash: key };
      const { task, replayed } = await submitTask(deps, {
        ...request,
        workflowName: 'text2img',
        params,
        idempotency,
      });
      return { id: task.id, replayed };
    },
    cancel: (taskId) => cancelTask(deps, taskId, ground.userId, { progress, chargesCancel }),
    requeue: (taskId, attempt) => requeueTask(deps, administrator, taskId, attempt),
    move: (taskId) => moveTask(deps, administrator, taskId, 'front'),
    async drain(url, draining) {
      await setDraining(deps, administrator, { url, draining });
    },
  };
}

/** A dispatcher as its process makes it. */
export function createDispatcherActor(scene: Scene, name: string): Actor {
  const { ground, objects, world, backends } = scene;
  const { actor, database, stores, url } = createParts(scene, name);
  const { clock } = actor;
  const { redis, subscriber, jobQueues } = stores;
  const storage = createStorage(world, objects, actor);
  const logger = ground.logger.child({ actor: name });
  const wakeSignals = createWakeSignals({ redis, prefix });
  const leases = connectDatabase({ ...leasesPool(url, leaseMs), idleSessionMs: neverMs, clock });
  const find = (origin: string) => backends.find((one) => one.url === origin);
  const deps = {
    database,
    leases,
    clock,
    logger,
    storage,
    keyRing,
    wakeSignals,
    redis,
    subscriber,
    prefix,
    jobQueues,
    catalogue: createCatalogue({ database, workflows: builtinWorkflows, clock, logger }),
    publisher: createEventPublisher({
      redis,
      clock,
      prefix,
      log: logger,
      wakeSignals,
      links,
      present: (subject) => presentOutcome({ storage }, subject),
    }),
    progress: createProgressBus({ redis, clock, prefix, log: logger }),
  };
  const listOwnChores: DispatcherDeps['listChores'] = (host) =>
    listChores({ ...deps, ...host, providers: new Map() }, { retention });
  const config = describeDispatcher(createNetwork(world, actor, find));
  startDispatcher({ ...deps, listChores: listOwnChores }, config).catch((error: unknown) => {
    // As its supervisor would.
    world.note(`${name}: cannot start: ${String(error)}`);
    actor.frozenUntilMs = Number.POSITIVE_INFINITY;
  });
  return actor;
}

const describeDispatcher = (network: ReturnType<typeof createNetwork>): DispatcherConfig => ({
  leaseMs,
  limits: {
    attemptTimeoutMs: 20_000,
    outputBytes: 1_000_000,
    inputBytes: 1_000_000,
    inputPixels: 64_000_000,
    inputDirs: [],
    removePromptMs: 10_000,
    chargesCancel: () => true,
    tempDirectory: '/nonexistent',
  },
  // No scheduler owns the threads that draw them: all go to the queue, which forgets them.
  ownThumbnails: 0,
  stopTimeoutMs: 5_000,
  probeIntervalMs: 2_000,
  comfy: { network, pollIntervalMs: 2_000, pingIntervalMs: 2_000, unreachableAfterMs: 4_000 },
});
