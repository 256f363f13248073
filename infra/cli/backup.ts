import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeBackupLock } from '@star-graph/core/desk/backup/backupLock';
import { type BackupProgress, createBackup } from '@star-graph/core/desk/backup/createBackup';
import type { BackupKeys } from '@star-graph/core/desk/backup/format';
import { createIdentity } from '@star-graph/core/desk/backup/sealedFile';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { backUpBeforeMigration } from '../launcher/backups/backUpBeforeMigration.ts';
import { backupDirOf, isBackupDue, nameOf, removeOldBackups } from '../launcher/backups/backupFolder.ts';
import { runBackupMain } from '../launcher/backups/backupMain.ts';
import { type BackupStores, useStores } from '../launcher/backups/backupStores.ts';
import { checkBackup } from '../launcher/backups/checkBackup.ts';
import { requireSeal } from '../launcher/backups/sealKeys.ts';
import { findAskedAt, tellOf, tellOfRemovals, tellOfRun } from '../launcher/backups/tellOfBackup.ts';
import {
  type Environment,
  type LauncherConfig,
  parseLauncherConfig,
  readEnvironment,
} from '../launcher/launcherConfig.ts';
import { readCall } from './readCall.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (sentence: string) => console.error(sentence);

const usage = `npm run backup                               writes an encrypted backup; the platform may run meanwhile
  --with-keys                                with the platform's keys
  --if-due                                   only where the schedule wants one
  --if-asked                                 only where an administrator has asked for one in the console
  --before-migration                         only where a migration is to come
npm run backup -- --check [file] [--identity <file>]
                                             restores one, or the last, into a database of its own, and says what it holds
npm run backup -- --new-identity             makes a key pair for backups`;

interface Options {
  withKeys: boolean;
  ifDue: boolean;
  ifAsked: boolean;
}

/** `npm run backup`: writes an encrypted backup of the platform, which may run meanwhile. */
async function main(): Promise<number> {
  const { values, positionals } = readCall(usage, {
    options: {
      'with-keys': { type: 'boolean', default: false },
      'if-due': { type: 'boolean', default: false },
      'if-asked': { type: 'boolean', default: false },
      'before-migration': { type: 'boolean', default: false },
      'new-identity': { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      identity: { type: 'string' },
    },
    allowPositionals: true,
  });
  if (values['new-identity']) {
    const { identity, recipient } = await createIdentity();
    console.log(`# public key: ${recipient}\n${identity}`);
    return 0;
  }
  const env = readEnvironment(root, process.env);
  const config = parseLauncherConfig(root, env);
  if (values['before-migration'])
    return useStores({ config, env, say }, false, (stores) => backUpBefore(stores, config));
  if (values.check) {
    const wanted = { file: positionals[0], identityFile: values.identity };
    return useStores({ config, env, say }, false, (stores) => checkBackup({ say }, stores, config, wanted));
  }
  const options = {
    withKeys: values['with-keys'],
    ifDue: values['if-due'],
    ifAsked: values['if-asked'],
  };
  return useStores({ config, env, say }, false, (stores) => backUp(stores, { config, env }, options));
}

async function backUpBefore({ databaseUrl }: BackupStores, config: LauncherConfig): Promise<number> {
  // A timer without settings would go unnoticed; whoever asks for this backup must get it.
  requireSeal(config.backup);
  const result = await backUpBeforeMigration({ clock: systemClock }, databaseUrl, config);
  console.log(result.kind === 'written' ? `Backup: ${result.path}` : 'No migration is pending.');
  return 0;
}

async function backUp(
  stores: BackupStores,
  { config, env }: { config: LauncherConfig; env: Environment },
  { withKeys, ifDue, ifAsked }: Options,
): Promise<number> {
  const { databaseUrl } = stores;
  const isBound = ifDue || ifAsked;
  using lock = await takeBackupLock(databaseUrl);
  const now = systemClock.now();
  if (isBound) {
    const isWanted =
      lock &&
      ((ifDue && (await isBackupDue(config, now))) ||
        (ifAsked && (await findAskedAt({ clock: systemClock }, databaseUrl)) !== undefined));
    if (!isWanted) return 0;
  } else if (!lock) {
    say('Another backup of this database is being written. Wait for it.');
    return 1;
  }
  return tellOfRun({ clock: systemClock, say }, databaseUrl, now, (progress) =>
    writeBackup(stores, config, { now, progress, ...(withKeys ? { keys: collectKeys(env, stores) } : {}) }),
  );
}

async function writeBackup(
  { databaseUrl, storage }: BackupStores,
  { dataDir, backup }: LauncherConfig,
  { now, ...wanted }: { now: Date; progress: BackupProgress; keys?: BackupKeys },
): Promise<number> {
  const dir = backupDirOf(dataDir, backup);
  const path = join(dir, nameOf(now));
  const deps = { clock: systemClock, say };
  // What fails before the file begins is told of too.
  const { objects } = await tellOf(deps, databaseUrl, { path, startedAt: now }, async () => {
    const seal = requireSeal(backup);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const request = { databaseUrl, path, seal, objects: 'with' as const, ...wanted };
    return createBackup({ clock: systemClock, storage }, request);
  });
  const removed = await removeOldBackups(dir, backup.BACKUP_KEEP, now);
  await tellOfRemovals(deps, databaseUrl, removed);
  const missing = objects.missing === 0 ? '' : ` ${objects.missing} files were missing.`;
  const gone = removed.length === 0 ? '' : ` Removed: ${removed.join(', ')}.`;
  console.log(`Backup: ${path} with ${objects.count} files, ${objects.bytes} bytes.${missing}${gone}`);
  return 0;
}

const collectKeys = (env: Environment, { secrets }: BackupStores): BackupKeys => ({
  JWT_KEYS: env.JWT_KEYS ?? secrets.jwtKeys,
  DATA_KEYS: env.DATA_KEYS ?? secrets.dataKeys,
  FILE_SIGNING_KEY: env.FILE_SIGNING_KEY ?? secrets.fileSigningKey,
});

await runBackupMain(main);
