import { readConfiguration } from '@star-graph/core/ground/runtime/configuration';
import { telemetryEnv } from '@star-graph/core/ground/telemetry/telemetryEnv';
import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
const hosts = z
  .string()
  .default('cdn.discordapp.com,media.discordapp.net')
  .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()));
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

/** Variables that only the bot reads. The descriptions become `.env.example`. */
export const discordEnvSchema = z.object({
  DISCORD_CDN_HOSTS: hosts.describe('Hosts that attachments may be fetched from'),
  DISCORD_SHARDS: list.describe(
    'Shards of this process, comma-separated; `shared`: its share of them, among all processes that run; unset: as many as Discord advises',
  ),
  DISCORD_SHARD_COUNT: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Shards of all processes together; needed where DISCORD_SHARDS lists some'),
  DISCORD_INTERACTIONS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('Port to which a proxy leads what Discord posts; unset: interactions come by the gateway'),
  DISCORD_INTERACTIONS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address that DISCORD_INTERACTIONS_PORT listens on'),
  STAR_GRAPH_SERVICE_KEY: z
    .string()
    .regex(/^sgs_/, { error: 'must be a service key, sgs_…' })
    .describe('Service key the bot acts with; unset: npm start makes one'),
  BOT_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe("Port for the bot's health and metrics; unset: none"),
});

/** Whether the API divides the shards among the processes that run. */
export const sharesShards = ({ DISCORD_SHARDS: [first, ...others] }: { DISCORD_SHARDS: string[] }): boolean =>
  first === 'shared' && others.length === 0;

/** Checked beside other faults, so that all of them are reported at once. */
const hasShards = ({ value }: { value: unknown }): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'DISCORD_SHARDS' in value &&
  Array.isArray(value.DISCORD_SHARDS);

/** Every variable of the bot's process. */
export const botEnvSchema = discordEnvSchema
  .extend({
    DISCORD_TOKEN: z.string().min(1),
    DISCORD_API_URL: url.default('https://discord.com/api'),
    STAR_GRAPH_API_URL: url.default('http://127.0.0.1:8080'),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    METRICS_HOST: z.string().default('127.0.0.1'),
    METRICS_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]{16,}$/, { error: 'must be 16 or more printable characters without spaces' })
      .optional(),
    SHUTDOWN_SECONDS: z.coerce.number().int().min(1).default(20),
    ...telemetryEnv,
  })
  .refine(
    (env) => sharesShards(env) || env.DISCORD_SHARDS.length === 0 || env.DISCORD_SHARD_COUNT !== undefined,
    {
      path: ['DISCORD_SHARD_COUNT'],
      error: 'must be set where DISCORD_SHARDS lists some',
      when: hasShards,
    },
  )
  .refine(
    (env) =>
      sharesShards(env) || env.DISCORD_SHARDS.every((id) => Number(id) < (env.DISCORD_SHARD_COUNT ?? 0)),
    {
      path: ['DISCORD_SHARDS'],
      error: 'must be numbers below DISCORD_SHARD_COUNT, or the word shared',
      when: hasShards,
    },
  );

export type BotEnv = Readonly<z.output<typeof botEnvSchema>>;

/** Each may stand in a file instead: `NAME_FILE` is its path. */
export const botSecretNames = [
  'DISCORD_TOKEN',
  'STAR_GRAPH_SERVICE_KEY',
  'METRICS_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

/**
 * Reads the environment once, and the files of its secrets; empty values count as absent.
 * @throws ConfigurationFault naming every variable that is wrong, with what to do, never the value.
 */
export const parseBotConfig = (given: Record<string, string | undefined>): BotEnv =>
  readConfiguration(botEnvSchema, given, {
    title: "The bot's configuration is wrong",
    secretNames: botSecretNames,
  });
