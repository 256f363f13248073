import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { raw } from 'objection';
import type { Logger } from 'pino';
import { type Database, isDatabaseUnavailable } from '../../../ground/db/connect.ts';
import { Asset } from '../../../ground/db/models/asset.ts';
import { selectPrepared, writePrepared } from '../../../ground/db/prepared.ts';
import type { JobQueues } from '../../../ground/redis/jobQueues.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { thumbnailKey } from '../../../ground/storage/keys.ts';
import type { Storage } from '../../../ground/storage/storage.ts';
import { isStorageFault } from '../../../ground/storage/storageProblems.ts';
import { afterResultMs } from '../../../media/pictures.ts';
import type { StoredOutput } from '../../../media/storeOutput.ts';
import { storeThumbnail } from '../../../media/thumbnail.ts';
import { LaneFull } from '../../../media/workLanes.ts';

/*
 * Thumbnails of outputs. That of a picture comes from the decoding that proved it, a moment behind its result; that of a
 * film is drawn where it was collected. What cannot be had there goes into a queue for all dispatchers. The asset's row says whether one is wanted: it has no `thumbnailKey`, and
 * its `thumbnailTries` are not null. Both only make it sooner than the sweep would, so one that is lost, also with its
 * process, costs a minute, and one that is drawn twice stores the same object again. Until then, and for a picture that
 * was given up, the picture itself is shown.
 */

export interface Thumbnails {
  /** Never throws and never waits. What the process does not come to before its end is found by the sweep. */
  add(outputs: readonly OwnOutput[]): void;
  /** Adds jobs for the rows that want a thumbnail; those in the queue are not added again. */
  sweep(): Promise<void>;
  /** Finishes the one under way. The others stay in the queue for other dispatchers. */
  stop(): Promise<void>;
}

type OwnOutput = Pick<Asset, 'id' | 'mime' | 'storageKey'> & Pick<StoredOutput, 'thumbnail'>;

export interface ThumbnailDeps {
  database: Database;
  storage: Pick<Storage, 'open' | 'put'>;
  logger: Logger;
  tempDirectory: string;
}

/** After these the job is gone, and the sweep adds it anew. */
const queue = { name: 'thumbnails', retries: { times: 4, firstPauseMs: 2_000 } };
/** Faults that pass do not count. A try that ended the process does. */
const mostTries = 3;
/** It may wait behind pictures of its size. */
const timeoutMs = 300_000;
const assetsASweep = 1_000;
const usualOwn = 8;

/**
 * Every dispatcher draws one at a time.
 * @param deps.own how many of its own may wait for it; more are left to other dispatchers too. Default: 8
 */
export function createThumbnails(
  deps: ThumbnailDeps & {
    clock: Pick<Clock, 'sleep'>;
    jobQueues: Pick<JobQueues, 'add' | 'work'>;
    own?: number | undefined;
  },
): Thumbnails {
  const stopping = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const drawNext = (make: () => Promise<void>): Promise<void> => {
    const drawn = last.then(make);
    last = drawn.catch(() => undefined);
    return drawn;
  };
  const stopWorking = deps.jobQueues.work<{ assetId: string }>(queue, ({ assetId }) =>
    drawNext(() => makeThumbnail(deps, assetId)),
  );

  const ask = (assets: readonly Pick<Asset, 'id'>[]): void => {
    for (const { id } of assets) void deps.jobQueues.add(queue, id, { assetId: id });
  };

  /** By what its owner knows of it, and uncounted: it is done once, so a film that ends the process has one try more. */
  function draw(asset: OwnOutput, drawn?: Buffer): void {
    if (stopping.signal.aborted) return;
    if (waiting >= (deps.own ?? usualOwn)) {
      ask([asset]);
      return;
    }
    waiting += 1;
    drawNext(() => storeAndName(deps, asset, drawn))
      .catch((error: unknown) => {
        deps.logger.debug({ err: error, assetId: asset.id }, 'a thumbnail is left to the queue');
        ask([asset]);
      })
      .finally(() => {
        waiting -= 1;
      });
  }

  return {
    add(outputs) {
      for (const asset of outputs.filter(({ mime }) => isSeen(mediaKindOf(mime)))) {
        const pause = () => deps.clock.sleep(afterResultMs, stopping.signal);
        const drawn = asset.thumbnail ?? pause().then(() => undefined);
        drawn.then(
          (thumbnail) => draw(asset, thumbnail),
          () => ask(stopping.signal.aborted ? [] : [asset]),
        );
      }
    },
    sweep: async () => ask(await listWanted(deps.database)),
    async stop() {
      stopping.abort();
      await stopWorking();
      await last;
    },
  };
}

