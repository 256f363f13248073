import { type Actor, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { BackupRun } from '../../ground/db/models/backup.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { recordBackup } from './backupRecords.ts';
import type { BackupProgress } from './createBackup.ts';

/*
 * The wish of an administrator for a backup, and the run that is under way or was the last: one row. The API writes the
 * wish alone; the program that makes backups finds it, tells how far it is, and ends it. Any run that begins after the
 * wish fulfils it. A program that dies leaves its run without an end: it falls silent, and the next one begins anew. One
 * that fails ends the wish with it, in words: whoever asked puts right what is wrong, and asks again.
 */

/** Running programs tell every two seconds. */
export const silentMs = 120_000;
const tellEveryMs = 2_000;
const longestFault = 500;

const runOf = (database: Database) => BackupRun.query(database).findById(1);

const isOpen = ({ askedAt, begunAt, endedAt }: BackupRun): boolean =>
  endedAt === null && (askedAt !== null || begunAt !== null);
const isSilent = ({ toldAt }: BackupRun, now: Date): boolean =>
  toldAt === null || now.getTime() - toldAt.getTime() > silentMs;

/**
 * - `none`: there was none yet;
 * - `waiting`: asked for, and no program has begun;
 * - `working`, and `silent` where its program has told nothing for two minutes;
 * - `made` and `failed`: how the last one ended.
 */
export type BackupRunState = 'none' | 'waiting' | 'working' | 'silent' | 'made' | 'failed';

export function stateOfRun(run: BackupRun, now: Date): BackupRunState {
  if (!isOpen(run)) return run.endedAt === null ? 'none' : run.fault === null ? 'made' : 'failed';
  if (run.begunAt === null) return 'waiting';
  return isSilent(run, now) ? 'silent' : 'working';
}

export const findBackupRun = async (database: Database): Promise<BackupRun> =>
  runOf(database).throwIfNotFound();

/** Asks for a backup, unless one is asked for or being written: two presses make one. */
export function askForBackup(deps: { database: Database; clock: Clock }, actor: Actor): Promise<BackupRun> {
  return inTransaction(deps.database, async (trx) => {
    const run = await runOf(trx).forUpdate().throwIfNotFound();
    const state = stateOfRun(run, deps.clock.now());
    if (state === 'waiting' || state === 'working') return run;
    await runOf(trx).patch({ ...fresh, askedAt: deps.clock.now() });
    await recordAct(deps, trx, { actor, action: 'backup.ask', target: 'backup' });
    return runOf(trx).throwIfNotFound();
  });
}

const fresh = {
  askedAt: null,
  begunAt: null,
  toldAt: null,
  host: null,
  allFiles: null,
  files: null,
  bytes: null,
  endedAt: null,
  fault: null,
};

/** When the backup was asked for that no living program writes; undefined: nobody waits for one. */
export async function findAsked(database: Database, now: Date): Promise<Date | undefined> {
  const run = await findBackupRun(database);
  return isOpen(run) && isSilent(run, now) ? (run.askedAt ?? undefined) : undefined;
}

/**
 * Ends a wish whose program ended badly without a word of its own: it did not begin, or was killed on its way. Where it
 * did say why, or another machine writes a backup, nothing changes. The list of backups has it with the wish's end, or
 * neither is written.
 */
export async function failAsked(
  deps: { database: Database; clock: Clock },
  { askedAt, host, fault, folder, nameOf }: FailedWish,
): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const endedAt = deps.clock.now();
    const ended = await BackupRun.query(trx)
      .where({ id: 1, askedAt })
      .whereNull('endedAt')
      .where((one) => one.whereNull('begunAt').orWhere({ host }))
      .patch({ endedAt, fault: fault.slice(0, longestFault) });
    if (ended === 0) return;
    const startedAt = (await findBackupRun(trx)).begunAt ?? askedAt;
    await recordBackup(trx, { name: nameOf(startedAt), folder, startedAt, endedAt, fault });
  });
}

interface FailedWish {
  askedAt: Date;
  host: string;
  fault: string;
  /** Where the file was to be, and its name. */
  folder: string;
  nameOf(at: Date): string;
}

/**
 * Tells of a run from its beginning to its end. It is the only one, by the lock; one that was taken for dead and comes
 * back tells nothing, since another has begun.
 */
export async function tellBackupRun<Result>(
  deps: { database: Database; clock: Clock; onFault(error: unknown): void },
  { host, begunAt }: { host: string; begunAt: Date },
  work: (progress: BackupProgress) => Promise<Result>,
): Promise<Result> {
  const { database, clock } = deps;
  const progress: BackupProgress = { allFiles: 0, files: 0, bytes: 0 };
  // The backup counts, not the news of it.
  const tell = (told: Partial<BackupRun>): Promise<unknown> =>
    BackupRun.query(database)
      .where({ id: 1, begunAt })
      .whereNull('endedAt')
      .patch({ ...progress, toldAt: clock.now(), ...told })
      .catch(deps.onFault);
  await beginRun(database, host, begunAt).catch(deps.onFault);
  const ended = new AbortController();
  const telling = (async () => {
    for (;;) {
      await clock.sleep(tellEveryMs, ended.signal);
      await tell({});
    }
    // The signal ends it.
  })().catch(() => undefined);
  const end = async (fault: string | null) => {
    ended.abort();
    await telling;
    await tell({ endedAt: clock.now(), fault });
  };
  try {
    const result = await work(progress);
    await end(null);
    return result;
  } catch (error) {
    await end((error instanceof Error ? error.message : String(error)).slice(0, longestFault));
    throw error;
  }
}

/** A wish that is open stays with its run, so that the next program takes it up where this one dies. */
function beginRun(database: Database, host: string, begunAt: Date): Promise<void> {
  return inTransaction(database, async (trx) => {
    const run = await runOf(trx).forUpdate().throwIfNotFound();
    const askedAt = isOpen(run) ? run.askedAt : null;
    await runOf(trx).patch({ ...fresh, askedAt, begunAt, toldAt: begunAt, host });
  });
}
