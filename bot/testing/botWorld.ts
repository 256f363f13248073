import type { ApiClient } from '@star-graph/client/client';
import type { AdminTaskView } from '@star-graph/contract/admin/adminTasks';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { checkLedger } from '@star-graph/core/money/credits/ledgerCheck';
import { expect } from 'vitest';
import { createServiceAccess } from '../api/apiClients.ts';
import type { RunningBot } from '../startBot.ts';
import { type ApiGate, startApiGate } from './apiGate.ts';
import { type BotPlatform, createBotPlatform, eventually } from './botPlatform.ts';
import type { Person } from './discord/payloads.ts';
import { type DiscordStandIn, startDiscordStandIn } from './discord/standIn.ts';
import { createMovableClock, type MovableClock } from './movableClock.ts';

/** A bot in this process between a stand-in for Discord and the whole platform, on a clock that can be moved. */
export interface BotWorld extends AsyncDisposable {
  platform: BotPlatform;
  discord: DiscordStandIn;
  bot: RunningBot;
  /** Stops the bot and starts another one without its memory. */
  restartBot(): Promise<void>;
  clock: MovableClock;
  /** Between the bot and the API. */
  gate: ApiGate;
  /** Replaces the policy of the stand-in's server; from here on the bot knows it. */
  setPolicy(policy: Partial<GuildPolicyView>): Promise<void>;
  /** A new person. */
  newPerson(locale?: string): Person;
  /** The API as this person. */
  clientOf(person: Person): ApiClient;
  /** A task as administrators see it. */
  readTask(id: string): Promise<AdminTaskView>;
}

/** Longer than the bot caches a policy. */
const policyAgeMs = 31_000;

/**
 * At its end the books have to balance: no test of a file may lose or invent a credit.
 * @param apiClock `createClockFromNoon` where something is counted by days
 */
export async function createBotWorld(apiClock?: Clock): Promise<BotWorld> {
  await using started = new AsyncDisposableStack();
  const platform = started.use(await createBotPlatform(apiClock));
  const clock = createMovableClock();
  const discord = started.use(await startDiscordStandIn({ nowMs: () => clock.now().getTime() }));
  const gate = started.use(await startApiGate(platform.api.url));
  const env = { STAR_GRAPH_API_URL: gate.url, DISCORD_INTERACTIONS_PORT: '0' };
  const startBot = () => platform.startBot(discord, clock, env);
  const bot = await startBot();
  const cleanUp = started.move();
  const { STAR_GRAPH_SERVICE_KEY: serviceKey = '' } = platform.botEnv(discord);
  const access = createServiceAccess({ baseUrl: platform.api.url, serviceKey });
  let people = 0;
  const world: BotWorld = {
    platform,
    discord,
    bot,
    clock,
    gate,
    async restartBot() {
      await world.bot.stop();
      world.bot = await startBot();
      await eventually(() => expect(world.bot.isReady()).toBe(true));
    },
    newPerson: (locale = 'en-US') => ({ id: String(300_000_000_000_000_000n + BigInt(++people)), locale }),
    clientOf: ({ id }) => access.clientFor(id),
    async setPolicy(policy) {
      const path = `/api/v1/guilds/${discord.guildId}/policy`;
      // Of a person who manages the server: a service key alone sets no price.
      const headers = { 'star-graph-act-for': 'discord:299999999999999999' };
      const answer = await platform.api.call(path, {
        method: 'PUT',
        token: serviceKey,
        headers,
        body: policy,
      });
      expect(answer.status).toBe(200);
      clock.advance(policyAgeMs);
    },
    async readTask(id) {
      const answer = await platform.api.call(`/api/admin/tasks/${id}`, { token: platform.adminToken });
      return answer.body as AdminTaskView;
    },
    async [Symbol.asyncDispose]() {
      const books = await checkLedger(platform.database);
      await world.bot.stop();
      await cleanUp.disposeAsync();
      expect(books).toMatchObject({ ok: true, imbalance: 0 });
    },
  };
  return world;
}
