import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type EntryFields,
  keyOfModel,
  type ModelName,
  noFields,
} from '@star-graph/workflows/models/modelEntry';
import { type Actor, noteKeyOf, recordAct } from '../../../ground/audit.ts';
import {
  type Database,
  inTransaction,
  isDuplicateEntry,
  type Transaction,
} from '../../../ground/db/connect.ts';
import { ModelEntryRecord } from '../../../ground/db/models/modelEntry.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { requireAsset } from '../../assets/assets.ts';

/** What one source says of a model. */
export interface StoredEntry {
  /** Raised by each change; 0: there was never one. */
  version: number;
  /** Null: nothing, or no longer. */
  fields: EntryFields | null;
  changedAt: Date | null;
}

/** Fields that an earlier release did not have are absent from what it stored. */
export const toStored = (row: ModelEntryRecord | undefined): StoredEntry =>
  row
    ? { version: row.version, fields: row.fields && { ...noFields, ...row.fields }, changedAt: row.changedAt }
    : { version: 0, fields: null, changedAt: null };

/** Everything that is said now, and the versions of what no longer is. */
export const listEntries = (database: Database | Transaction): Promise<ModelEntryRecord[]> =>
  ModelEntryRecord.query(database).orderBy(['source', 'model']).execute();

interface EntryChange {
  /** The one that the change was made from. */
  version: number;
  /** Null deletes. */
  fields: EntryFields | null;
}

/**
 * Sets or deletes what administrators say of a model. A repeat of the change that made the next version changes
 * nothing.
 * @throws Problem `changed-meanwhile` when it is at another version by now: of two simultaneous changes one is refused;
 * `not-found` and `unsupported-media` for a new sample that is no picture of the administrator's.
 */
export async function changeEntry(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  model: ModelName,
  change: EntryChange,
): Promise<StoredEntry> {
  const write = (trx: Transaction) => writeNow(deps, trx, actor, model, change);
  try {
    return await inTransaction(deps.database, write);
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another change made the row first.
    return inTransaction(deps.database, write);
  }
}

async function writeNow(
  deps: { database: Database; clock: Clock },
  trx: Transaction,
  actor: Actor,
  model: ModelName,
  { version, fields }: EntryChange,
): Promise<StoredEntry> {
  const key = keyOfModel(model);
  const before = toStored(await ModelEntryRecord.query(trx).findById(['edited', key]).forUpdate());
  if (before.version === version + 1 && isDeepStrictEqual(before.fields, fields)) return before;
  if (fields === null && before.version === 0)
    throw new Problem('not-found', 'No administrator has said anything of this model.');
  if (before.version !== version)
    throw new Problem(
      'changed-meanwhile',
      `This entry is at version ${before.version} and not ${version}. Read it, and decide again.`,
    );
  const sample = fields?.sample ?? null;
  if (sample !== null && sample !== before.fields?.sample)
    await requirePicture(deps.database, sample, actor.id);
  const changedAt = deps.clock.now();
  const row = { version: version + 1, fields, sampleId: sample, changedAt };
  if (version === 0) await ModelEntryRecord.query(trx).insert({ source: 'edited', model: key, ...row });
  else await ModelEntryRecord.query(trx).findById(['edited', key]).patch(row);
  await recordAct(deps, trx, {
    actorId: actor.id,
    action: fields === null ? 'model.delete' : 'model.change',
    target: auditTargetOf(key),
    data: { model: key, before: before.fields, after: fields, ...noteKeyOf(actor) },
  });
  return { version: version + 1, fields, changedAt };
}

async function requirePicture(database: Database, id: string, userId: string): Promise<void> {
  const { mime } = await requireAsset(database, id, userId);
  if (!mime.startsWith('image/'))
    throw new Problem('unsupported-media', 'A sample is a picture, and this asset is a video.', {
      errors: [{ pointer: '/sample', message: 'Not a picture.' }],
    });
}

const longestTarget = 160;

/** The key, or for one that the audit's column cannot hold its beginning and a digest. */
export function auditTargetOf(key: string): string {
  const target = `model:${key}`;
  if (target.length <= longestTarget) return target;
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${target.slice(0, longestTarget - digest.length - 1).toWellFormed()}:${digest}`;
}
