import { checkLedger } from '@star-graph/core/credits/statement';
import { expect } from 'vitest';
import type { RunningBot } from '../startBot.ts';
import { type ApiGate, startApiGate } from './apiGate.ts';
import { type BotPlatform, createBotPlatform } from './botPlatform.ts';
import { type DiscordStandIn, startDiscordStandIn } from './discord/standIn.ts';
import { createMovableClock, type MovableClock } from './movableClock.ts';

/** A bot in this process between a stand-in for Discord and the whole platform, on a clock that can be moved. */
export interface BotWorld extends AsyncDisposable {
  platform: BotPlatform;
  discord: DiscordStandIn;
  bot: RunningBot;
  clock: MovableClock;
  /** Between the bot and the API. */
  gate: ApiGate;
}

/** At its end the books have to balance: no test of a file may lose or invent a credit. */
export async function createBotWorld(): Promise<BotWorld> {
  await using started = new AsyncDisposableStack();
  const platform = started.use(await createBotPlatform());
  const clock = createMovableClock();
  const discord = started.use(await startDiscordStandIn(clock));
  const gate = started.use(await startApiGate(platform.api.url));
  const bot = await platform.startBot(discord, clock, { STAR_GRAPH_API_URL: gate.url });
  started.defer(() => bot.stop());
  const cleanUp = started.move();
  return {
    platform,
    discord,
    bot,
    clock,
    gate,
    async [Symbol.asyncDispose]() {
      const books = await checkLedger(platform.database);
      await cleanUp.disposeAsync();
      expect(books).toMatchObject({ ok: true, imbalance: 0 });
    },
  };
}
