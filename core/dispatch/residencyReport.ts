import type { Logger } from 'pino';
import type { Database } from '../db/connect.ts';
import { Backend } from '../db/models/backend.ts';
import type { Ownership } from './lease.ts';
import { createResidency, type Residency, usualLoadSeconds } from './residency.ts';

/**
 * Saves what the last graph loaded, where it is another than before, for the next plans; a loss costs a better guess.
 * The report answers with the usual seconds of what that graph had to load: undefined for the first one, since what an
 * earlier owner saw may be gone with a restart of the server.
 */
export function createResidencyReport(
  deps: { database: Database; logger: Logger },
  owner: string,
  { backendId, epoch }: Ownership,
): (models: readonly string[]) => number | undefined {
  let loaded: Residency | undefined;
  let savedKey: string | undefined;

  function save({ key, models }: Residency): void {
    savedKey = key;
    Backend.query(deps.database)
      .findById(backendId)
      .where({ owner, epoch })
      .patch({ residency: [...models] })
      .catch((error: unknown) => {
        savedKey = undefined;
        deps.logger.warn({ err: error, backendId }, 'residency was not saved');
      });
  }

  return (models) => {
    const before = loaded;
    loaded = createResidency(models);
    if (loaded.key !== savedKey) save(loaded);
    return before && usualLoadSeconds(loaded, before);
  };
}
