import { parseConfig } from '@star-graph/core/config';
import { systemClock } from '@star-graph/core/runtime/clock';
import pino from 'pino';
import { collectDefaultMetrics } from 'prom-client';
import { startApi } from './startApi.ts';

const env = parseConfig(process.env);
const log = pino({
  level: env.LOG_LEVEL,
  base: { process: 'api', pid: process.pid },
  redact: ['*.authorization', '*.headers.authorization', '*.password', '*.refreshToken', '*.accessToken'],
});
collectDefaultMetrics();
const api = await startApi({ clock: systemClock, log }, env);
// The process that started this one waits for this line.
console.log(JSON.stringify({ listening: api.url }));

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second signal ends what the first could not.
    if (isStopping) process.exit(1);
    isStopping = true;
    api.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  });
}
