import type { Logger } from 'pino';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { forgetOldMarks, listMarks } from '../catalogue/modelMarks.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import type { Bell } from '../events/bell.ts';
import { applyRetention, type RetentionPolicy } from '../retention/retention.ts';
import type { Storage } from '../storage/storage.ts';
import { type ComfyFolders, createFolderSweep } from './comfyFolders.ts';
import type { Leadership } from './leadership.ts';
import { startLoop } from './loop.ts';
import { createLostVersions } from './lostVersions.ts';
import { createObjectSweep, sweepDeadDispatchers } from './sweeps.ts';
import { failUnfitTasks } from './unfitTasks.ts';

const intervalMs = 60_000;
const retentionEveryMs = 3_600_000;
/** The longest that a rolling upgrade may leave a dispatcher of the release before leading. */
const upgradeMs = 15 * 60_000;

/** What only the leader does, now and then. Each part may run twice or be cut off anywhere. */
export function createMaintenance(
  deps: {
    database: Database;
    clock: Clock;
    logger: Logger;
    storage: Storage;
    catalogue: Pick<Catalogue, 'loadWorkflow' | 'findUnfit'>;
    bell: Pick<Bell, 'ring'>;
    leadership: Pick<Leadership, 'leads' | 'held'>;
  },
  config: { retention: RetentionPolicy; comfyFolders?: ComfyFolders },
): { stop(): Promise<void> } {
  const objects = createObjectSweep(deps);
  const lostVersions = createLostVersions(deps, upgradeMs);
  const folders = config.comfyFolders && createFolderSweep(deps, config.comfyFolders);
  const stopped = new AbortController();
  let retentionAtMs = Number.NEGATIVE_INFINITY;

  const loop = startLoop(deps, { name: 'maintenance', intervalMs }, async () => {
    if (!deps.leadership.leads) return;
    await sweepDeadDispatchers(deps.database);
    await lostVersions.run(stopped.signal);
    if ((await listMarks(deps.database)).length > 0) await failUnfitTasks(deps, stopped.signal);
    await forgetOldMarks(deps.database);
    await objects.run();
    if (deps.clock.monotonicMs() - retentionAtMs < retentionEveryMs) return;
    retentionAtMs = deps.clock.monotonicMs();
    const deleted = await applyRetention(deps, config.retention, stopped.signal);
    deps.logger.info({ deleted }, 'what is older than it may be was deleted');
    await folders?.run(stopped.signal);
  });
  return {
    async stop() {
      stopped.abort();
      await loop.stop();
    },
  };
}
