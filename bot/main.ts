import { stopOnSignals } from '@star-graph/core/runtime/stopOnSignals';
import pino from 'pino';
import { collectDefaultMetrics } from 'prom-client';
import { systemBotClock } from './clock.ts';
import { parseBotConfig } from './config.ts';
import { startBot } from './startBot.ts';
import { startStatusServer } from './statusServer.ts';

const env = parseBotConfig(process.env);
const log = pino({ level: env.LOG_LEVEL, base: { process: 'bot', pid: process.pid } });
collectDefaultMetrics();
const bot = await startBot({ clock: systemBotClock, log }, env);
const status =
  env.BOT_PORT === undefined
    ? undefined
    : await startStatusServer(
        { port: env.BOT_PORT, host: env.METRICS_HOST, token: env.METRICS_TOKEN },
        bot.isReady,
      );
// The process that started this one waits for this line.
console.log(JSON.stringify({ ready: true, ...(status && { listening: status.url }) }));

stopOnSignals(stop, {
  onFault: (err) => log.error({ err }, 'the stop failed'),
  limitMs: env.SHUTDOWN_SECONDS * 1_000,
});

async function stop(): Promise<void> {
  await status?.close();
  await bot.stop();
}
