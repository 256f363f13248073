import type { BackendFacts } from '../../../comfy/comfy.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Ownership } from '../lease.ts';
import { createMemoryWatch } from './memoryWatch.ts';
import type { RecycleMoves } from './recycleMoves.ts';

/** When backends are recycled without being asked for. 0: never. */
export interface RecycleLimits {
  afterHours: number;
  memoryGrowthBytes: number;
}

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
  moves: Pick<RecycleMoves, 'begin'>;
}

type AgeingRow = Pick<Backend, 'freshSince' | 'memoryFloorBytes' | 'residency' | 'draining'>;

/** @returns a function that begins a recycle if the age of a backend that answered, or its memory, calls for it. */
export function createDueRecycle(
  deps: Deps,
  owner: string,
  { backendId, epoch }: Ownership,
  { afterHours, memoryGrowthBytes }: RecycleLimits,
): (row: AgeingRow, facts: BackendFacts) => Promise<void> {
  const watch = createMemoryWatch();
  const own = () => Backend.query(deps.database).findById(backendId).where({ owner, epoch });
  const ageMs = (since: Date) => deps.clock.now().getTime() - since.getTime();

  async function watchMemory({ residency, memoryFloorBytes }: AgeingRow, facts: BackendFacts): Promise<void> {
    if (!residency?.length) return watch.forget();
    const keptBytes = watch.look(usedBytes(facts));
    if (keptBytes === undefined) return;
    if (memoryFloorBytes === null) {
      await own().whereNull('memoryFloorBytes').patch({ memoryFloorBytes: keptBytes });
      return;
    }
    const grownBytes = keptBytes - Number(memoryFloorBytes);
    if (grownBytes < memoryGrowthBytes) return;
    const grown = `${Math.round(grownBytes / 1_000_000)} MB`;
    await deps.moves.begin(`It keeps ${grown} more than when it was fresh (RECYCLE_MEMORY_GROWTH_MB).`);
  }

  return async (row, facts) => {
    if (row.freshSince === null) {
      const now = deps.database.raw('NOW(3)') as unknown as Date;
      await own().whereNull('freshSince').patch({ freshSince: now });
      return;
    }
    if (row.draining) return;
    if (afterHours > 0 && ageMs(row.freshSince) > afterHours * 3_600_000) {
      const reason = `It has run for ${afterHours} hours without a restart (RECYCLE_AFTER_HOURS).`;
      if (await deps.moves.begin(reason, { olderThanHours: afterHours })) return;
    }
    if (memoryGrowthBytes > 0) await watchMemory(row, facts);
  };
}

/** Of the machine and of its GPUs: models wander between the two. A CPU's own memory is the machine's. */
const usedBytes = ({ ramTotalBytes, ramFreeBytes, devices }: BackendFacts): number =>
  devices
    .filter(({ type }) => type !== 'cpu')
    .reduce(
      (sum, { vramTotalBytes, vramFreeBytes }) => sum + vramTotalBytes - vramFreeBytes,
      ramTotalBytes - ramFreeBytes,
    );
