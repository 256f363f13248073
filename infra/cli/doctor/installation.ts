import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import { envSchema } from '@star-graph/core/ground/config/config';
import type { z } from 'zod';
import { findRunning } from '../../launcher/dataDir/runningPlatform.ts';
import { findSecrets, type LauncherSecrets } from '../../launcher/dataDir/secrets.ts';
import { LaunchFailure } from '../../launcher/failure.ts';
import {
  type Environment,
  type LauncherConfig,
  parseLauncherConfig,
  readEnvironment,
} from '../../launcher/launcherConfig.ts';
import { findPort } from '../../launcher/processes/portMemory.ts';
import { databaseUrlAt } from '../../launcher/services/embeddedServices.ts';
import { redisUrl } from '../../launcher/services/redis.ts';
import { localUrl } from '../../launcher/startPlatform.ts';

const schema = envSchema.partial({ DATABASE_URL: true, REDIS_URL: true, JWT_KEYS: true });

/** One installation, by the settings that its processes read and by what the launcher keeps beside it. */
export interface Installation {
  root: string;
  /** `.env` under the real environment, as the launcher reads it. */
  env: Environment;
  /** The two apart: what stands in both may differ. */
  sources: { file: Environment; process: Environment };
  settings: z.output<typeof schema>;
  launcher: LauncherConfig;
  secrets: Partial<LauncherSecrets>;
  /** Undefined: the launcher's own one, which does not run. */
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** The API on this machine. */
  apiUrl: string;
  publicUrl: string;
  /** For tickets; undefined where no API was started yet. */
  jwtKeys: string | undefined;
}

/** @returns findings instead, where the settings do not let any process start. */
export function readInstallation(root: string, processEnv: Environment): Installation | Finding[] {
  try {
    return open(root, readEnvironment(root, processEnv), processEnv);
  } catch (error) {
    if (!(error instanceof LaunchFailure)) throw error;
    const [what = '', ...faults] = error.message.split('\n');
    const list = faults.map((fault) => fault.trim()).join('; ');
    return [
      finding(
        'configuration-wrong',
        `${what} ${list}`.trim(),
        'Correct all of them, in the environment or in .env; .env.example describes each.',
      ),
    ];
  }
}

function open(root: string, env: Environment, processEnv: Environment): Installation {
  const launcher = parseLauncherConfig(root, env);
  const settings = schema.parse(env);
  const secrets = findSecrets(launcher.dataDir) ?? {};
  const running = findRunning(launcher.dataDir);
  const apiUrl = running?.url ?? localUrl(launcher.apiHost, launcher.apiPort);
  const file = join(root, '.env');
  return {
    root,
    env,
    sources: { file: existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}, process: processEnv },
    settings,
    launcher,
    secrets,
    databaseUrl:
      launcher.databaseUrl ??
      withPort(launcher, running, 'mariadb', (port) =>
        databaseUrlAt({ databasePassword: secrets.databasePassword ?? '' }, port),
      ),
    redisUrl:
      launcher.redisUrl ??
      withPort(launcher, running, 'redis', (port) =>
        redisUrl({ port, password: secrets.redisPassword ?? '' }),
      ),
    apiUrl,
    publicUrl: (settings.PUBLIC_URL ?? apiUrl).replace(/\/+$/, ''),
    jwtKeys: env.JWT_KEYS ?? secrets.jwtKeys,
  };
}

function withPort(
  { dataDir }: LauncherConfig,
  running: object | undefined,
  name: string,
  urlOf: (port: number) => string,
): string | undefined {
  const port = running && findPort(dataDir, name);
  return port === undefined ? undefined : urlOf(port);
}
