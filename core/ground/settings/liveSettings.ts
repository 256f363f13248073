import type { Settings } from '@star-graph/workflows/shared/liveSettings';
import type { Logger } from 'pino';
import type { Database } from '../db/connect.ts';
import type { Clock } from '../runtime/clock.ts';
import { createFreshView } from '../runtime/freshView.ts';
import type { KeptViews } from '../runtime/keptViews.ts';
import { type EnvironmentSettings, inForce, readStored } from './storedSettings.ts';

/** The settings in force in this process. */
export interface LiveSettings {
  /** The settings, at most a second old. */
  read(): Promise<Settings>;
  /**
   * The last known, for what must not wait for the database: the environment's before the first read. Kept, they are
   * read at once after a change; if its message is lost, a second later, and five on a platform that nobody uses.
   */
  readonly latest: Settings;
}

const lifeMs = 1_000;

export function createLiveSettings(
  deps: { database: Database; clock: Clock; log: Logger; keptViews: Pick<KeptViews, 'add'> },
  environment: EnvironmentSettings,
): LiveSettings {
  let latest = inForce(environment, {});
  let noted = 0;
  const view = createFreshView({ clock: deps.clock }, lifeMs, async () => {
    const { version, set, ignored } = await readStored(deps.database);
    if (version !== noted && ignored.length > 0)
      deps.log.warn(
        { version, ignored },
        'stored settings that this release does not understand: those of the environment hold',
      );
    noted = version;
    latest = inForce(environment, set);
    return latest;
  });
  // What is read as `latest` asks for nothing, so it is in use at all times.
  deps.keptViews.add({ lifeMs, refresh: view.refresh, ageMs: view.ageMs });
  return {
    read: () => view.read(),
    get latest() {
      return latest;
    },
  };
}
