import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { orEnd } from '@star-graph/core/ground/runtime/configuration';
import { stopOnSignals } from '@star-graph/core/ground/runtime/stopOnSignals';
import { announce, createLogger } from '@star-graph/core/ground/telemetry/createLogger';
import { startProcessMetrics } from '@star-graph/core/ground/telemetry/processMetrics';
import { identifyService } from '@star-graph/core/ground/telemetry/service';
import { startTracing } from '@star-graph/core/ground/telemetry/startTracing';
import { pictureSandbox } from '@star-graph/core/media/sandbox/pictureSandbox';
import { startApi } from './startApi.ts';

const env = await orEnd(() => parseConfig(process.env));
const service = identifyService('api', env);
const log = createLogger(service, { level: env.LOG_LEVEL });
startProcessMetrics('api');
pictureSandbox.open(log);
const tracing = await startTracing({ log }, env, service);
const api = await orEnd(() => startApi({ clock: systemClock, log }, env));
// The parent process waits for this line.
announce(log, { listening: api.url });
stopOnSignals(stop, { onFault: (err) => log.error({ err }, 'the stop failed') });

async function stop(): Promise<void> {
  await api.stop();
  await tracing.stop();
}
