import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import { requireDatabaseTime } from '../../../ground/db/databaseTime.ts';
import { areObjectsKept } from '../../../ground/db/keptObjects.ts';
import { Asset } from '../../../ground/db/models/asset.ts';
import { AssetShare } from '../../../ground/db/models/assetShare.ts';
import { Dispatcher } from '../../../ground/db/models/backend.ts';
import { openStatuses, Task } from '../../../ground/db/models/task.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { isId } from '../../../ground/runtime/ids.ts';
import {
  findOutputOwner,
  findShareOwner,
  findThumbnailOwner,
  sharePrefix,
  thumbnailKey,
} from '../../../ground/storage/keys.ts';
import type { ListedObject, Storage } from '../../../ground/storage/storage.ts';

/*
 * Removes what dead processes leave behind. The tasks of a dead owner need no sweep: the next owner of its backends
 * continues them. The relay sweeps the outbox. Objects that no row names are removed here and nowhere else, so a
 * process that dies between storing and committing leaves only such an object.
 */

const prefixes = ['outputs/', 'inputs/', 'thumbnails/', sharePrefix] as const;
/**
 * A writer stores the object first and its row afterwards. An upload has this long for that, and stores its object
 * again if it took longer; a task has as long as it is open.
 */
const youngMs = 3_600_000;
const objectsAtOnce = 200;
const objectsARun = 2_000;

interface ObjectSweep {
  /** Sweeps the next part of the store; after the last it begins again. @returns how many objects it removed. */
  run(): Promise<number>;
}

export function createObjectSweep(deps: {
  database: Database;
  clock: Clock;
  storage: Pick<Storage, 'list' | 'stat' | 'remove'>;
  logger: Logger;
}): ObjectSweep {
  let prefixIndex = 0;
  let after: string | undefined;

  return {
    async run() {
      const now = await requireDatabaseTime(deps);
      if (await areObjectsKept(deps.database, now)) return 0;
      const prefix = prefixes[prefixIndex % prefixes.length] as string;
      const oldestYoungMs = now.getTime() - youngMs;
      let seen = 0;
      let removed = 0;
      let batch: ListedObject[] = [];
      for await (const object of deps.storage.list(prefix, after)) {
        after = object.key;
        seen += 1;
        if (object.modifiedAt.getTime() < oldestYoungMs) batch.push(object);
        if (batch.length >= objectsAtOnce) {
          removed += await removeUnnamed(deps, batch, oldestYoungMs);
          batch = [];
        }
        if (seen >= objectsARun) break;
      }
      removed += await removeUnnamed(deps, batch, oldestYoungMs);
      if (seen < objectsARun) {
        prefixIndex += 1;
        after = undefined;
      }
      if (removed > 0) deps.logger.info({ prefix, removed }, 'objects that nothing names were removed');
      return removed;
    },
  };
}

async function removeUnnamed(
  deps: { database: Database; storage: Pick<Storage, 'stat' | 'remove'> },
  objects: readonly ListedObject[],
  oldestYoungMs: number,
): Promise<number> {
  let removed = 0;
  for (const key of await findUnneeded(deps.database, objects, new Date(oldestYoungMs))) {
    // Checked again: the same bytes may have been stored anew since the store was listed.
    const stat = await deps.storage.stat(key);
    if (!stat || stat.modifiedAt.getTime() >= oldestYoungMs) continue;
    await deps.storage.remove(key);
    removed += 1;
  }
  return removed;
}

/**
 * Keys that neither an asset nor an open task needs. Assets are read before the tasks and after them: an input may
 * lose its asset when a task has just begun to need it, and an output gets one when its task ends.
 */
async function findUnneeded(
  database: Database,
  objects: readonly ListedObject[],
  restorableBefore: Date,
): Promise<string[]> {
  const keys = await withoutShared(
    database,
    objects.map(({ key }) => key),
  );
  const unnamed = await withoutNamed(database, keys, restorableBefore);
  return await withoutNamed(database, await withoutOpen(database, unnamed), restorableBefore);
}

/** Without the copies that a link, or a collection with members or groups, shows. */
async function withoutShared(database: Database, keys: readonly string[]): Promise<string[]> {
  const shareIds = keys.flatMap((key) => findShareOwner(key) ?? []);
  if (shareIds.length === 0) return [...keys];
  const inCollections: { assetId: string }[] = await database('collection_assets')
    .whereIn('assetId', shareIds)
    .whereRaw(
      `(EXISTS (SELECT 1 FROM collection_members AS m WHERE m.collection_id = collection_assets.collection_id)
        OR EXISTS (SELECT 1 FROM collection_groups AS g WHERE g.collection_id = collection_assets.collection_id))`,
    )
    .distinct('assetId');
  const shared = new Set([
    ...(await AssetShare.query(database).select('id').findByIds(shareIds)).map(({ id }) => id),
    ...inCollections.map(({ assetId }) => assetId),
  ]);
  return keys.filter((key) => !shared.has(findShareOwner(key) ?? ''));
}

/**
 * Without objects that an asset names which is there or may be restored, or may still name: its thumbnail is wanted.
 */
async function withoutNamed(
  database: Database,
  keys: readonly string[],
  restorableBefore: Date,
): Promise<string[]> {
  if (keys.length === 0) return [];
  const owners = keys.flatMap((key) => findThumbnailOwner(key) ?? []);
  const assets = await Asset.query(database)
    .select('id', 'storageKey', 'thumbnailKey', 'thumbnailTries')
    .where((kept) => kept.whereNull('deletedAt').orWhere('restorableUntil', '>=', restorableBefore))
    .where((either) =>
      either.whereIn('storageKey', keys).orWhereIn('thumbnailKey', keys).orWhereIn('id', owners),
    );
  const named = new Set(
    assets.flatMap(({ id, storageKey, thumbnailKey: key, thumbnailTries }) => [
      storageKey,
      key ?? (thumbnailTries === null ? '' : thumbnailKey(id)),
    ]),
  );
  return keys.filter((key) => !named.has(key));
}

/** Without the outputs of unfinished tasks, whose last may come hours after the first, and without their inputs. */
async function withoutOpen(database: Database, keys: readonly string[]): Promise<string[]> {
  const taskIds = [...new Set(keys.flatMap((key) => findOutputOwner(key) ?? []))];
  const userIds = [...new Set(keys.flatMap((key) => findInputOwner(key) ?? []))];
  if (taskIds.length === 0 && userIds.length === 0) return [...keys];
  const tasks = await Task.query(database)
    .select('id', 'images')
    .whereIn('status', openStatuses)
    .where((either) => either.whereIn('id', taskIds).orWhereIn('userId', userIds));
  const openIds = new Set(tasks.map(({ id }) => id));
  const inputs = new Set(tasks.flatMap(({ images }) => Object.values(images)).map((it) => it.storageKey));
  return keys.filter((key) => !inputs.has(key) && !openIds.has(findOutputOwner(key) ?? ''));
}

function findInputOwner(key: string): string | undefined {
  const [kind, folder = ''] = key.split('/');
  return kind === 'inputs' && isId(folder) ? folder : undefined;
}

/** Rows of dispatchers that ended long ago without a goodbye. */
export async function sweepDeadDispatchers(database: Database): Promise<number> {
  return Dispatcher.query(database).whereRaw('lease_until < NOW(3) - INTERVAL 1 HOUR').delete();
}
