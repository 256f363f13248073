import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackupKeys } from '@star-graph/core/desk/backup/format';
import {
  type RestoreDeps,
  type RestoreReport,
  restoreBackup,
} from '@star-graph/core/desk/backup/restoreBackup';
import type { OpenKeys } from '@star-graph/core/desk/backup/sealedFile';
import { envSchema } from '@star-graph/core/ground/config/config';
import { dataKeys } from '@star-graph/core/ground/config/values';
import { createKeyRing } from '@star-graph/core/ground/encryption/keyRing';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { recoverOrders } from '@star-graph/core/money/payments/recoverOrders';
import { createStripeProvider } from '@star-graph/core/money/payments/stripeProvider';
import { backupDirOf, nameOf } from '../launcher/backups/backupFolder.ts';
import { runBackupMain } from '../launcher/backups/backupMain.ts';
import { type BackupStores, useStores } from '../launcher/backups/backupStores.ts';
import { readOpenKeys, sealForOpener } from '../launcher/backups/sealKeys.ts';
import { takeKeys } from '../launcher/dataDir/secrets.ts';
import { LaunchFailure, Usage } from '../launcher/failure.ts';
import {
  type Environment,
  type LauncherConfig,
  parseLauncherConfig,
  readEnvironment,
} from '../launcher/launcherConfig.ts';
import { readCall } from './readCall.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (sentence: string) => console.error(sentence);

const usage = `npm run restore -- <file> --identity <file>   puts a stopped platform back to the time of a backup
  --with-keys                                 with the keys that are in it
  --keep-faults                               although the backup fails its checks`;

interface Options {
  path: string;
  identityFile: string | undefined;
  withKeys: boolean;
  keepsFaults: boolean;
}

/** `npm run restore -- <file> --identity <file>`: puts a stopped platform back to the time of a backup. */
async function main(): Promise<number> {
  const options = readOptions();
  const env = readEnvironment(root, process.env);
  const config = parseLauncherConfig(root, env);
  // What cannot be opened is told at once, and not when the stores have come up.
  const open = await readOpenKeys(config.backup, options.identityFile);
  if (!existsSync(options.path)) throw new LaunchFailure(`There is no backup ${options.path}.`);
  return useStores({ config, env, say }, true, (stores) => restore(stores, { config, env, open }, options));
}

function readOptions(): Options {
  const { values, positionals } = readCall(usage, {
    allowPositionals: true,
    options: {
      identity: { type: 'string' },
      'with-keys': { type: 'boolean', default: false },
      'keep-faults': { type: 'boolean', default: false },
    },
  });
  // Where the person is: npm itself changes the folder.
  const here = process.env.INIT_CWD ?? process.cwd();
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new Usage(usage, 'Name one backup.');
  return {
    path: resolve(here, path),
    identityFile: values.identity === undefined ? undefined : resolve(here, values.identity),
    withKeys: values['with-keys'],
    keepsFaults: values['keep-faults'],
  };
}

async function restore(
  stores: BackupStores,
  { config, env, open }: { config: LauncherConfig; env: Environment; open: OpenKeys },
  { path, withKeys, keepsFaults }: Options,
): Promise<number> {
  const dir = backupDirOf(config.dataDir, config.backup);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const point = join(dir, nameOf(systemClock.now(), 'before-restore'));
  const own = env.DATA_KEYS ?? stores.secrets.dataKeys;
  const createRing = (keys: BackupKeys | undefined) =>
    createKeyRing(dataKeys.parse((withKeys ? keys?.DATA_KEYS : undefined) ?? own));
  const report = await restoreBackup(
    {
      clock: systemClock,
      storage: stores.storage,
      createKeyRing: createRing,
      emptyRedis: stores.emptyRedis,
      recoverOrders: createRecovery(env),
      say,
    },
    {
      databaseUrl: stores.databaseUrl,
      path,
      open,
      point: { path: point, seal: await sealForOpener(open) },
      keepsFaults,
    },
  );
  if (withKeys && report.keys) {
    const { JWT_KEYS, DATA_KEYS, FILE_SIGNING_KEY } = report.keys;
    takeKeys(config.dataDir, {
      ...(JWT_KEYS === undefined ? {} : { jwtKeys: JWT_KEYS }),
      ...(DATA_KEYS === undefined ? {} : { dataKeys: DATA_KEYS }),
      ...(FILE_SIGNING_KEY === undefined ? {} : { fileSigningKey: FILE_SIGNING_KEY }),
    });
  }
  return tell(report, keepsFaults);
}

/** With the platform's own access to Stripe, where it has one. */
function createRecovery(env: Environment): RestoreDeps['recoverOrders'] {
  const { STRIPE_SECRET_KEY, STRIPE_API_URL } = envSchema.shape;
  const secretKey = STRIPE_SECRET_KEY.parse(env.STRIPE_SECRET_KEY);
  if (secretKey === undefined) return undefined;
  const apiUrl = STRIPE_API_URL.parse(env.STRIPE_API_URL);
  return async (database, backedUpAt) => {
    const stripe = createStripeProvider({ secretKey, apiUrl, returnUrl: 'http://127.0.0.1/' });
    const log = { warn: (facts: object) => say(`An order could not be compared: ${JSON.stringify(facts)}`) };
    const deps = {
      database,
      clock: systemClock,
      log,
      stripe,
      providers: new Map([['stripe', stripe] as const]),
    };
    return recoverOrders(deps, backedUpAt);
  };
}

function tell({ header, point, faults, orders }: RestoreReport, keepsFaults: boolean): number {
  for (const fault of faults) say(fault);
  if (orders.recovered.length > 0)
    say(`Orders since the backup, from Stripe: ${orders.recovered.join(', ')}. Paid ones are credited.`);
  for (const sentence of orders.told) say(sentence);
  if (faults.length > 0 && !keepsFaults) {
    const back = point === undefined ? '' : `\nBack to what was there: npm run restore -- ${point}`;
    say(`The restore failed its checks, so the platform does not start on it.${back}
To keep it all the same, run the same command with --keep-faults.`);
    return 1;
  }
  const way = point === undefined ? '' : ` Within 7 days, npm run restore -- ${point} takes it back.`;
  console.log(`Restored to ${header.createdAt}.${way}`);
  return 0;
}

await runBackupMain(main);
