import { join, resolve } from 'node:path';
import { openModelSites } from '@star-graph/core/desk/pool/modelSites';
import { type Env, publicUrlOf } from '@star-graph/core/ground/config/config';
import type { OidcProvider } from '@star-graph/core/ground/config/oidcEnv';
import { connectDatabase, type Database } from '@star-graph/core/ground/db/connect';
import { createKeyRing } from '@star-graph/core/ground/encryption/keyRing';
import { openMailer } from '@star-graph/core/ground/mailer';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import { createSubscriber } from '@star-graph/core/ground/redis/subscriber';
import { createWakeSignals } from '@star-graph/core/ground/redis/wakeSignals';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { ViewDeps } from '@star-graph/core/ground/runtime/freshView';
import { createKeptViews } from '@star-graph/core/ground/runtime/keptViews';
import { isPublicAddress } from '@star-graph/core/ground/runtime/publicAddress';
import { createLiveSettings } from '@star-graph/core/ground/settings/liveSettings';
import { createStorage, fileKeysOf, identifyLinks } from '@star-graph/core/ground/storage/createStorage';
import { createStoreHealth } from '@star-graph/core/ground/storeHealth';
import type { LinkDeps } from '@star-graph/core/library/assets/openLink';
import { type CatalogueDeps, createCatalogue } from '@star-graph/core/library/catalogue/catalogue';
import { openTextModel } from '@star-graph/core/media/textModel';
import { createPayments } from '@star-graph/core/money/payments/createProviders';
import { createQuotaReader } from '@star-graph/core/money/quotas/quotaReader';
import { createRolePolicyReader } from '@star-graph/core/money/quotas/rolePolicies';
import { createRooms } from '@star-graph/core/people/guilds/activityRooms';
import { openDiscord } from '@star-graph/core/people/guilds/discordApi';
import { createCredentialCache } from '@star-graph/core/people/identity/credentialCache';
import { createAccessTokens } from '@star-graph/core/people/identity/credentials/accessTokens';
import { createOidcClient } from '@star-graph/core/people/identity/oidc/oidcClient';
import { readProviders } from '@star-graph/core/people/identity/oidc/readProviders';
import { createReadmission } from '@star-graph/core/people/identity/readmission';
import { openInspector } from '@star-graph/core/people/safety/openInspector';
import { createWordRuleReader } from '@star-graph/core/people/safety/wordRules';
import { createSigningRing } from '@star-graph/core/people/signingKeys/signingKeys';
import { createPlanReader } from '@star-graph/core/work/dispatch/leader/publishedPlan';
import { createEventFeeds } from '@star-graph/core/work/events/eventFeeds';
import { createEventReader } from '@star-graph/core/work/events/eventReader';
import type { EventSubject } from '@star-graph/core/work/events/outbox/commitAndPublish';
import { createEventPublisher } from '@star-graph/core/work/events/outbox/eventPublisher';
import { createProgressReader } from '@star-graph/core/work/events/progressBus';
import type { PresentTasks } from '@star-graph/core/work/events/taskPresenter';
import { createQueueBound } from '@star-graph/core/work/tasks/accepting/queueBound';
import { createQueueReader } from '@star-graph/core/work/tasks/queueState';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { filmEdit } from '@star-graph/workflows/filmEdit';
import { ownGraph } from '@star-graph/workflows/graph/ownGraph';
import type { Logger } from 'pino';

import { createApiLimits } from './limits/apiLimits.ts';
import { createAddressRules } from './middleware/addressRules.ts';
import { presentStill } from './routes/tasks/presentTask.ts';
import { createTasksById } from './routes/tasks/presentTasksById.ts';
import type { ServerDeps } from './server.ts';

export interface OpenedDeps extends ServerDeps {
  presentTasks: PresentTasks;
  /** Which links to files this process signs. */
  links: string;
  /** Closes every connection to database and Redis. */
  close(): Promise<void>;
}

