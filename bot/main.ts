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

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second signal ends what the first could not.
    if (isStopping) process.exit(1);
    isStopping = true;
    const late = setTimeout(() => process.exit(1), env.SHUTDOWN_SECONDS * 1_000);
    stop().then(
      () => process.exit(0),
      (err: unknown) => {
        clearTimeout(late);
        log.error({ err }, 'the stop failed');
        process.exit(1);
      },
    );
  });
}

async function stop(): Promise<void> {
  await status?.close();
  await bot.stop();
}
