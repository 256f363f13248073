import { createTestPlatform, startTestApi } from '@star-graph/api/testing/servers/apiServer';
import { startPool } from '@star-graph/api/testing/servers/poolServer';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import type { PreviewBackendProcess } from '@star-graph/core/testing/comfy/startPreviewBackend';
import pino from 'pino';
import { parseBotConfig } from '../config.ts';
import { type RunningBot, startBot } from '../startBot.ts';
import type { DiscordStandIn } from './discord/standIn.ts';

/** The real API, dispatcher and preview backend, and the environment of a bot on them. */
export interface BotPlatform extends AsyncDisposable {
  backend: PreviewBackendProcess;
  api: Awaited<ReturnType<typeof startTestApi>>;
  database: Awaited<ReturnType<typeof createTestPlatform>>['db']['database'];
  adminToken: string;
  botEnv(discord: DiscordStandIn): Record<string, string>;
  /** In this process, on the test's own clock. @param env overrides `botEnv`. */
  startBot(discord: DiscordStandIn, clock: Clock, env?: Record<string, string>): Promise<RunningBot>;
}

export { eventually } from '@star-graph/core/testing/eventually';

/** Runs stop before their first step, until `released`: what is seen of them meanwhile stays. */
export const held = { arm: [{ kind: 'hold', times: 'always' }] };
export const released = { disarm: ['hold'] };

/**
 * Its pictures are plain, without previews: drawn ones would take most of a test's time. Where a test looks at them, it
 * says so to `backend`: `{ simulate: { instant: false } }`.
 * @param clock of the API
 */
export async function createBotPlatform(clock: Clock = systemClock): Promise<BotPlatform> {
  const cleanUp = new AsyncDisposableStack();
  const platform = cleanUp.use(await createTestPlatform());
  const api = cleanUp.use(await startTestApi(platform, await chooseAddress(), { clock }));
  // One dispatcher alone: what it runs is not taken from it where the machine keeps it waiting.
  const pool = { isHeld: false, leaseMs: 120_000 };
  const { preview: backend, admin: adminToken } = cleanUp.use(await startPool(platform, api, pool));
  const { database } = platform.db;
  const made = await api.call('/api/admin/service-keys', { token: adminToken, body: { name: 'bot' } });
  const botEnv = (discord: DiscordStandIn) => ({
    DISCORD_TOKEN: discord.state.token,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_CDN_HOSTS: discord.cdnHost,
    STAR_GRAPH_API_URL: api.url,
    STAR_GRAPH_SERVICE_KEY: String(made.body.key),
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
  });
  return {
    backend,
    api,
    database,
    adminToken,
    botEnv,
    startBot(discord, clock, over = {}) {
      const config = parseBotConfig({ ...botEnv(discord), ...over });
      return startBot({ clock, log: pino({ level: config.LOG_LEVEL }) }, config);
    },
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

/** Links to files are made before the API listens, so its address must be known. */
async function chooseAddress(): Promise<Record<string, string>> {
  const port = await findFreePort();
  return {
    API_PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SIGN_UP_GRANT: '1000',
    PAY_OUTSIDE_TEXT: 'Send it to DE00 0000.',
    SIGN_UP_GRANT_LOCK_DAYS: '0',
  };
}
