import type { ApiClient } from '@star-graph/client/client';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import {
  type APIGatewayBotInfo,
  Client,
  Events,
  GatewayIntentBits,
  type Guild,
  type GuildBasedChannel,
  type Interaction,
  Partials,
  type REST,
  Routes,
} from 'discord.js';
import type { Logger } from 'pino';
import { type BotEnv, sharesShards } from './config.ts';
import { createCaches } from './interaction/caches.ts';
import { sendRequest } from './interaction/callbackTries.ts';
import type { PostedInteraction } from './interaction/postedInteractions.ts';
import { countRateLimit } from './metrics.ts';
import { keepShards } from './shardReports.ts';

interface Deps {
  clock: Clock;
  log: Logger;
  rest: REST;
  platform: ApiClient;
}

export interface GatewayListeners {
  onInteraction(interaction: Interaction): void;
  /** Servers that this process serves from now on. */
  onServers(guildIds: readonly string[]): Promise<void>;
  /** Shards that another process had. */
  onTaken(): void;
}

/** What Discord sends to this process: the sessions of its shards, and what the library knows by them. */
export interface Gateway {
  /** @throws when Discord refuses the token. */
  open(listeners: GatewayListeners): Promise<void>;
  isReady(): boolean;
  /** Whether this process has the shard of that server; another one has it otherwise. Of direct messages: undefined. */
  isOurs(guildId: string | undefined): boolean;
  countShards(): number;
  listServers(): Guild[];
  findServer(id: string): Guild | undefined;
  findChannel(id: string): GuildBasedChannel | undefined;
  /** Takes an interaction that came another way, as one that was sent here. */
  take(interaction: PostedInteraction): void;
  close(): Promise<void>;
}

/** A client of the library, which has some shards for as long as it lives. */
interface Connection {
  client: Client;
  /** Undefined: all that there are. */
  shards: readonly number[] | undefined;
  count: number | undefined;
}

export function createGateway(deps: Deps, env: BotEnv): Gateway {
  const connections = new Set<Connection>();
  const connectionOf = (guildId: string | undefined) =>
    [...connections].find((connection) => isOn(connection, guildId));
  let sharing: ReturnType<typeof keepShards> | undefined;

  async function connect(connection: Connection, listeners: GatewayListeners): Promise<void> {
    const { client } = connection;
    connections.add(connection);
    client.on(Events.InteractionCreate, listeners.onInteraction);
    client.on(Events.GuildCreate, ({ id }) => void listeners.onServers([id]));
    const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
    await client.login(env.DISCORD_TOKEN);
    await ready;
    await listeners.onServers([...client.guilds.cache.keys()]);
  }

  async function disconnect(connection: Connection): Promise<void> {
    connections.delete(connection);
    await connection.client.destroy();
  }

  /** One client for each shard, so that one can come and go without the others. */
  function follow(held: { count: number; shards: readonly number[] }, listeners: GatewayListeners): void {
    const isHeld = ({ shards, count }: Connection) =>
      count === held.count && held.shards.some((id) => shards?.[0] === id);
    for (const connection of connections)
      if (!isHeld(connection))
        disconnect(connection).catch((err: unknown) => deps.log.error({ err }, 'a shard was not left'));
    const known = [...connections].map(({ shards }) => shards?.[0]);
    const taken = held.shards
      .filter((id) => !known.includes(id))
      .map((id) => createConnection(deps, env, [id], held.count));
    const opened = taken.map((connection) =>
      connect(connection, listeners).catch((err: unknown) => {
        // The next answer names it again.
        connections.delete(connection);
        deps.log.error({ err, shards: connection.shards }, 'a shard could not be opened');
      }),
    );
    if (opened.length > 0) void Promise.all(opened).then(listeners.onTaken);
  }

  return {
    async open(listeners) {
      const fixed = env.DISCORD_SHARDS.map(Number);
      if (!sharesShards(env)) {
        const shards = fixed.length === 0 ? undefined : fixed;
        await connect(createConnection(deps, env, shards, env.DISCORD_SHARD_COUNT), listeners);
        return;
      }
      const { shards, session_start_limit: limit } = (await deps.rest.get(
        Routes.gatewayBot(),
      )) as APIGatewayBotInfo;
      const bot = { count: env.DISCORD_SHARD_COUNT ?? shards, concurrency: limit.max_concurrency };
      sharing = keepShards(deps, bot, (held) => follow(held, listeners));
      await sharing.first;
    },
    isReady: () => (sharing?.isHeard() ?? connections.size > 0) && [...connections].every(isConnected),
    isOurs: (guildId) => connectionOf(guildId) !== undefined,
    ...lookIn(connections),
    take(interaction) {
      const { client } = connectionOf(interaction.guild_id) ?? {};
      // What the library does with one from the gateway. It has no other way in, and a test holds this one.
      (client as unknown as WithActions | undefined)?.actions.InteractionCreate.handle(interaction);
    },
    async close() {
      // While these sessions end, another process may begin its own.
      await sharing?.leave();
      await Promise.all([...connections].map(disconnect));
    },
  };
}

/** What the library knows of servers, by all of its clients. */
function lookIn(
  connections: ReadonlySet<Connection>,
): Pick<Gateway, 'countShards' | 'listServers' | 'findServer' | 'findChannel'> {
  const find = <Found>(look: (client: Client) => Found | undefined): Found | undefined => {
    for (const { client } of connections) {
      const found = look(client);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    countShards: () => [...connections].reduce((sum, { client }) => sum + client.ws.shards.size, 0),
    listServers: () => [...connections].flatMap(({ client }) => [...client.guilds.cache.values()]),
    findServer: (id) => find((client) => client.guilds.cache.get(id)),
    findChannel: (id) =>
      find((client) => {
        const channel = client.channels.cache.get(id);
        return channel === undefined || channel.isDMBased() ? undefined : channel;
      }),
  };
}

interface WithActions {
  actions: { InteractionCreate: { handle(interaction: object): void } };
}

const isConnected = ({ client }: Connection): boolean => client.isReady();

/** Discord's own formula; direct messages belong to shard 0. */
const isOn = ({ shards, count }: Connection, guildId: string | undefined): boolean =>
  shards === undefined ||
  count === undefined ||
  shards.includes(guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)));

function createConnection(
  { log }: Deps,
  env: BotEnv,
  shards: readonly number[] | undefined,
  count: number | undefined,
): Connection {
  const client = new Client({
    // Interactions need no intent; with this one the library knows the servers they come from.
    intents: [GatewayIntentBits.Guilds],
    partials: [Partials.Channel],
    allowedMentions: { parse: [] },
    makeCache: createCaches(),
    rest: { api: env.DISCORD_API_URL, makeRequest: sendRequest },
    ...(shards === undefined
      ? { shards: 'auto' as const }
      : { shards: [...shards], shardCount: count ?? shards.length }),
  });
  client.on(Events.Error, (err) => log.error({ err }, 'the connection to Discord failed'));
  client.on(Events.ShardError, (err, shardId) => log.error({ err, shardId }, 'a shard failed'));
  logRateLimits(log, client.rest);
  return { client, shards, count };
}

export function logRateLimits(log: Logger, rest: REST): void {
  rest.on('rateLimited', ({ route, timeToReset }) => {
    countRateLimit();
    log.warn({ route, timeToReset }, 'waiting for a rate limit');
  });
}
