import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { orEnd } from '@star-graph/core/ground/runtime/configuration';
import { openStatusServer } from '@star-graph/core/ground/runtime/statusServer';
import { stopOnSignals } from '@star-graph/core/ground/runtime/stopOnSignals';
import { announce, createLogger } from '@star-graph/core/ground/telemetry/createLogger';
import { startProcessMetrics } from '@star-graph/core/ground/telemetry/processMetrics';
import { identifyService } from '@star-graph/core/ground/telemetry/service';
import { startTracing } from '@star-graph/core/ground/telemetry/startTracing';
import { parseBotConfig } from './config.ts';
import { startBot } from './startBot.ts';

const env = await orEnd(() => parseBotConfig(process.env));
const service = identifyService('bot', env);
const log = createLogger(service, { level: env.LOG_LEVEL });
startProcessMetrics('bot');
const tracing = await startTracing({ log }, env, service);
const bot = await startBot({ clock: systemClock, log }, env);
const status = await openStatusServer(env.BOT_PORT, env, bot.health);
// The parent process waits for this line.
announce(log, { ready: true, ...(status && { listening: status.url }) });

stopOnSignals(stop, {
  onFault: (err) => log.error({ err }, 'the stop failed'),
  limitMs: env.SHUTDOWN_SECONDS * 1_000,
});

async function stop(): Promise<void> {
  await status?.close();
  await bot.stop();
  await tracing.stop();
}
