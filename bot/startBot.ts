import { connectEvents } from '@star-graph/client/connectEvents';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { createHealth, type Dependency, type Health } from '@star-graph/core/ground/runtime/health/health';
import { inSpan, type SpanSpec } from '@star-graph/core/ground/telemetry/spans';
import { type Interaction, REST, Routes } from 'discord.js';
import type { Logger } from 'pino';
import { postAnnouncement, type ServedGuild } from './api/announcements.ts';
import { createServiceAccess } from './api/apiClients.ts';
import { createCatalogueCache } from './api/catalogueCache.ts';
import { commands } from './commands/commands.ts';
import { entryPoint } from './components/buttons/openActivity.ts';
import { createStarCounts } from './components/buttons/starCounts.ts';
import type { BotEnv } from './config.ts';
import { createGateway, type Gateway, logRateLimits } from './gateway.ts';
import { sendRequest } from './interaction/callbackTries.ts';
import type { Bot } from './interaction/context.ts';
import { openPostedInteractions } from './interaction/postedInteractions.ts';
import { handleInteraction } from './interaction/router.ts';
import { findInTime } from './interaction/withTimeout.ts';
import { commandOf, setFollowedMessages, watchBot } from './metrics.ts';
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
  const access = createServiceAccess({
    baseUrl: env.STAR_GRAPH_API_URL,
    serviceKey: env.STAR_GRAPH_SERVICE_KEY,
  });
  const rest = new REST({ api: env.DISCORD_API_URL, makeRequest: sendRequest });
  rest.setToken(env.DISCORD_TOKEN);
  logRateLimits(log, rest);
  const gateway = createGateway({ clock, log, rest, platform: access.platform }, env);
  let application: Application | undefined;
  const applicationId = () => application?.id ?? '';
  const catalogue = createCatalogueCache({ clock });
  const tracker = createTracker({
    ...access,
    catalogue,
    clock,
    log,
    fetch,
    routes: createMessageRoutes({ clock, rest, applicationId }),
    isOurs: ({ g: guildId }) => gateway.isOurs(guildId),
  });
  const policies = createPolicyCache({ clock, log, platform: access.platform });
  const hasChannel = (guildId: string, channelId: string) =>
    gateway.findServer(guildId)?.channels.cache.has(channelId) ?? false;
  const moderationLog = createModerationLog({ clock, log, rest, policies, hasChannel });
  const channels = {
    // Its channels arrive when Discord announces a server.
    serves: (guildId: string) => gateway.findServer(guildId)?.available ?? false,
    findChannel: channelFinder(gateway),
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
  const notices = createNotices({ clock, log, rest, platform: access.platform });
  application = (await rest.get(Routes.currentApplication())) as Application;
  return serve(bot, env, { gateway, gallery, notices, application });
}

const channelFinder =
  (gateway: Gateway): GalleryDeps['findChannel'] =>
  (channelId, guildId) => {
    const channel = gateway.findChannel(channelId);
    if (!channel || (guildId !== undefined && channel.guildId !== guildId)) return undefined;
    // A thread is as restricted as the channel it belongs to.
    const room = channel.isThread() ? channel.parent : channel;
    const isAgeRestricted = room === null || ('nsfw' in room && room.nsfw === true);
    return { id: channel.id, parentId: channel.parentId, isAgeRestricted };
  };

const registeredWithinMs = 5_000;

interface Parts {
  gateway: Gateway;
  gallery: Gallery;
  notices: Notices;
  application: Application;
}

async function serve(
  bot: Bot,
  env: BotEnv,
  { gateway, gallery, notices, application }: Parts,
): Promise<RunningBot> {
  const underway = new Set<Promise<void>>();
  let isStopping = false;
  const follow = (done: Promise<void>): void => {
    const work = done.finally(() => underway.delete(work));
    underway.add(work);
  };
  let stream: ReturnType<typeof followEvents> | undefined;
  await gateway.open({
    onInteraction(interaction) {
      if (!isStopping) follow(inSpan(describe(interaction), () => handleInteraction(bot, interaction)));
    },
    onServers: (guildIds) => readPolicies(bot, guildIds),
    onTaken() {
      // Another process followed the tasks of these servers.
      stream?.beginAnew();
      gallery.wake();
    },
  });
  const own = commands.map(({ data }) => data);
  const registering = keepRegistering(bot, bot.applicationId(), own, async () =>
    (await bot.catalogue.opensInDiscord(bot.platform)) ? [entryPoint] : [],
  );
  // Usually they are registered before the bot reports ready; Discord's failures do not delay that.
  await findInTime(bot.clock, registering.firstTry, registeredWithinMs);
  gallery.wake();
  notices.wake();
  const posted = await openPosted(bot, gateway, application, env);
  const events = followEvents(bot, gateway, follow);
  stream = events;
  const stopWatching = watchBot({
    isGatewayReady: gateway.isReady,
    isConnected: events.isConnected,
    countServers: () => gateway.listServers().length,
    countShards: gateway.countShards,
  });
  return {
    interactionsUrl: posted?.url,
    isReady: () => events.isConnected() && gateway.isReady(),
    health: createHealth(bot, [
      connection('discord', 'Discord is not connected.', gateway.isReady),
      connection('api', 'The event stream of the API is not connected.', events.isConnected),
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
      await gateway.close();
    },
  };
}

/** @param follow what a stop waits for */
function followEvents(bot: Bot, gateway: Gateway, follow: (done: Promise<void>) => void) {
  let [isConnected, isClosed] = [false, false];
  let poolNews = 0;
  const open = () =>
    connectEvents(bot.platform.deps, {
      onEvent(event) {
        bot.tracker.onEvent(event);
        setFollowedMessages(bot.tracker.count());
      },
      onPublicMessage(message) {
        if (message.type === 'announcement') follow(postAnnouncement(bot, listGuilds(gateway), message.data));
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
  let connected = Promise.resolve(open());
  return {
    isConnected: () => isConnected,
    /** The snapshot at its beginning names every unfinished task. */
    beginAnew(): void {
      connected = connected.then(async (before) => {
        await before.close();
        return isClosed ? before : open();
      });
    },
    async close(): Promise<void> {
      isClosed = true;
      await (await connected).close();
    },
  };
}

interface Application {
  id: string;
  /** The public key of what Discord signs. */
  verify_key: string;
  interactions_endpoint_url?: string | null;
}

async function openPosted(
  bot: Pick<Bot, 'clock' | 'log'>,
  gateway: Gateway,
  application: Application,
  { DISCORD_INTERACTIONS_PORT: port, DISCORD_INTERACTIONS_HOST: host }: BotEnv,
) {
  const address = application.interactions_endpoint_url ?? undefined;
  if (port === undefined && address !== undefined)
    bot.log.error({ address }, 'Discord posts interactions elsewhere, and this process takes none');
  if (port === undefined) return undefined;
  const { isOurs, take } = gateway;
  return openPostedInteractions(
    { clock: bot.clock, publicKey: application.verify_key, isOurs, take },
    { port, host },
  );
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

const listGuilds = (gateway: Gateway): ServedGuild[] =>
  gateway.listServers().map(({ id, channels }) => ({ id, hasChannel: (one) => channels.cache.has(one) }));

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