/** Opens database, Redis and storage from the environment. No statement or command is sent yet. */
export async function createApiDeps(
  deps: { clock: Clock; log: Logger } & Partial<LinkDeps>,
  env: Env,
): Promise<OpenedDeps> {
  const { clock, log, isAllowedAddress = isPublicAddress } = deps;
  const prefix = env.REDIS_PREFIX;
  const onError = (err: Error) => log.debug({ err }, 'a connection to Redis failed');
  const warn = (message: string) => log.warn(message);
  const mailer = openMailer({ log }, env);
  const database = connectDatabase({ url: env.DATABASE_URL, poolSize: env.DATABASE_POOL });
  const redis = createRedis({ url: env.REDIS_URL, onError });
  const subscriber = createSubscriber({ url: env.REDIS_URL, onError });
  const keptViews = createKeptViews({ clock, log });
  const stores = { database, redis, prefix, clock, log, keptViews };
  const { keyRing, tokens, fileKeys } = createKeyDeps(stores, env);
  const storage = await createStorage({ clock, warn, fileKeys }, env);
  const progress = createProgressReader(stores);
  const wakeSignals = createWakeSignals({ redis, prefix });
  const held = createHeld({ ...stores, wakeSignals }, env);
  const { settings } = held;
  const chargesCancel = () => settings.latest.CANCEL_CHARGE === 'share';
  const links = identifyLinks(env);
  const present = (subject: EventSubject) => presentStill({ storage, progress, chargesCancel }, subject);
  const presentTasks = createTasksById({ ...stores, storage, progress, chargesCancel });
  const feeds = createEventFeeds({
    ...stores,
    subscriber,
    reader: createEventReader({ ...stores, presentTasks }),
  });
  const credentials = createCredentialCache(stores);
  const limits = createApiLimits(stores, env, settings);
  const inspector = openInspector({ storage, logger: log }, env);
  return {
    ...stores,
    storage,
    keyRing,
    progress,
    chargesCancel,
    presentTasks,
    subscriber,
    feeds,
    config: env,
    ...held,
    health: createStoreHealth({ ...stores, keyRing }),
    // Files of this machine are served by this process; an object store serves its own.
    fileUrls: fileKeys && { clock, keys: fileKeys },
    ...createPageDeps(stores, env, fileKeys !== undefined),
    tokens,
    credentials,
    requireAddress: createAddressRules(env),
    readmission: createReadmission({ credentials, tokens, useOf: limits.rateLimits.useOf }),
    ...limits,
    oidcClients: createOidcClients(clock, readProviders(env), publicUrlOf(env)),
    adminSecondFactor: env.ADMIN_SECOND_FACTOR,
    sessionHours: env.SESSION_HOURS,
    sessionDays: env.SESSION_DAYS,
    refreshRepeatSeconds: env.REFRESH_REPEAT_SECONDS,
    ...createWorkflowDeps({ ...stores, logger: log }, env),
    wakeSignals,
    links,
    publisher: createEventPublisher({ ...stores, wakeSignals, links, present }),
    queue: createQueueReader({ database, clock }),
    plans: createPlanReader(stores),
    mailer,
    payments: await createPayments(env, publicUrlOf(env)),
    uploads: {
      limitBytes: env.UPLOAD_LIMIT_BYTES,
      mostPixels: env.UPLOAD_MEGAPIXELS * 1_000_000,
      tempDirectory: join(resolve(env.DATA_DIR), 'tmp', 'api'),
    },
    keptBytesPerDay: env.KEPT_BYTES_PER_DAY,
    inspector,
    ...openOthers(log, env),
    isAllowedAddress,
    ...(deps.authority === undefined ? {} : { authority: deps.authority }),
    close: () => closeAll({ ...stores, inspector, mailer, feeds, subscriber }),
  };
}

