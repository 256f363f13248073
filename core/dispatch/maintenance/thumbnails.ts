import type { Logger } from 'pino';
import type { Database } from '../../db/connect.ts';
import { Asset } from '../../db/models/asset.ts';
import { storeThumbnail } from '../../media/thumbnail.ts';
import { thumbnailKey } from '../../storage/keys.ts';
import type { Storage } from '../../storage/storage.ts';
import type { NewOutput } from '../../tasks/attempt/attemptTransitions.ts';

/**
 * Makes thumbnails one after the other, after the results they belong to were delivered. One that fails, or is lost
 * with the process, is missing: the picture itself is shown instead.
 */
export interface Thumbnails {
  add(outputs: readonly NewOutput[]): void;
  /** Finishes the one under way and gives up the rest. */
  stop(): Promise<void>;
}

/** It may wait behind pictures of its size. */
const timeoutMs = 300_000;
const mostWaiting = 1_000;

export function createThumbnails(deps: {
  database: Database;
  storage: Storage;
  logger: Logger;
  tempDirectory: string;
}): Thumbnails {
  let waiting: NewOutput[] = [];
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let output = waiting.shift(); output; output = waiting.shift()) {
      try {
        await makeThumbnail(deps, output);
      } catch (error) {
        deps.logger.warn({ err: error, assetId: output.id }, 'a thumbnail could not be made');
      }
    }
  }

  return {
    add(outputs) {
      waiting.push(...outputs.slice(0, Math.max(0, mostWaiting - waiting.length)));
      working ??= work().finally(() => {
        working = undefined;
      });
    },
    async stop() {
      waiting = [];
      await working;
    },
  };
}

async function makeThumbnail(
  deps: { database: Database; storage: Storage; tempDirectory: string },
  { id, storageKey }: NewOutput,
): Promise<void> {
  const options = { signal: AbortSignal.timeout(timeoutMs), tempDirectory: deps.tempDirectory };
  if (!(await storeThumbnail(deps, { id, key: storageKey }, options))) return;
  await Asset.query(deps.database)
    .findById(id)
    .patch({ thumbnailKey: thumbnailKey(id) });
}
