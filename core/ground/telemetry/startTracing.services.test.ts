import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../testing/eventually.ts';
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from '../../testing/services/otlpReceiver.ts';
import { currentTraceId } from './currentTraceId.ts';
import { inSpan, isTracing, openSpan, recordSpan, spanIdOf, traceHeaders } from './spans.ts';
import { startTracing, type Tracing } from './startTracing.ts';
import { telemetryEnv } from './telemetryEnv.ts';

const schema = z.object(telemetryEnv);
const log = pino({ level: 'silent' });
const service = { name: 'a test', version: '1' };

let tracing: Tracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

/** A stop waits for the receiver for a while, and on a busy machine the spans come after it. */
const received = (receiver: OtlpReceiver, count: number): Promise<ReceivedSpan[]> =>
  eventually(() => {
    expect(receiver.spans()).toHaveLength(count);
    return receiver.spans();
  });

async function start(env: Record<string, string>): Promise<void> {
  tracing = await startTracing({ log }, schema.parse(env), service);
}

test('without a receiver nothing is recorded, and a trace has an id all the same', async () => {
  await start({});
  expect(isTracing()).toBe(false);
  const { context } = openSpan({ name: 'a request', kind: 'server' });
  expect(context).toEqual({
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    isSampled: false,
  });
  expect(await inSpan({ name: 'within', parent: context }, async (own) => own)).toEqual(context);
  expect([traceHeaders(), currentTraceId()]).toEqual([{}, undefined]);
});

test('a span is sent with its parent, its given id and its links', async () => {
  await using receiver = await startOtlpReceiver();
  await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc,x-scope=shop',
  });
  const inner = await inSpan({ name: 'outer' }, async (own) => {
    await Promise.resolve();
    expect(currentTraceId()).toBe(own.traceId);
    expect(traceHeaders().traceparent).toBe(`00-${own.traceId}-${own.spanId}-01`);
    return recordSpan({
      name: 'inner',
      parent: own,
      id: spanIdOf('a key'),
      links: [own],
      endedAt: new Date(),
    });
  });
  await tracing?.stop();
  const [one, other] = await received(receiver, 2);
  expect([one?.name, other?.name]).toEqual(['inner', 'outer']);
  expect(one).toMatchObject({ parentId: other?.spanId, spanId: spanIdOf('a key'), links: [other?.spanId] });
  expect(inner.traceId).toBe(other?.traceId);
  expect(receiver.headers()).toMatchObject({ authorization: 'Basic abc', 'x-scope': 'shop' });
});

test('protobuf, the usual protocol, is what is sent by default', async () => {
  await using receiver = await startOtlpReceiver();
  await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  recordSpan({ name: 'a span of protobuf' });
  await tracing?.stop();
  await eventually(() => expect(receiver.bodies()).toHaveLength(1));
  expect(receiver.headers()['content-type']).toBe('application/x-protobuf');
  expect(receiver.bodies()[0]?.toString('latin1')).toContain('a span of protobuf');
});

test('a failure is told by its class or code, never by its message', async () => {
  await using receiver = await startOtlpReceiver();
  await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
  const fail = (error: Error) =>
    inSpan({ name: error.name }, () => Promise.reject(error)).catch(() => undefined);
  await fail(new RangeError('said by a person'));
  await fail(Object.assign(new Error('said by a person'), { code: 'ECONNRESET' }));
  await tracing?.stop();
  expect(
    (await received(receiver, 2)).map(({ attributes, isError }) => [attributes['error.type'], isError]),
  ).toEqual([
    ['RangeError', true],
    ['ECONNRESET', true],
  ]);
  expect(receiver.bodies().join()).not.toContain('said by a person');
});

test('a stop does not wait for a receiver that hangs or is away', async () => {
  await using hanging = await startOtlpReceiver();
  hanging.hang();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const away = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.close();
  for (const OTEL_EXPORTER_OTLP_ENDPOINT of [hanging.url, away]) {
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT });
    recordSpan({ name: 'lost' });
    await tracing?.stop();
    expect(isTracing()).toBe(false);
  }
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'tempo:4317', /begins with http/],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://me:secret@tempo', /no user and password/],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /gRPC is not spoken/],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'Basic secret', /name=value/],
  ['OTEL_TRACES_SAMPLER', 'sometimes', /parentbased_traceidratio/],
  ['OTEL_TRACES_SAMPLER_ARG', '10%', /from 0 to 1/],
  ['OTEL_TRACES_SAMPLER_ARG', '2', /from 0 to 1/],
])('%s=%s is refused with a sentence that helps', (name, value, sentence) => {
  const { error } = schema.safeParse({ [name]: value });
  expect(error?.issues).toHaveLength(1);
  expect(error?.issues[0]?.message).toMatch(sentence);
  expect(error?.issues[0]?.message).not.toContain('secret');
});