/** Those tried least come first, so that pictures that fail hold up no others. */
const listWanted = async (database: Database): Promise<Pick<Asset, 'id'>[]> =>
  await Asset.query(database)
    .select('id')
    .whereNull('thumbnailKey')
    .whereNotNull('thumbnailTries')
    .orderBy(['thumbnailTries', 'id'])
    .limit(assetsASweep);

/** Rejects when it should be tried again. */
export async function makeThumbnail(deps: ThumbnailDeps, assetId: string): Promise<void> {
  const asset = await beginTry(deps, assetId);
  if (!asset) return;
  try {
    await storeAndName(deps, asset);
  } catch (error) {
    deps.logger.warn({ err: error, assetId, tries: asset.thumbnailTries }, 'a thumbnail could not be made');
    if (willPass(error)) await takeBackTry(deps.database, assetId);
    throw error;
  }
}

async function storeAndName(
  deps: ThumbnailDeps,
  { id, storageKey }: Pick<Asset, 'id' | 'storageKey'>,
  drawn?: Buffer,
): Promise<void> {
  const options = { signal: AbortSignal.timeout(timeoutMs), tempDirectory: deps.tempDirectory };
  if (await storeThumbnail(deps, { id, key: storageKey }, options, drawn))
    await nameThumbnail(deps.database, id);
  else await giveUp(deps, id);
}

/** Counted before it begins, so that a picture that ends the process is given up too. */
async function beginTry(deps: ThumbnailDeps, assetId: string): Promise<Asset | undefined> {
  const begun = await writePrepared(
    deps.database,
    `UPDATE assets SET thumbnail_tries = thumbnail_tries + 1
     WHERE id = ? AND thumbnail_key IS NULL AND deleted_at IS NULL AND thumbnail_tries < ?`,
    [assetId, mostTries],
  );
  if (begun === 1) {
    const [row] = await selectPrepared(deps.database, 'SELECT * FROM assets WHERE id = ?', [assetId]);
    return row && Asset.fromDatabaseJson(row);
  }
  await giveUp(deps, assetId);
  return undefined;
}

async function giveUp({ database, logger }: ThumbnailDeps, assetId: string): Promise<void> {
  const givenUp = await Asset.query(database)
    .findById(assetId)
    .whereNull('thumbnailKey')
    .whereNotNull('thumbnailTries')
    .patch({ thumbnailTries: null });
  if (givenUp === 1) logger.warn({ assetId }, 'an asset stays without thumbnail');
}

/** Also one that was given up meanwhile: the object is there. */
async function nameThumbnail(database: Database, assetId: string): Promise<void> {
  await writePrepared(
    database,
    'UPDATE assets SET thumbnail_key = ? WHERE id = ? AND thumbnail_key IS NULL AND deleted_at IS NULL',
    [thumbnailKey(assetId), assetId],
  );
}

const willPass = (error: unknown): boolean =>
  isStorageFault(error) || error instanceof LaneFull || isDatabaseUnavailable(error);

async function takeBackTry(database: Database, assetId: string): Promise<void> {
  await Asset.query(database)
    .findById(assetId)
    .where('thumbnailTries', '>', 0)
    .patch({ thumbnailTries: raw('thumbnail_tries - 1') });
}