/** Services of other people. */
const openOthers = (logger: Logger, env: Env) => ({
  modelSites: openModelSites(env),
  textModel: openTextModel({ logger }, env),
});

function createPageDeps(
  deps: Pick<OpenedDeps, 'database' | 'clock'>,
  env: Env,
  servesFiles: boolean,
): Pick<OpenedDeps, 'activity' | 'filesFrom' | 'publicUrl'> {
  const discord = openDiscord(env);
  const ofStore = servesFiles ? undefined : (env.S3_PUBLIC_ENDPOINT ?? env.S3_ENDPOINT);
  return {
    activity: discord && { discord, rooms: createRooms({ ...deps, discord }) },
    filesFrom: ofStore ?? publicUrlOf(env),
    publicUrl: publicUrlOf(env),
  };
}

/** What an acceptance asks of memory alone, and how a change is told. */
function createHeld(
  deps: Pick<OpenedDeps, 'database' | 'clock' | 'log' | 'keptViews' | 'wakeSignals'>,
  env: Env,
): Pick<OpenedDeps, 'settings' | 'wordRules' | 'quotas' | 'queueBound' | 'dailyGrant' | 'tellChange'> {
  const settings = createLiveSettings(deps, env);
  const rolePolicies = createRolePolicyReader(deps);
  return {
    settings,
    wordRules: createWordRuleReader(deps),
    quotas: createQuotaReader({ ...deps, settings, rolePolicies }),
    queueBound: createQueueBound(deps, async () => (await settings.read()).OPEN_TASKS),
    dailyGrant: async (role) =>
      (await rolePolicies()).get(role)?.dailyGrant ?? (await settings.read()).DAILY_GRANT,
    async tellChange() {
      deps.wakeSignals.send('views');
      await deps.keptViews.refresh();
    },
  };
}

/** What may still use database and Redis comes first. */
async function closeAll(
  opened: Pick<OpenedDeps, 'database' | 'redis' | 'mailer' | 'feeds' | 'subscriber'> & {
    inspector: { close(): Promise<void> } | undefined;
  },
): Promise<void> {
  await opened.inspector?.close();
  await opened.mailer?.close();
  opened.feeds.close();
  opened.subscriber.close();
  opened.redis.disconnect();
  await opened.database.destroy();
}

/** What encrypts, and what signs tokens and links. */
function createKeyDeps(deps: ViewDeps & { database: Database; clock: Clock; log: Logger }, env: Env) {
  const keyRing = createKeyRing(env.DATA_KEYS);
  const environmentFileKeys = fileKeysOf(env);
  const tokenKeys = createSigningRing({ ...deps, keyRing }, 'jwt', env.JWT_KEYS);
  return {
    keyRing,
    tokens: createAccessTokens({ ...deps, keys: tokenKeys }, { ttlSeconds: env.ACCESS_TOKEN_MINUTES * 60 }),
    fileKeys: environmentFileKeys && createSigningRing({ ...deps, keyRing }, 'files', environmentFileKeys),
  };
}

const createOidcClients = (
  clock: Clock,
  providers: readonly OidcProvider[],
  publicUrl: string,
): ServerDeps['oidcClients'] =>
  new Map(providers.map((provider) => [provider.name, createOidcClient({ clock }, provider, { publicUrl })]));

/** The workflows, and those that an operator may add. */
function createWorkflowDeps(
  deps: Pick<CatalogueDeps, 'database' | 'clock' | 'keptViews'> & { logger: Logger },
  env: Env,
): Pick<ServerDeps, 'catalogue' | 'workflowRules'> {
  const builtinNames = new Set([...builtinWorkflows, ownGraph, filmEdit].map(({ name }) => name));
  return {
    catalogue: createCatalogue({
      ...deps,
      workflows: builtinWorkflows,
      expectedBackSeconds: env.WAIT_FOR_SERVER_SECONDS,
    }),
    workflowRules: { builtinNames },
  };
}
