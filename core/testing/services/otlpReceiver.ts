import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answering } from './answering.ts';

/** A span as it arrived. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentId: string | undefined;
  name: string;
  service: string;
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
  /** Span ids. */
  links: string[];
  isError: boolean;
}

/** Receives traces by OTLP over HTTP, in JSON; everything else is only kept. */
export interface OtlpReceiver extends AsyncDisposable {
  url: string;
  spans(): ReceivedSpan[];
  /** The bodies, as they came. */
  bodies(): Buffer[];
  /** Of the last request. */
  headers(): Record<string, unknown>;
  /** From now on requests are taken and not answered. */
  hang(): void;
}

interface Value {
  stringValue?: string;
  intValue?: string | number;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values: Value[] };
}
interface Pair {
  key: string;
  value: Value;
}
interface Sent {
  resourceSpans: {
    resource: { attributes: Pair[] };
    scopeSpans: { spans: SentSpan[] }[];
  }[];
}
interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Pair[];
  links?: { spanId: string }[];
  status?: { code?: number };
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const bodies: Buffer[] = [];
  const spans: ReceivedSpan[] = [];
  let headers: Record<string, unknown> = {};
  let isHanging = false;
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    ({ headers } = request);
    bodies.push(body);
    if (request.headers['content-type'] === 'application/json') spans.push(...readSpans(body));
    if (!isHanging) response.setHeader('content-type', 'application/json').end('{}');
  };
  const server = createServer(answering(serve));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    bodies: () => bodies,
    headers: () => headers,
    hang() {
      isHanging = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function readSpans(body: Buffer): ReceivedSpan[] {
  const { resourceSpans } = JSON.parse(body.toString()) as Sent;
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(readPairs(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => readSpan(span, service)));
  });
}

const readSpan = (span: SentSpan, service: string): ReceivedSpan => ({
  traceId: span.traceId,
  spanId: span.spanId,
  parentId: span.parentSpanId || undefined,
  name: span.name,
  service,
  startMs: Number(BigInt(span.startTimeUnixNano) / 1_000n) / 1_000,
  endMs: Number(BigInt(span.endTimeUnixNano) / 1_000n) / 1_000,
  attributes: readPairs(span.attributes),
  links: (span.links ?? []).map(({ spanId }) => spanId),
  isError: span.status?.code === 2,
});

const readPairs = (pairs: readonly Pair[]): Record<string, unknown> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, readValue(value)]));

const readValue = (value: Value): unknown =>
  value.arrayValue
    ? value.arrayValue.values.map(readValue)
    : (value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue));
