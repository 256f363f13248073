import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import { Asset } from '../db/models/asset.ts';
import { Dispatcher } from '../db/models/backend.ts';
import { openStatuses, Task } from '../db/models/task.ts';
import type { ListedObject, Storage } from '../storage/storage.ts';

/*
 * What dead processes leave behind. The tasks of a dead owner need no sweep of their own: whoever takes its backends
 * goes on with them. The outbox is the relay's. Objects that nothing names are removed here, and nowhere else: nothing
 * is deleted inline, so a process may die between storing and committing without leaving anything but such an object.
 */

const prefixes = ['outputs/', 'inputs/', 'thumbnails/'] as const;
/** A writer puts the object first and names it afterwards; it has this long for that. */
const youngMs = 3_600_000;
const objectsAtOnce = 200;
const objectsARun = 2_000;

export interface ObjectSweep {
  /** Looks at the next part of the store; after the last it begins again. @returns how many objects it removed. */
  run(): Promise<number>;
}

export function createObjectSweep(deps: {
  database: Database;
  clock: Clock;
  storage: Pick<Storage, 'list' | 'remove'>;
  logger: Logger;
}): ObjectSweep {
  let prefixIndex = 0;
  let after: string | undefined;

  return {
    async run() {
      const prefix = prefixes[prefixIndex % prefixes.length] as string;
      const oldestYoungMs = deps.clock.now().getTime() - youngMs;
      let seen = 0;
      let removed = 0;
      let batch: ListedObject[] = [];
      for await (const object of deps.storage.list(prefix, after)) {
        after = object.key;
        seen += 1;
        if (object.modifiedAt.getTime() < oldestYoungMs) batch.push(object);
        if (batch.length >= objectsAtOnce) {
          removed += await removeUnnamed(deps, batch);
          batch = [];
        }
        if (seen >= objectsARun) break;
      }
      removed += await removeUnnamed(deps, batch);
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
  { database, storage }: { database: Database; storage: Pick<Storage, 'remove'> },
  objects: readonly ListedObject[],
): Promise<number> {
  if (objects.length === 0) return 0;
  const keys = objects.map(({ key }) => key);
  const named = await findNamed(database, keys);
  const unnamed = keys.filter((key) => !named.has(key));
  for (const key of unnamed) await storage.remove(key);
  return unnamed.length;
}

/** Keys that an asset names, or an unfinished task whose input was deleted meanwhile. */
async function findNamed(database: Database, keys: readonly string[]): Promise<Set<string>> {
  const assets = await Asset.query(database)
    .select('storageKey', 'thumbnailKey')
    .whereNull('deletedAt')
    .where((either) => either.whereIn('storageKey', keys).orWhereIn('thumbnailKey', keys));
  const named = new Set(assets.flatMap(({ storageKey, thumbnailKey }) => [storageKey, thumbnailKey ?? '']));
  const userIds = new Set(
    keys.flatMap((key) => {
      const [folder, userId] = key.split('/');
      return folder === 'inputs' && userId && !named.has(key) ? [userId] : [];
    }),
  );
  if (userIds.size === 0) return named;
  const tasks = await Task.query(database)
    .select('images')
    .whereIn('userId', [...userIds])
    .whereIn('status', openStatuses);
  for (const { images } of tasks) for (const { storageKey } of Object.values(images)) named.add(storageKey);
  return named;
}

/** Reports of dispatchers that ended long ago without saying so. */
export async function sweepDeadDispatchers(database: Database): Promise<number> {
  return Dispatcher.query(database).whereRaw('lease_until < NOW(3) - INTERVAL 1 HOUR').delete();
}
