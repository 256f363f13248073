import { readConfiguration } from '@star-graph/core/ground/runtime/configuration';
import { z } from 'zod';

const web = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const seconds = (fallback: number, least: number) => z.coerce.number().int().min(least).default(fallback);

/** Every variable of the drain's process. */
export const drainEnvSchema = z.object({
  STAR_GRAPH_API_URL: web.describe('Where the API is'),
  DRAIN_BACKEND_URL: web.describe('The address of the GPU server, as the pool has it'),
  DRAIN_KEY_FILE: z.string().min(1).describe('File with an API key that has the scope backends:drain'),
  DRAIN_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('Waits there for GET /drain; unset: drains at once and ends'),
  DRAIN_SECONDS: seconds(1_800, 1).describe('How long a drain waits for the last task'),
  DRAIN_POLL_SECONDS: seconds(5, 1).describe('Seconds from one question to the next'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

type DrainEnv = Readonly<z.output<typeof drainEnvSchema>>;

/**
 * Reads the environment once; empty values count as absent.
 * @throws ConfigurationFault naming every variable that is wrong, with what to do, never the value.
 */
export const parseDrainConfig = (env: Record<string, string | undefined>): DrainEnv =>
  readConfiguration(drainEnvSchema, env, { title: "The drain's configuration is wrong", secretNames: [] });
