import { parseConfig } from '@star-graph/core/config';
import { systemClock } from '@star-graph/core/runtime/clock';
import { stopOnSignals } from '@star-graph/core/runtime/stopOnSignals';
import { startProcessMetrics } from '@star-graph/core/telemetry/metrics/processMetrics';
import pino from 'pino';
import { startApi } from './startApi.ts';

const env = parseConfig(process.env);
const log = pino({
  level: env.LOG_LEVEL,
  base: { process: 'api', pid: process.pid },
  redact: ['*.authorization', '*.headers.authorization', '*.password', '*.refreshToken', '*.accessToken'],
});
startProcessMetrics('api');
const api = await startApi({ clock: systemClock, log }, env);
// The parent process waits for this line.
console.log(JSON.stringify({ listening: api.url }));
stopOnSignals(() => api.stop(), { onFault: (err) => log.error({ err }, 'the stop failed') });
