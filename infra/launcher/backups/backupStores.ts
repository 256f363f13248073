import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetRedis } from '@star-graph/core/desk/backup/forgetRedis';
import { envSchema } from '@star-graph/core/ground/config/config';
import { createFixedRing, environmentKid } from '@star-graph/core/ground/encryption/signingRing';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createStorage } from '@star-graph/core/ground/storage/createStorage';
import { createFileStorage } from '@star-graph/core/ground/storage/fileStorage';
import type { Storage } from '@star-graph/core/ground/storage/storage';
import { prepareDataDir } from '../dataDir/dataDir.ts';
import { takeLauncherLock } from '../dataDir/launcherLock.ts';
import { ensureSecrets, fillSecrets, findSecrets, type LauncherSecrets } from '../dataDir/secrets.ts';
import { LaunchFailure } from '../failure.ts';
import type { Environment, LauncherConfig } from '../launcherConfig.ts';
import { findPort, rememberPort } from '../processes/portMemory.ts';
import { isSameProcess } from '../processes/processIdentity.ts';
import { createProcessRegistry, reapLeftovers } from '../processes/processRegistry.ts';
import { supervise } from '../processes/supervisor.ts';
import { databaseUrlAt, describeDatabase } from '../services/embeddedServices.ts';
import { requirePrograms } from '../services/requirePrograms.ts';
import { listSearchDirs } from '../services/tools.ts';

export interface BackupStores {
  databaseUrl: string;
  storage: Storage;
  secrets: LauncherSecrets;
  /** Forgets all that Redis holds of this installation. */
  emptyRedis(): Promise<void>;
}

interface Deps {
  config: LauncherConfig;
  env: Environment;
  say(sentence: string): void;
}

/**
 * The stores of a platform, whether it runs or not: a private MariaDB that does not run is started for as long as the
 * work takes.
 * @param isAlone the platform must not run: its launcher is refused meanwhile, and so are we while it runs.
 */
export async function useStores<Result>(
  deps: Deps,
  isAlone: boolean,
  work: (stores: BackupStores) => Promise<Result>,
): Promise<Result> {
  const { config, env, say } = deps;
  prepareDataDir(config.dataDir);
  await using parts = new AsyncDisposableStack();
  const isOurs = takeLock(config, isAlone, parts);
  const secrets = openSecrets(config, env);
  const databaseUrl = config.databaseUrl ?? (await openPrivate(deps, secrets, isAlone, isOurs, parts));
  const storage = await openStorage(config, secrets, say);
  const prefix = envSchema.shape.REDIS_PREFIX.parse(env.REDIS_PREFIX);
  return await work({
    databaseUrl,
    storage,
    secrets,
    emptyRedis: async () => {
      if (config.redisUrl !== undefined) await forgetRedis(config.redisUrl, prefix);
      // The private Redis is stopped; this is all that it would load.
      else await rm(join(config.dataDir, 'redis'), { recursive: true, force: true });
    },
  });
}

/** Beside a database of one's own, whose keys stand in the settings, none is made: they would be others in a second place. */
function openSecrets({ dataDir, databaseUrl }: LauncherConfig, env: Environment): LauncherSecrets {
  const { JWT_KEYS: jwtKeys, DATA_KEYS: dataKeys } = env;
  if (databaseUrl === undefined || !jwtKeys || !dataKeys) return ensureSecrets(dataDir);
  return fillSecrets(findSecrets(dataDir) ?? {}, { jwtKeys, dataKeys });
}

/** @returns whether the launcher's lock is ours, so that no launcher runs. */
function takeLock({ dataDir }: LauncherConfig, isAlone: boolean, parts: AsyncDisposableStack): boolean {
  try {
    const lock = takeLauncherLock(dataDir);
    parts.defer(async () => lock.release());
    return true;
  } catch (error) {
    if (isAlone || !(error instanceof LaunchFailure)) throw error;
    return false;
  }
}

async function openPrivate(
  { config, env }: Deps,
  secrets: LauncherSecrets,
  isAlone: boolean,
  isOurs: boolean,
  parts: AsyncDisposableStack,
): Promise<string> {
  const registry = createProcessRegistry(join(config.dataDir, 'run'));
  const runs = registry.list().some((one) => one.name === 'mariadb' && isSameProcess(one));
  if (!isOurs || (runs && !isAlone)) {
    const port = runs ? findPort(config.dataDir, 'mariadb') : undefined;
    if (port === undefined)
      throw new LaunchFailure('The platform is starting or stopping. Try again in a minute.');
    return databaseUrlAt(secrets, port);
  }
  await reapLeftovers({ clock: systemClock, registry }, 15_000);
  const environment = { searchDirs: listSearchDirs(env.PATH), isRoot: process.getuid?.() === 0 };
  const { mariadb } = await requirePrograms({ environment, note: () => undefined }, ['mariadb']);
  const port = await rememberPort(config.dataDir, 'mariadb');
  const { spec, url } = describeDatabase(config, secrets, { program: mariadb, port });
  const server = await supervise({ clock: systemClock, registry, report: () => undefined }, spec);
  parts.defer(() => server.stop());
  return url;
}

function openStorage(
  { objectStorage, dataDir }: LauncherConfig,
  { fileSigningKey }: LauncherSecrets,
  warn: (sentence: string) => void,
): Promise<Storage> {
  if (objectStorage) return createStorage({ clock: systemClock, warn }, objectStorage);
  const directory = join(dataDir, 'storage');
  const keys = createFixedRing([{ kid: environmentKid, secret: Buffer.from(fileSigningKey) }]);
  return createFileStorage({ clock: systemClock }, { directory, publicUrl: 'http://127.0.0.1', keys });
}
