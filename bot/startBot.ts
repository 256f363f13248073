import { connectEvents } from '@star-graph/client/connectEvents';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { createHealth, type Dependency, type Health } from '@star-graph/core/ground/runtime/health/health';
import { inSpan, type SpanSpec } from '@star-graph/core/ground/telemetry/spans';
import { Client, Events, GatewayIntentBits, type Interaction, Partials, REST, Routes } from 'discord.js';
import type { Logger } from 'pino';
import { postAnnouncement, type ServedGuild } from './api/announcements.ts';
import { createServiceAccess } from './api/apiClients.ts';
import { createCatalogueCache } from './api/catalogueCache.ts';
import { commands } from './commands/commands.ts';
import { entryPoint } from './components/buttons/openActivity.ts';
import { createStarCounts } from './components/buttons/starCounts.ts';
import type { BotEnv } from './config.ts';
import { createCaches } from './interaction/caches.ts';
import { sendRequest } from './interaction/callbackTries.ts';
import type { Bot } from './interaction/context.ts';
import { openPostedInteractions } from './interaction/postedInteractions.ts';
import { handleInteraction } from './interaction/router.ts';
import { findInTime } from './interaction/withTimeout.ts';
import { commandOf, countRateLimit, setFollowedMessages, watchBot } from './metrics.ts';
import { createModerationLog } from './policy/moderationLog.ts';
import { createPolicyCache } from './policy/policies.ts';
import { keepRegistering } from './registration.ts';
import { createGallery, type Gallery, type GalleryDeps } from './tracking/gallery.ts';
import { createMessageRoutes } from './tracking/messageRoutes.ts';
import { createNotices, type Notices } from './tracking/notices.ts';
import { createParties } from './tracking/partyEnd.ts';
import { createTracker } from './tracking/tracker.ts';

export interface RunningBot {
  isReady(): boolean;
  health: Health;
  /** Where it takes what Discord posts; undefined: interactions come by the gateway. */
  interactionsUrl: string | undefined;
  /** Takes no new interactions and finishes the running ones. */
  stop(): Promise<void>;
}

/** Signs in at Discord and the API and serves until stopped. @throws when Discord refuses the token. */
export async function startBot(deps: { clock: Clock; log: Logger }, env: BotEnv): Promise<RunningBot> {
  const { clock, log } = deps;
  const client = createDiscordClient(env);
  client.on(Events.Error, (err) => log.error({ err }, 'the connection to Discord failed'));
  client.on(Events.ShardError, (err, shardId) => log.error({ err, shardId }, 'a shard failed'));
  client.rest.on('rateLimited', ({ route, timeToReset }) => {
    countRateLimit();
    log.warn({ route, timeToReset }, 'waiting for a rate limit');
  });
  const access = createServiceAccess({
    baseUrl: env.STAR_GRAPH_API_URL,
    serviceKey: env.STAR_GRAPH_SERVICE_KEY,
  });
  const applicationId = () => client.application?.id ?? '';
  const shards = env.DISCORD_SHARDS.map(Number);
  const catalogue = createCatalogueCache({ clock });
  const tracker = createTracker({
    ...access,
    catalogue,
    clock,
    log,
    fetch,
    routes: createMessageRoutes({ clock, rest: client.rest, applicationId }),
    isOurs: ({ g: guildId }) => isOnShards(guildId, shards, env.DISCORD_SHARD_COUNT),
  });
  const policies = createPolicyCache({ clock, log, platform: access.platform });
  const hasChannel = (guildId: string, channelId: string) =>
    client.guilds.cache.get(guildId)?.channels.cache.has(channelId) ?? false;
  const { rest } = client;
  const moderationLog = createModerationLog({ clock, log, rest, policies, hasChannel });
  const channels = {
    serves: (guildId: string) => serves(client, guildId),
    findChannel: channelFinder(client),
  };
  const gallery = createGallery({
    ...access,
    catalogue,
    clock,
    log,
    rest,
    policies,
    moderationLog,
    fetch,
    ...channels,
  });
  const bot: Bot = {
    ...access,
    clock,
    log,
    rest,
    restOnce: new REST({ api: env.DISCORD_API_URL, makeRequest: sendRequest, retries: 0 }),
    applicationId,
    catalogue,
    policies,
    moderationLog,
    tracker,
    gallery,
    parties: createParties({ clock, log }),
    starCounts: createStarCounts({ log }),
    fetch,
    cdnHosts: env.DISCORD_CDN_HOSTS,
  };
  return serve(bot, client, env, {
    gallery,
    notices: createNotices({ clock, log, rest, platform: access.platform }),
  });
}

