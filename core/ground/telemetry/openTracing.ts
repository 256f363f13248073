import { hostname } from 'node:os';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { boundedExport } from './boundedExport.ts';
import type { ServiceIdentity } from './service.ts';
import type { LiveTracing } from './spans.ts';
import type { TelemetryEnv } from './telemetryEnv.ts';

/** Makes the sampler that OpenTelemetry's own variables name. */
function createSampler({
  OTEL_TRACES_SAMPLER: name,
  OTEL_TRACES_SAMPLER_ARG: share,
}: Pick<TelemetryEnv, 'OTEL_TRACES_SAMPLER' | 'OTEL_TRACES_SAMPLER_ARG'>): Sampler {
  const own = name.replace('parentbased_', '');
  const root =
    own === 'always_on'
      ? new AlwaysOnSampler()
      : own === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(share);
  return name === own ? root : new ParentBasedSampler({ root });
}

export interface OpenTracing {
  live: LiveTracing;
  stop(): Promise<void>;
}

/** A receiver that takes longer gets the batch again later, or loses it. */
const exportTimeoutMs = 10_000;
const stopTimeoutMs = 2_000;

/** The parts of OpenTelemetry that record spans and send them. */
export async function openTracing(
  { log }: { log: Logger },
  env: TelemetryEnv & { endpoint: string },
  service: ServiceIdentity,
): Promise<OpenTracing> {
  const exporter = await createExporter(env);
  const ids = createIds();
  const provider = new TracerProvider({
    sampler: createSampler(env),
    idGenerator: ids,
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(
        resourceFromAttributes({
          'service.namespace': 'star-graph',
          'service.name': service.name,
          'service.version': service.version,
          'host.name': hostname(),
          'process.pid': process.pid,
        }),
      ),
    spanProcessors: [boundedExport({ log, exporter, exportTimeoutMs })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    live: { tracer: provider.getTracer('star-graph', service.version), pinId: ids.pin },
    async stop() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, stopTimeoutMs);
      // What could not be sent was counted by then.
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      context.disable();
    },
  };
}

async function createExporter(env: TelemetryEnv & { endpoint: string }): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await (env.OTEL_EXPORTER_OTLP_PROTOCOL === 'http/json'
    ? import('@opentelemetry/exporter-trace-otlp-http')
    : import('@opentelemetry/exporter-trace-otlp-proto'));
  return new OTLPTraceExporter({
    url: `${env.endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...env.OTEL_EXPORTER_OTLP_HEADERS },
    timeoutMillis: exportTimeoutMs,
  });
}

/** Random ids, except where the next one is given. */
function createIds() {
  const random = new RandomIdGenerator();
  let pinned: string | undefined;
  return {
    pin(id: string): void {
      pinned = id;
    },
    generateTraceId: () => random.generateTraceId(),
    generateSpanId(): string {
      const id = pinned ?? random.generateSpanId();
      pinned = undefined;
      return id;
    },
  };
}
