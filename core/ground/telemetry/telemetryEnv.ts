import { z } from 'zod';

const isWebUrl = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
const isPlain = (text: string): boolean => {
  const { username, password } = new URL(text);
  return username === '' && password === '';
};

const headers = z
  .string()
  .refine((text) => text.split(',').every((pair) => /^\s*[\w.-]+\s*=[^\s,][^,]*$/.test(pair)), {
    error: 'must be name=value pairs, comma-separated, such as authorization=Basic%20…',
  })
  .transform((text) =>
    Object.fromEntries(
      text.split(',').map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())];
      }),
    ),
  );

/** Values are percent-encoded; one that is not is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Traces, by the names that OpenTelemetry gives these variables. Of every process. */
export const telemetryEnv = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine(isWebUrl, { error: 'must be a URL that begins with http:// or https://', abort: true })
    .refine(isPlain, { error: 'must have no user and password: they go into OTEL_EXPORTER_OTLP_HEADERS' })
    .optional()
    .describe(
      'Receiver of traces by OTLP over HTTP, such as http://127.0.0.1:4318; unset: none are recorded',
    ),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'], { error: 'must be http/protobuf or http/json; gRPC is not spoken' })
    .default('http/protobuf')
    .describe('How traces are sent: http/protobuf or http/json'),
  OTEL_EXPORTER_OTLP_HEADERS: headers
    .optional()
    .describe('Headers for that receiver, name=value, comma-separated, values percent-encoded'),
  OTEL_SERVICE_NAME: z
    .string()
    .max(200)
    .optional()
    .describe('Name of the process in traces and logs; unset: star-graph-api, -dispatcher or -bot'),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .describe(
      'Further facts for every span, name=value, comma-separated, such as deployment.environment.name=shop',
    ),
  OTEL_TRACES_SAMPLER: z
    .enum(samplers)
    .default('parentbased_always_on')
    .describe('Which traces are recorded'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'must be a number from 0 to 1' })
    .min(0, { error: 'must be a number from 0 to 1' })
    .max(1, { error: 'must be a number from 0 to 1' })
    .default(1)
    .describe('Share of traces that the samplers with traceidratio record, 0 to 1'),
};

const schema = z.object(telemetryEnv);
export type TelemetryEnv = Readonly<z.output<typeof schema>>;