/** Whether this process knows the channels of a server: they arrive when Discord announces the server. */
const serves = (client: Client, guildId: string): boolean =>
  client.guilds.cache.get(guildId)?.available ?? false;

const channelFinder =
  (client: Client): GalleryDeps['findChannel'] =>
  (channelId, guildId) => {
    const channel = client.channels.cache.get(channelId);
    if (!channel || channel.isDMBased() || (guildId !== undefined && channel.guildId !== guildId))
      return undefined;
    // A thread is as restricted as the channel it belongs to.
    const room = channel.isThread() ? channel.parent : channel;
    const isAgeRestricted = room === null || ('nsfw' in room && room.nsfw === true);
    return { id: channel.id, parentId: channel.parentId, isAgeRestricted };
  };

const registeredWithinMs = 5_000;

async function serve(
  bot: Bot,
  client: Client,
  env: BotEnv,
  { gallery, notices }: { gallery: Gallery; notices: Notices },
): Promise<RunningBot> {
  const underway = new Set<Promise<void>>();
  let isStopping = false;
  const follow = (done: Promise<void>): void => {
    const work = done.finally(() => underway.delete(work));
    underway.add(work);
  };
  client.on(Events.InteractionCreate, (interaction: Interaction) => {
    if (!isStopping) follow(inSpan(describe(interaction), () => handleInteraction(bot, interaction)));
  });
  const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
  await client.login(env.DISCORD_TOKEN);
  await ready;
  await readPolicies(bot, [...client.guilds.cache.keys()]);
  client.on(Events.GuildCreate, ({ id }) => void readPolicies(bot, [id]));
  const own = commands.map(({ data }) => data);
  const registering = keepRegistering(bot, bot.applicationId(), own, async () =>
    (await bot.catalogue.opensInDiscord(bot.platform)) ? [entryPoint] : [],
  );
  // Usually they are registered before the bot reports ready; Discord's failures do not delay that.
  await findInTime(bot.clock, registering.firstTry, registeredWithinMs);
  gallery.wake();
  notices.wake();
  let isConnected = false;
  let poolNews = 0;
  const posted = await openPosted(bot, client, env);
  const events = connectEvents(bot.platform.deps, {
    onEvent(event) {
      bot.tracker.onEvent(event);
      setFollowedMessages(bot.tracker.count());
    },
    onPublicMessage(message) {
      if (message.type === 'announcement') follow(postAnnouncement(bot, listGuilds(client), message.data));
      else {
        poolNews++;
        bot.tracker.setPaused(message.data.paused === true);
      }
    },
    onState(state) {
      isConnected = state === 'connected';
      // The news tell of changes alone.
      const before = poolNews;
      if (isConnected) follow(readPaused(bot, () => poolNews === before));
      if (state === 'signedOut') bot.log.error('the service key works no longer');
    },
  });
  const stopWatching = watchBot({
    isGatewayReady: () => client.isReady(),
    isConnected: () => isConnected,
    countServers: () => client.guilds.cache.size,
  });
  return {
    interactionsUrl: posted?.url,
    isReady: () => isConnected && client.isReady(),
    health: createHealth(bot, [
      connection('discord', 'Discord is not connected.', () => client.isReady()),
      connection('api', 'The event stream of the API is not connected.', () => isConnected),
    ]),
    async stop() {
      // Before the others, since what was taken there is answered.
      await posted?.close();
      isStopping = true;
      stopWatching();
      registering.stop();
      await Promise.all(underway);
      await events.close();
      await bot.tracker.stop();
      await gallery.stop();
      await bot.parties.stop();
      await notices.stop();
      await bot.moderationLog.stop();
      await client.destroy();
    },
  };
}

