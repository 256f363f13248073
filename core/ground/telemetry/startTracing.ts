import type { Logger } from 'pino';
// Shown by every process, also by one that records nothing.
import './traceSpans.ts';
import type { ServiceIdentity } from './service.ts';
import { setLiveTracing } from './spans.ts';
import type { TelemetryEnv } from './telemetryEnv.ts';

export interface Tracing {
  /** Sends what is left, for two seconds at most. */
  stop(): Promise<void>;
}

/**
 * Records the spans of this process from now on, if there is a receiver. What that takes is loaded only then: without
 * one a process neither loads nor does anything.
 */
export async function startTracing(
  deps: { log: Logger },
  env: TelemetryEnv,
  service: ServiceIdentity,
): Promise<Tracing> {
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return { stop: async () => undefined };
  const { openTracing } = await import('./openTracing.ts');
  const { live, stop } = await openTracing(
    deps,
    { ...env, endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT },
    service,
  );
  setLiveTracing(live);
  return {
    async stop() {
      setLiveTracing(undefined);
      await stop();
    },
  };
}
