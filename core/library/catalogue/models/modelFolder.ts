import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { EntryFields } from '@star-graph/workflows/models/modelEntry';
import type { Logger } from 'pino';
import { recordAct } from '../../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Asset } from '../../../ground/db/models/asset.ts';
import { ModelEntryRecord } from '../../../ground/db/models/modelEntry.ts';
import { User } from '../../../ground/db/models/user.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { keepLooking } from '../../../ground/runtime/keepLooking.ts';
import { type UploadDeps, uploadAsset } from '../../assets/uploadAsset.ts';
import { type FolderEntry, readFolderEntries, readFolderState } from './readEntries.ts';
import { auditTargetOf, toStored } from './storedEntries.ts';

interface Deps extends UploadDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  /** Called after something changed. */
  onChanged: () => Promise<void>;
}

interface ModelFolder {
  directory: string;
  /** The administrator whose uploads the samples become. */
  owner: string;
}

const lookEveryMs = 2_000;

/**
 * Stores what the files say, now and when they change, until `stop`. It polls, because network file systems and mounts
 * send no notices of changes. A file with a fault is named in the log and the others are stored; as long as there is
 * one, nothing is taken back, so that a slip of the pen shows nobody a hidden model. Several processes with the same
 * folder write the same.
 */
export async function watchModelFolder(deps: Deps, folder: ModelFolder): Promise<{ stop(): Promise<void> }> {
  let seen: string | undefined;
  const { directory } = folder;
  return keepLooking(deps, lookEveryMs, async (signal) => {
    try {
      const state = await readFolderState(directory);
      if (state === seen) return;
      if (await takeFolder(deps, folder, signal)) await deps.onChanged();
      // Set last: if the database did not answer, it is stored at the next look.
      seen = state;
    } catch (err) {
      if (!signal.aborted)
        deps.logger.warn({ err, directory }, 'the folder of entries of models cannot be taken');
    }
  });
}

/** @returns whether anything changed. */
async function takeFolder(deps: Deps, folder: ModelFolder, signal: AbortSignal): Promise<boolean> {
  const { entries, faults } = await readFolderEntries(folder.directory);
  for (const { file, places } of faults)
    deps.logger.warn({ file, places }, 'a file with entries of models has faults');
  const wanted = new Map<string, EntryFields>();
  for (const entry of entries) {
    const sample = await findSample(deps, folder, entry, signal);
    wanted.set(entry.model, { ...entry.fields, sample });
  }
  return inTransaction(deps.database, async (trx) => {
    const rows = await ModelEntryRecord.query(trx).where({ source: 'folder' }).forUpdate();
    const before = new Map(rows.map((row) => [row.model, row]));
    const gone = faults.length > 0 ? [] : rows.filter(({ model }) => !wanted.has(model));
    const changes = [
      ...[...wanted].map(([model, fields]) => ({ model, fields })),
      ...gone.map(({ model }) => ({ model, fields: null })),
    ].filter(({ model, fields }) => !isDeepStrictEqual(toStored(before.get(model)).fields, fields));
    for (const { model, fields } of changes) await store(deps, trx, before.get(model), model, fields);
    return changes.length > 0;
  });
}

async function store(
  deps: { clock: Clock },
  trx: Transaction,
  row: ModelEntryRecord | undefined,
  model: string,
  fields: EntryFields | null,
): Promise<void> {
  const stored = toStored(row);
  const next = {
    version: stored.version + 1,
    fields,
    sampleId: fields?.sample ?? null,
    changedAt: deps.clock.now(),
  };
  if (row) await ModelEntryRecord.query(trx).findById(['folder', model]).patch(next);
  else await ModelEntryRecord.query(trx).insert({ source: 'folder', model, ...next });
  await recordAct(deps, trx, {
    actorId: null,
    action: fields === null ? 'model.delete' : 'model.change',
    target: auditTargetOf(model),
    data: { model, source: 'folder', before: stored.fields, after: fields },
  });
}

/** The picture as an upload of the owner, checked like any other; null with a line in the log where it cannot be one. */
async function findSample(
  deps: Deps,
  { directory, owner }: ModelFolder,
  { sample, file, model }: FolderEntry,
  signal: AbortSignal,
): Promise<string | null> {
  if (sample === null) return null;
  const leaveOut = (reason: string, err?: unknown) => {
    deps.logger.warn({ err, file, model, sample }, `a sample of a model is left out: ${reason}`);
    return null;
  };
  const user = await User.query(deps.database).findOne({ username: owner, role: 'admin' });
  if (!user) return leaveOut('the administrator whose upload it would be is not there');
  const path = join(directory, sample);
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return leaveOut('it cannot be read');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = await Asset.query(deps.database)
    .where({ userId: user.id, sha256, kind: 'input' })
    .whereNull('deletedAt')
    .first();
  if (known) return known.id;
  try {
    return (await uploadAsset(deps, user.id, createReadStream(path), signal)).id;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return leaveOut(error.message, error);
  }
}
