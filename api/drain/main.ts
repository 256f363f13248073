import { readFileSync } from 'node:fs';
import { createClient } from '@star-graph/client/client';
import { createKeyCredentials } from '@star-graph/client/credentials';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { orEnd } from '@star-graph/core/ground/runtime/configuration';
import { stopOnSignals } from '@star-graph/core/ground/runtime/stopOnSignals';
import pino from 'pino';
import { createBackendDrain } from './backendDrain.ts';
import { parseDrainConfig } from './drainConfig.ts';
import { startDrainServer } from './drainServer.ts';

const env = await orEnd(() => parseDrainConfig(process.env));
const log = pino({ level: env.LOG_LEVEL, base: { process: 'drain', pid: process.pid } });
const apiKey = readFileSync(env.DRAIN_KEY_FILE, 'utf8').trim();
const client = createClient({
  baseUrl: env.STAR_GRAPH_API_URL,
  credentials: createKeyCredentials({ apiKey }),
});
const backend = createBackendDrain(
  { client, clock: systemClock, log },
  {
    url: env.DRAIN_BACKEND_URL,
    limitMs: env.DRAIN_SECONDS * 1_000,
    pollMs: env.DRAIN_POLL_SECONDS * 1_000,
  },
);

if (env.DRAIN_PORT === undefined) {
  const { isEmpty } = await backend.drain();
  process.exit(isEmpty ? 0 : 1);
}
const server = await startDrainServer(backend, { port: env.DRAIN_PORT });
// Whoever starts it waits for this line.
console.log(JSON.stringify({ ready: true, port: server.port }));
stopOnSignals(server.close, { onFault: (err) => log.error({ err }, 'the stop failed') });
await backend.takeBack();
