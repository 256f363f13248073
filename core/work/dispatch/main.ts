import { join, resolve } from 'node:path';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { createBackendNetwork, readAuthorities } from '../../comfy/http/network.ts';
import { nameBackends, requireKeysFor } from '../../comfy/namedBackends.ts';
import { type ChoresConfig, listChores } from '../../desk/chores.ts';
import { readRenting, startRenting } from '../../desk/renting/renting.ts';
import { parseDispatcherConfig, publicUrlOf } from '../../ground/config/config.ts';
import { connectDatabase } from '../../ground/db/connect.ts';
import { requireSchema } from '../../ground/db/migrateDatabase.ts';
import { createKeyRing } from '../../ground/encryption/keyRing.ts';
import { createRedis } from '../../ground/redis/createRedis.ts';
import { createJobQueues } from '../../ground/redis/jobQueues.ts';
import { createSubscriber } from '../../ground/redis/subscriber.ts';
import { createWakeSignals, listenToWakeSignals } from '../../ground/redis/wakeSignals.ts';
import { requireFittingKeys } from '../../ground/requireFittingKeys.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { orEnd } from '../../ground/runtime/configuration.ts';
import { createKeptViews } from '../../ground/runtime/keptViews.ts';
import { openStatusServer } from '../../ground/runtime/statusServer.ts';
import { stopOnSignals } from '../../ground/runtime/stopOnSignals.ts';
import { createLiveSettings } from '../../ground/settings/liveSettings.ts';
import { createStorage, fileKeysOf, identifyLinks } from '../../ground/storage/createStorage.ts';
import { removeStaleFiles } from '../../ground/storage/removeStaleFiles.ts';
import { createStoreHealth } from '../../ground/storeHealth.ts';
import { announce, createLogger } from '../../ground/telemetry/createLogger.ts';
import { startProcessMetrics } from '../../ground/telemetry/processMetrics.ts';
import { identifyService } from '../../ground/telemetry/service.ts';
import { startTracing } from '../../ground/telemetry/startTracing.ts';
import { createCatalogue } from '../../library/catalogue/catalogue.ts';
import { pictureSandbox } from '../../media/sandbox/pictureSandbox.ts';
import { createPayments } from '../../money/payments/createProviders.ts';
import { openInspector } from '../../people/safety/openInspector.ts';
import { createSigningRing } from '../../people/signingKeys/signingKeys.ts';
import { createEventPublisher } from '../events/outbox/eventPublisher.ts';
import { createProgressBus, withoutPreviews } from '../events/progressBus.ts';
import { presentOutcome } from '../tasks/presentOutcome.ts';
import { registerBackends, registerFilmDesk } from './backend/registerBackends.ts';
import { findCluster, parseSources } from './discovery/parseSource.ts';
import { startDispatcher } from './dispatcher.ts';
import { leasesPool } from './leasesPool.ts';
import { createRestartHook } from './upkeep/restartHook.ts';

const env = await orEnd(() => parseDispatcherConfig(process.env));
const { PATH, HOME } = process.env;
const service = identifyService('dispatcher', env);
const logger = createLogger(service, { level: env.LOG_LEVEL });
startProcessMetrics('dispatcher');
pictureSandbox.open(logger);
const clock = systemClock;
const tracing = await startTracing({ log: logger }, env, service);
const { named, sources, network } = await orEnd(() => {
  const named = nameBackends(env.COMFYUI_URLS, env.COMFYUI_CREDENTIALS ?? {});
  requireKeysFor(named, env.DATA_KEYS);
  const sources = parseSources(env.COMFYUI_DISCOVERY, { cluster: findCluster(process.env) });
  return { named, sources, network: createBackendNetwork(readAuthorities(env.COMFYUI_CA_FILE)) };
});
const keyRing = createKeyRing(env.DATA_KEYS);
const onError = (err: Error) => logger.debug({ err }, 'a connection to Redis failed');

const database = connectDatabase({ url: env.DATABASE_URL, poolSize: env.DATABASE_POOL });
const leases = connectDatabase(leasesPool(env.DATABASE_URL, env.LEASE_SECONDS * 1_000));
const redis = createRedis({ url: env.REDIS_URL, onError });
const subscriber = createSubscriber({ url: env.REDIS_URL, onError });
const prefix = env.REDIS_PREFIX;
const jobQueues = createJobQueues({ clock, logger }, { url: env.REDIS_URL, prefix });
const wakeSignals = createWakeSignals({ redis, prefix });
const keptViews = createKeptViews({ clock, log: logger });
const settings = createLiveSettings({ database, clock, log: logger, keptViews }, env);
const warn = (message: string) => logger.warn(message);
const environmentFileKeys = fileKeysOf(env);
const fileKeys =
  environmentFileKeys &&
  createSigningRing({ database, clock, keyRing, log: logger }, 'files', environmentFileKeys);
