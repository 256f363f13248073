import packageJson from '../../package.json' with { type: 'json' };
import type { TelemetryEnv } from './telemetryEnv.ts';

/** What a process is called in its traces and log lines. */
export interface ServiceIdentity {
  name: string;
  version: string;
}

export const identifyService = (
  process: 'api' | 'dispatcher' | 'bot',
  { OTEL_SERVICE_NAME: name }: Pick<TelemetryEnv, 'OTEL_SERVICE_NAME'>,
): ServiceIdentity => ({ name: name ?? `star-graph-${process}`, version: packageJson.version });
