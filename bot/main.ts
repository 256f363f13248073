import { systemClock } from '@star-graph/core/runtime/clock';
import { openStatusServer } from '@star-graph/core/runtime/statusServer';
import { stopOnSignals } from '@star-graph/core/runtime/stopOnSignals';
import { startProcessMetrics } from '@star-graph/core/telemetry/metrics/processMetrics';
import pino from 'pino';
import { parseBotConfig } from './config.ts';
import { startBot } from './startBot.ts';

const env = parseBotConfig(process.env);
const log = pino({ level: env.LOG_LEVEL, base: { process: 'bot', pid: process.pid } });
startProcessMetrics('bot');
const bot = await startBot({ clock: systemClock, log }, env);
const status = await openStatusServer(env.BOT_PORT, env, bot.health);
// The parent process waits for this line.
console.log(JSON.stringify({ ready: true, ...(status && { listening: status.url }) }));

stopOnSignals(stop, {
  onFault: (err) => log.error({ err }, 'the stop failed'),
  limitMs: env.SHUTDOWN_SECONDS * 1_000,
});

async function stop(): Promise<void> {
  await status?.close();
  await bot.stop();
}
