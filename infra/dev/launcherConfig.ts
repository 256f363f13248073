import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { envSchema } from '@star-graph/core/config';
import { LaunchFailure } from './failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the launcher itself decides by; everything else passes through to the processes that want it. */
export interface LauncherConfig {
  /** Absolute. */
  dataDir: string;
  apiHost: string;
  apiPort: number;
  /** An asked-for port is taken or refused; the usual one may give way to a neighbour's. */
  isApiPortAsked: boolean;
  adminUsername: string;
  /** Set: the person's own; unset: generated. */
  adminPassword: string | undefined;
  /** Each set one replaces the embedded part. */
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  comfyuiUrls: string | undefined;
  discordToken: string | undefined;
  shutdownSeconds: number;
}

/** `.env` in the checkout under the real environment, which wins, an empty value too: it undoes the file's. */
export function readEnvironment(root: string, env: Environment): Environment {
  const file = join(root, '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return Object.fromEntries(Object.entries({ ...fromFile, ...env }).filter(([, value]) => value !== ''));
}

/**
 * Checks every variable before anything is started.
 * @throws LaunchFailure naming all that are wrong, never their values.
 */
export function parseLauncherConfig(root: string, env: Environment): LauncherConfig {
  // The launcher supplies these three where they are absent.
  const result = envSchema.partial({ DATABASE_URL: true, REDIS_URL: true, JWT_KEYS: true }).safeParse(env);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new LaunchFailure(`The configuration (environment or .env) is wrong:\n${faults.join('\n')}`);
  }
  return {
    dataDir: resolve(root, result.data.DATA_DIR),
    apiHost: result.data.API_HOST,
    apiPort: result.data.API_PORT,
    isApiPortAsked: env.API_PORT !== undefined,
    adminUsername: result.data.ADMIN_USERNAME,
    adminPassword: result.data.ADMIN_PASSWORD,
    databaseUrl: result.data.DATABASE_URL,
    redisUrl: result.data.REDIS_URL,
    comfyuiUrls: env.COMFYUI_URLS,
    discordToken: env.DISCORD_TOKEN,
    shutdownSeconds: result.data.SHUTDOWN_SECONDS,
  };
}
