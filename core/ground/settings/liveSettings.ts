import type { Settings } from '@star-graph/workflows/shared/liveSettings';
import type { Logger } from 'pino';
import type { Database } from '../db/connect.ts';
import type { Clock } from '../runtime/clock.ts';
import { createFreshView } from '../runtime/freshView.ts';
import { type Loop, startLoop } from '../runtime/loop.ts';
import { type EnvironmentSettings, inForce, readStored } from './storedSettings.ts';

/** The settings in force in this process. */
export interface LiveSettings {
  /** At most a second old. */
  read(): Promise<Settings>;
  /**
   * The last known, for what must not wait for the database: the environment's before the first read. `keepFresh` keeps
   * them a second old while the database answers.
   */
  readonly latest: Settings;
  /** After a change by this process. */
  refresh(): Promise<void>;
  /** Reads them each second. */
  keepFresh(): Loop;
}

const lifeMs = 1_000;

export function createLiveSettings(
  deps: { database: Database; clock: Clock; log: Logger },
  environment: EnvironmentSettings,
): LiveSettings {
  let latest = inForce(environment, {});
  let noted = 0;
  const view = createFreshView(deps, lifeMs, async () => {
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
  return {
    read: () => view.read(),
    get latest() {
      return latest;
    },
    refresh: () => view.refresh(),
    keepFresh: () =>
      startLoop({ clock: deps.clock, logger: deps.log }, { name: 'settings', intervalMs: lifeMs }, () =>
        view.refresh(),
      ),
  };
}