interface Application {
  /** The public key of what Discord signs. */
  verify_key: string;
  interactions_endpoint_url?: string | null;
}

async function openPosted(bot: Pick<Bot, 'clock' | 'log' | 'rest'>, client: Client, env: BotEnv) {
  const { DISCORD_INTERACTIONS_PORT: port, DISCORD_INTERACTIONS_HOST: host } = env;
  const application = (await bot.rest.get(Routes.currentApplication())) as Application;
  const address = application.interactions_endpoint_url ?? undefined;
  if (port === undefined && address !== undefined)
    bot.log.error({ address }, 'Discord posts interactions elsewhere, and this process takes none');
  if (port === undefined) return undefined;
  const shards = env.DISCORD_SHARDS.map(Number);
  // What the library does with one from the gateway. It has no other way in, and a test holds this one.
  const { InteractionCreate } = (client as unknown as WithActions).actions;
  return openPostedInteractions(
    {
      clock: bot.clock,
      publicKey: application.verify_key,
      isOurs: (guildId) => isOnShards(guildId, shards, env.DISCORD_SHARD_COUNT),
      take: (interaction) => InteractionCreate.handle(interaction),
    },
    { port, host },
  );
}

interface WithActions {
  actions: { InteractionCreate: { handle(interaction: object): void } };
}

/** Known without asking anybody. */
const connection = (name: string, fault: string, isOpen: () => boolean): Dependency => ({
  name,
  fault,
  needed: 'always',
  limitMs: 1_000,
  ask() {
    if (!isOpen()) throw new Error('not connected');
  },
});

/** Of a command its name; of a button or a form no more than that it is one. */
const describe = (interaction: Interaction): SpanSpec => ({
  name: `interaction ${commandOf(interaction)}`,
  kind: 'server',
  attributes: { 'star_graph.interaction.kind': commandOf(interaction) },
});

const listGuilds = (client: Client): ServedGuild[] =>
  client.guilds.cache.map(({ id, channels }) => ({ id, hasChannel: (one) => channels.cache.has(one) }));

async function readPaused(
  { platform, tracker, log }: Pick<Bot, 'platform' | 'tracker' | 'log'>,
  isStillNew: () => boolean,
): Promise<void> {
  try {
    const { pool } = await platform.getStatus();
    if (isStillNew()) tracker.setPaused(pool.paused === true);
  } catch (err) {
    log.info({ err }, 'it is not known whether the queue is paused');
  }
}

const policiesAtOnce = 20;

/** So that the first command in a server knows the rules there. Unreadable ones are read when needed. */
async function readPolicies(bot: Bot, guildIds: readonly string[]): Promise<void> {
  for (let start = 0; start < guildIds.length; start += policiesAtOnce) {
    const some = guildIds.slice(start, start + policiesAtOnce);
    await Promise.all(some.map((id) => bot.policies.require(id).catch(() => undefined)));
  }
}

function createDiscordClient(env: BotEnv): Client {
  const shards = env.DISCORD_SHARDS.map(Number);
  return new Client({
    // Interactions need no intent; with this one the library knows the servers they come from.
    intents: [GatewayIntentBits.Guilds],
    partials: [Partials.Channel],
    allowedMentions: { parse: [] },
    makeCache: createCaches(),
    rest: { api: env.DISCORD_API_URL, makeRequest: sendRequest },
    ...(shards.length > 0
      ? { shards, shardCount: env.DISCORD_SHARD_COUNT ?? shards.length }
      : { shards: 'auto' as const }),
  });
}

/** Discord's own formula; direct messages belong to shard 0. */
function isOnShards(
  guildId: string | undefined,
  shards: readonly number[],
  count: number | undefined,
): boolean {
  if (shards.length === 0 || count === undefined) return true;
  return shards.includes(guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)));
}
