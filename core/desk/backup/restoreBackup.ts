import { recordAct } from '../../ground/audit.ts';
import { connectDatabase, type Database } from '../../ground/db/connect.ts';
import { compareMigrations, isBeforeSchema, SchemaTooOld } from '../../ground/db/migrateDatabase.ts';
import type { KeyRing } from '../../ground/encryption/keyRing.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { requireMimeOfKey } from '../../ground/storage/keys.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { PaymentUnavailable } from '../../money/payments/provider.ts';
import type { RecoveredOrders } from '../../money/payments/recoverOrders.ts';
import { checkRestored } from './checkRestored.ts';
import { createBackup } from './createBackup.ts';
import { BackupFault, type BackupHeader, type BackupKeys } from './format.ts';
import { readBackup } from './readBackup.ts';
import {
  beginDatabaseRestore,
  type DatabaseRestore,
  findUnfinished,
  markFinished,
  refuseInUse,
} from './restoreDatabase.ts';
import type { OpenKeys, SealKeys } from './sealedFile.ts';

export interface RestoreDeps {
  clock: Clock;
  storage: Storage;
  /** Makes the key ring, with the backup's keys where it brings them. */
  createKeyRing(keys: BackupKeys | undefined): KeyRing;
  /** Forgets all that Redis holds of this installation. */
  emptyRedis(): Promise<void>;
  /** Brings back what people paid since; undefined where nothing is sold. */
  recoverOrders?: ((database: Database, backedUpAt: Date) => Promise<RecoveredOrders>) | undefined;
  say(sentence: string): void;
}

export interface RestoreRequest {
  databaseUrl: string;
  path: string;
  open: OpenKeys;
  /** Where the restore point goes, and who can open it. */
  point: { path: string; seal: SealKeys };
  /** Keeps what was restored although a check failed. */
  keepsFaults: boolean;
}

export interface RestoreReport {
  header: BackupHeader;
  keys: BackupKeys | undefined;
  /** The path of the restore point; undefined where there was nothing before. */
  point: string | undefined;
  /** What the checks found. */
  faults: string[];
  orders: RecoveredOrders;
}

const wayBackMs = 7 * 24 * 3_600_000;

/**
 * Puts the database and the files back to the time of a backup. The backup is read to its end before anything is
 * changed, and the present database becomes a restore point. Files are only added: none is overwritten or removed, so
 * the restore point needs no copy of them. Whoever dies on the way leaves a database on which no platform starts, and
 * the same command begins again.
 * @throws BackupFault before the first change, for a backup that cannot be used or a database that is in use.
 */
export async function restoreBackup(deps: RestoreDeps, request: RestoreRequest): Promise<RestoreReport> {
  const { databaseUrl, path, open } = request;
  await refuseInUse(databaseUrl);
  deps.say('Reading the backup to its end …');
  const backup = await readBackup(path, open, { header: refuseUnknown });
  const point = await makePoint(deps, request);
  deps.say('Restoring …');
  await restoreParts(deps, request, point);
  await deps.emptyRedis();
  deps.say('Checking …');
  const database = connectDatabase({ url: databaseUrl, poolSize: 2, statementTimeoutMs: 10 * 60_000 });
  try {
    const checked = { database, storage: deps.storage, keyRing: deps.createKeyRing(backup.keys) };
    const faults = await checkRestored(checked, new Set(backup.manifest.objects.missingKeys));
    const orders = await recover(deps, database, backup.header, faults);
    if (faults.length === 0 || request.keepsFaults) {
      const data = { backup: backup.header.createdAt, faults, orders };
      const act = { actorId: null, action: 'platform.restore' as const, target: 'platform', data };
      await recordAct(deps, database, act);
      await markFinished(databaseUrl);
    }
    return { header: backup.header, keys: backup.keys, point, faults, orders };
  } finally {
    await database.destroy();
  }
}

/** Where the provider does not answer, that is one more fault: the same command tries again. */
async function recover(
  { recoverOrders }: RestoreDeps,
  database: Database,
  { createdAt }: BackupHeader,
  faults: string[],
): Promise<RecoveredOrders> {
  const none = { recovered: [], told: [] };
  if (!recoverOrders) return none;
  try {
    return await recoverOrders(database, new Date(createdAt));
  } catch (error) {
    if (!(error instanceof PaymentUnavailable || (error instanceof Problem && error.code === 'unavailable')))
      throw error;
    faults.push(`Orders since the backup could not be compared with Stripe: ${error.message}`);
    return none;
  }
}

async function refuseUnknown({ migrations }: BackupHeader): Promise<void> {
  const { newer } = await compareMigrations(migrations);
  if (newer.length > 0)
    throw new BackupFault(
      `The backup was made by a newer release: this one does not know ${newer.join(', ')}. Install that release, or a later one.`,
    );
  if (await isBeforeSchema(migrations)) throw new BackupFault(new SchemaTooOld().message);
}

/** A restore that died has made it already: what is there now is half of a backup. */
async function makePoint(
  deps: RestoreDeps,
  { databaseUrl, point }: RestoreRequest,
): Promise<string | undefined> {
  const unfinished = await findUnfinished(databaseUrl);
  if (unfinished !== undefined) return unfinished ?? undefined;
  try {
    const { path, seal } = point;
    await createBackup(deps, { databaseUrl, path, seal, objects: 'without' });
    deps.say(`Restore point: ${path}`);
    return path;
  } catch (error) {
    // There is nothing that could be lost.
    if (error instanceof BackupFault) return undefined;
    throw error;
  }
}

async function restoreParts(
  { clock, storage }: RestoreDeps,
  { databaseUrl, path, open }: RestoreRequest,
  point: string | undefined,
): Promise<void> {
  await using parts = new AsyncDisposableStack();
  let database: DatabaseRestore | undefined;
  const begun = (): DatabaseRestore => {
    if (!database) throw new Error('a backup begins with its header');
    return database;
  };
  await readBackup(path, open, {
    async header(header) {
      database = parts.use(await beginDatabaseRestore(databaseUrl, header, point));
    },
    rows: (table, rows) => begun().insert(table, rows),
    async object(key, bytes, body) {
      const mime = requireMimeOfKey(key);
      // The same key is the same content: nothing of the present is overwritten.
      if ((await storage.stat(key))?.bytes !== bytes) await storage.put(key, body, { mime, bytes });
    },
  });
  await begun().finish(new Date(clock.now().getTime() + wayBackMs));
}