const storage = await createStorage({ clock, warn, fileKeys }, env);

const inspector = openInspector({ storage, logger }, env);
const progress = createProgressBus({ redis, clock, prefix, log: logger });

await orEnd(async () => {
  await requireSchema(database);
  await requireFittingKeys({ database, keyRing });
});
const fresh = keptViews.keepFresh();
await listenToWakeSignals({ subscriber, prefix }, { views: () => fresh.hearChange() });
await registerBackends({ database, clock, logger, keyRing }, named);
await registerFilmDesk({ database, clock });
const parts = {
  database,
  leases,
  clock,
  logger,
  storage,
  keyRing,
  catalogue: createCatalogue({
    database,
    workflows: builtinWorkflows,
    clock,
    logger,
  }),
  wakeSignals,
  publisher: createEventPublisher({
    redis,
    clock,
    prefix,
    log: logger,
    wakeSignals,
    links: identifyLinks(env),
    present: (subject) => presentOutcome({ storage }, subject),
  }),
  redis,
  subscriber,
  prefix,
  jobQueues,
};
const choreParts = { ...parts, providers: (await createPayments(env, publicUrlOf(env))).providers };
const choresConfig: ChoresConfig = {
  retention: {
    assetDays: env.RETENTION_DAYS,
    taskDays: env.TASK_RETENTION_DAYS,
    mostPercent: env.RETENTION_MOST_PERCENT,
  },
  comfyFolders: {
    inputDirs: env.COMFYUI_INPUT_DIRS,
    outputDirs: env.COMFYUI_OUTPUT_DIRS,
    ageMs: env.COMFYUI_FILES_HOURS * 3_600_000,
  },
  inspector,
};
const renting = readRenting(env);
const tempDirectory = join(resolve(env.DATA_DIR), 'tmp', 'dispatcher');
await removeStaleFiles({ clock }, tempDirectory);
const dispatcher = await startDispatcher(
  {
    ...parts,
    startRenting: renting && ((host) => startRenting({ ...parts, ...host }, renting)),
    listChores: (host) => listChores({ ...choreParts, ...host }, choresConfig),
    // A preview of the last steps shows what nobody has looked at yet.
    progress: inspector && env.SAFETY_ACTION === 'quarantine' ? withoutPreviews(progress) : progress,
  },
  {
    leaseMs: env.LEASE_SECONDS * 1_000,
    limits: {
      attemptTimeoutMs: env.TASK_TIMEOUT_SECONDS * 1_000,
      outputBytes: 2_000_000_000,
      inputBytes: env.UPLOAD_LIMIT_BYTES,
      inputPixels: env.UPLOAD_MEGAPIXELS * 1_000_000,
      inputDirs: env.COMFYUI_INPUT_DIRS,
      removePromptMs: 60_000,
      chargesCancel: () => settings.latest.CANCEL_CHARGE === 'share',
      tempDirectory,
    },
    comfy: { network },
    inspector,
    discovery:
      sources.length === 0
        ? undefined
        : {
            sources,
            intervalMs: env.COMFYUI_DISCOVERY_SECONDS * 1_000,
            graceMs: env.COMFYUI_DISCOVERY_GRACE_SECONDS * 1_000,
          },
    recycling: {
      afterHours: env.RECYCLE_AFTER_HOURS,
      memoryGrowthBytes: env.RECYCLE_MEMORY_GROWTH_MB * 1_000_000,
      ...(env.RESTART_HOOK === undefined
        ? {}
        : { restart: createRestartHook(env.RESTART_HOOK, { PATH, HOME }) }),
    },
    stopTimeoutMs: env.SHUTDOWN_SECONDS * 1_000,
  },
);
const statusServer = await openStatusServer(
  env.DISPATCHER_PORT,
  env,
  createStoreHealth({ clock, database, redis, keyRing }),
);
// The parent process waits for this line.
announce(logger, { ready: true, dispatcherId: dispatcher.id });

stopOnSignals(stop, { onFault: (err) => logger.error({ err }, 'the stop failed') });

async function stop(): Promise<void> {
  await statusServer?.close();
  await dispatcher.stop();
  await inspector?.close();
  await fresh.stop();
  await jobQueues.close();
  subscriber.close();
  redis.disconnect();
  await Promise.all([database.destroy(), leases.destroy()]);
  await tracing.stop();
}
