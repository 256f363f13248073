import { z } from 'zod';
import { readConfiguration } from '../runtime/configuration.ts';
import { telemetryEnv } from '../telemetry/telemetryEnv.ts';
import { accountsEnv } from './accountsEnv.ts';
import { backendsEnv } from './backendsEnv.ts';
import { discordEnv } from './discordEnv.ts';
import { graphEnv } from './graphEnv.ts';
import { limitsEnv } from './limitsEnv.ts';
import { mailEnv } from './mailEnv.ts';
import { oidcEnv } from './oidcEnv.ts';
import { operationEnv } from './operationEnv.ts';
import { paymentsEnv } from './paymentsEnv.ts';
import { safetyEnv } from './safetyEnv.ts';
import { secretNames } from './secretNames.ts';
import { servicesEnv } from './servicesEnv.ts';
import { textModelEnv } from './textModelEnv.ts';
import { findFaultsTogether } from './together.ts';

/** Every environment variable of api, dispatcher and bot. The descriptions become `.env.example`. */
export const envSchema = z.object({
  ...servicesEnv,
  ...backendsEnv,
  ...accountsEnv,
  ...oidcEnv,
  ...mailEnv,
  ...limitsEnv,
  ...safetyEnv,
  ...operationEnv,
  ...graphEnv,
  ...textModelEnv,
  ...paymentsEnv,
  ...discordEnv,
  ...telemetryEnv,
});

export type Env = Readonly<z.output<typeof envSchema>>;

/** The dispatcher's variables: it signs no one in, so it does not get the keys. */
export const dispatcherEnvSchema = envSchema.omit({
  JWT_KEYS: true,
  ADMIN_PASSWORD: true,
  STRIPE_WEBHOOK_SECRET: true,
  OIDC_PROVIDERS: true,
  OIDC_PROVIDERS_FILE: true,
  SHOP_WEBHOOK_SECRET: true,
  SMTP_URL: true,
  TEXT_MODEL_KEY: true,
  MODEL_HOST_TOKENS: true,
  DISCORD_TOKEN: true,
  DISCORD_CLIENT_SECRET: true,
});

export type DispatcherEnv = Readonly<z.output<typeof dispatcherEnvSchema>>;

/**
 * Reads the environment once, and the files of its secrets; empty values count as absent.
 * @throws ConfigurationFault naming every variable that is wrong, with what to do, never the value.
 */
export const parseConfig = (env: Record<string, string | undefined>): Env => parseEnvironment(envSchema, env);

/** Reads the environment of the dispatcher as `parseConfig` reads that of the API. */
export const parseDispatcherConfig = (env: Record<string, string | undefined>): DispatcherEnv =>
  parseEnvironment(dispatcherEnvSchema, env);

const parseEnvironment = <Schema extends z.ZodObject>(
  schema: Schema,
  given: Record<string, string | undefined>,
): Readonly<z.output<Schema>> =>
  readConfiguration(schema, given, {
    title: 'The configuration is wrong',
    secretNames: secretNames.filter((name) => name in schema.shape),
    judge: (env) => findFaultsTogether(env, Object.keys(schema.shape)),
  });

/** The API's address as people reach it, without a trailing slash. */
export const publicUrlOf = (env: Pick<Env, 'PUBLIC_URL' | 'API_HOST' | 'API_PORT'>): string =>
  (env.PUBLIC_URL ?? `http://${env.API_HOST}:${env.API_PORT}`).replace(/\/+$/, '');
