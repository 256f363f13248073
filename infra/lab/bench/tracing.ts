import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inSpan, openSpan } from '@star-graph/core/ground/telemetry/spans';
import { startTracing } from '@star-graph/core/ground/telemetry/startTracing';
import { telemetryEnv } from '@star-graph/core/ground/telemetry/telemetryEnv';
import { silentLog } from '@star-graph/core/testing/events';
import { z } from 'zod';
import { type Measurement, percentile } from './report.ts';

const requests = 2_000;
const pairs = 7;

/**
 * The spans of an accepted task in the API, of the request and of its transaction: with nothing that records, and with a
 * receiver that takes all of them, in turns.
 */
export async function measureTracing(): Promise<Measurement> {
  const receiver = createServer((request, response) => request.resume().on('end', () => response.end()));
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const [off, on]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    off.push(await timeRequests());
    const env = z.object(telemetryEnv).parse({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    const tracing = await startTracing({ log: silentLog }, env, {
      name: 'bench',
      version: '0',
    });
    on.push(await timeRequests());
    await tracing.stop();
  }
  receiver.close();
  const [offUs, onUs] = [percentile(off, 0.5), percentile(on, 0.5)];
  return {
    what: 'the spans of an accepted task, tracing off',
    measured: `${offUs.toFixed(1)} µs`,
    limit: `${onUs.toFixed(1)} µs with all recorded and sent`,
    ratio: offUs / onUs,
    target: '≤ 10 µs',
  };
}

/** @returns µs for each */
async function timeRequests(): Promise<number> {
  const startMs = performance.now();
  for (let request = 0; request < requests; request++) {
    const span = openSpan({ name: 'POST', kind: 'server', attributes: { 'http.request.method': 'POST' } });
    await span.run(() => inSpan({ name: 'commit' }, async () => undefined));
    span.end({ attributes: { 'http.response.status_code': 202 } });
  }
  return ((performance.now() - startMs) * 1_000) / requests;
}
