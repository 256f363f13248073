import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { botEnvSchema, botSecretNames } from '@star-graph/bot/config';
import { type NamedBackend, nameBackends } from '@star-graph/core/comfy/namedBackends';
import { envSchema } from '@star-graph/core/ground/config/config';
import { secretNames } from '@star-graph/core/ground/config/secretNames';
import { findFaultsTogether } from '@star-graph/core/ground/config/together';
import { readSecretFiles } from '@star-graph/core/ground/runtime/secretFiles';
import type { StorageEnv } from '@star-graph/core/ground/storage/createStorage';
import type { z } from 'zod';
import { tryEnvSchema } from '../cli/try/tryConfig.ts';
import { type BackupEnv, backupEnvSchema } from './backups/backupConfig.ts';
import { LaunchFailure } from './failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The launcher's own settings; all others are passed on to the processes that read them. */
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
  objectStorage: StorageEnv | undefined;
  /** Empty: the preview backend. */
  backends: readonly NamedBackend[];
  /** Absolute. */
  authoritiesFile: string | undefined;
  discordToken: string | undefined;
  shutdownSeconds: number;
  backup: BackupEnv;
}

/** The launcher makes the key that signs files, so it misses none. */
const judgedTogether = Object.keys(envSchema.shape).filter((name) => name !== 'FILE_SIGNING_KEY');

/** Each may stand in a file instead: `NAME_FILE` is its path. */
const allSecretNames = [...secretNames, ...botSecretNames, 'BACKUP_PASSPHRASE'];

/**
 * `.env` in the checkout under the real environment, which wins, an empty value too: it undoes the file's. Secrets that
 * stand in files are read.
 * @throws LaunchFailure naming every secret that cannot be had from its file.
 */
export function readEnvironment(root: string, env: Environment): Environment {
  const file = join(root, '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const read = readSecretFiles({ ...fromFile, ...env }, allSecretNames);
  if (read.faults.size > 0)
    throw new LaunchFailure(
      describeFaults([...read.faults].map(([name, message]) => ({ path: [name], message }))),
    );
  return Object.fromEntries(Object.entries(read.env).filter(([, value]) => value !== ''));
}

/** The platform's settings with the launcher's own checks. */
const createSchema = (root: string) => {
  const isFolder = (dir: string | undefined) =>
    dir === undefined || statSync(resolve(root, dir), { throwIfNoEntry: false })?.isDirectory();
  return (
    envSchema
      // The launcher supplies these three where they are absent.
      .partial({ DATABASE_URL: true, REDIS_URL: true, JWT_KEYS: true })
      .extend({
        API_PORT: envSchema.shape.API_PORT.refine((port) => port > 0, {
          message: 'must be 1 to 65535: npm start has to know where to find the API',
        }),
        WORKFLOWS_DIR: envSchema.shape.WORKFLOWS_DIR.refine(isFolder, noFolder),
        MODELS_DIR: envSchema.shape.MODELS_DIR.refine(isFolder, noFolder),
      })
  );
};

const noFolder = { message: 'must be a folder that exists' };

/** What the launcher supplies to the bot, or the person later. */
const botStandIns = { DISCORD_TOKEN: 'none', STAR_GRAPH_SERVICE_KEY: 'sgs_none' };

/**
 * Checks every variable of every process before anything is started.
 * @throws LaunchFailure naming all that are wrong, never their values.
 */
export function parseLauncherConfig(root: string, env: Environment): LauncherConfig {
  const result = createSchema(root).safeParse(env);
  const backup = backupEnvSchema.safeParse(env);
  const others = [botEnvSchema.safeParse({ ...botStandIns, ...env }), tryEnvSchema.safeParse(env), backup];
  const together = [...findFaultsTogether(env, judgedTogether)];
  const issues = [
    ...together.map(([name, message]) => ({ path: [name], message })),
    ...[result, ...others].flatMap(({ error }) => error?.issues ?? []),
  ];
  if (!result.success || !backup.success || issues.length > 0)
    throw new LaunchFailure(describeFaults(issues));
  return {
    dataDir: resolve(root, result.data.DATA_DIR),
    apiHost: result.data.API_HOST,
    apiPort: result.data.API_PORT,
    isApiPortAsked: env.API_PORT !== undefined,
    adminUsername: result.data.ADMIN_USERNAME,
    adminPassword: result.data.ADMIN_PASSWORD,
    databaseUrl: result.data.DATABASE_URL,
    redisUrl: result.data.REDIS_URL,
    objectStorage: result.data.S3_ENDPOINT === undefined ? undefined : result.data,
    backends: readBackends(result.data),
    authoritiesFile:
      result.data.COMFYUI_CA_FILE === undefined ? undefined : resolve(root, result.data.COMFYUI_CA_FILE),
    discordToken: env.DISCORD_TOKEN,
    shutdownSeconds: result.data.SHUTDOWN_SECONDS,
    backup: backup.data,
  };
}

function readBackends(
  env: Pick<z.output<typeof envSchema>, 'COMFYUI_URLS' | 'COMFYUI_CREDENTIALS'>,
): NamedBackend[] {
  try {
    return nameBackends(env.COMFYUI_URLS, env.COMFYUI_CREDENTIALS ?? {});
  } catch (cause) {
    throw new LaunchFailure(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A variable that several processes read is named once. */
function describeFaults(issues: readonly Pick<z.core.$ZodIssue, 'path' | 'message'>[]): string {
  const faults = new Map<string, string>();
  for (const { path, message } of issues.toReversed()) faults.set(path.join('.'), message);
  const lines = [...faults].map(([name, message]) => `  ${name}: ${message}`).sort();
  return `The configuration (environment or .env) is wrong:\n${lines.join('\n')}`;
}
