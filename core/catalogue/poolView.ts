import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import { Backend, type BackendState, InventoryRecord, RunTime } from '../db/models/backend.ts';
import type { Capability } from './capability.ts';
import { createFreshView, type FreshView } from './freshView.ts';
import { listMarks } from './modelMarks.ts';
import { parseStoredInventory } from './storedInventory.ts';

export interface BackendView {
  id: string;
  /**
   * Enabled, not draining, and up or seen shortly before: the queue bridges a restart, so a task is accepted while
   * its only backend is away for a moment.
   */
  isUsable: boolean;
  /** False where an administrator switched it off. */
  isEnabled: boolean;
  /** Undefined until its owner has read the inventory. */
  capability: Capability | undefined;
}

/** The pool as it was at one moment. */
export interface PoolView {
  /** Equal for pools whose usable backends have the same inventories and marks. */
  revision: string;
  backends: readonly BackendView[];
  /** Learned seconds per work unit by workflow name: the mean over the backends, weighted by their samples. */
  secondsPerUnit: ReadonlyMap<string, number>;
}

/** What the usable backends have: one entry a backend, many of them the same object. */
export const usable = ({ backends }: PoolView): Capability[] =>
  backends.flatMap(({ isUsable, capability }) => (isUsable && capability ? [capability] : []));

/** How old a view may be before it is read again. */
const poolLifeMs = 2_000;
/** How long after its last sign of life a backend is still expected back. */
const expectedBackSeconds = 120;

export function createPoolView(deps: {
  database: Database;
  clock: Pick<Clock, 'monotonicMs'>;
}): FreshView<PoolView> {
  const capabilities = new Map<string, Capability>();
  const marked: MarkedCapabilities = new Map();
  return createFreshView(deps, poolLifeMs, () => loadPool(deps.database, capabilities, marked));
}

interface PoolRow {
  id: string;
  enabled: boolean;
  draining: boolean;
  state: BackendState;
  seenSecondsAgo: number | null;
  digest: string | null;
}

/** By digest and marks. */
type MarkedCapabilities = Map<string, Capability>;

/** `known` keeps what was parsed before, by digest: an inventory is large and seldom changes. */
async function loadPool(
  database: Database,
  known: Map<string, Capability>,
  marked: MarkedCapabilities,
): Promise<PoolView> {
  const [rows, runTimes, marks] = await Promise.all([
    Backend.query(database)
      .leftJoin('inventories', 'inventories.backendId', 'backends.id')
      .whereNull('removedAt')
      .select('id', 'enabled', 'draining', 'state', 'digest')
      .select(database.raw('TIMESTAMPDIFF(SECOND, seen_at, NOW(3)) AS seen_seconds_ago'))
      .castTo<PoolRow[]>(),
    RunTime.query(database),
    listMarks(database),
  ]);
  await loadCapabilities(database, known, new Set(rows.flatMap(({ digest }) => digest ?? [])));
  const isUsable = (row: PoolRow) => row.enabled && !row.draining && isExpected(row);
  const marksOf = Map.groupBy(marks, ({ backendId }) => backendId);
  const keyOf = ({ id, digest }: PoolRow): string[] =>
    digest === null ? [] : [[digest, ...(marksOf.get(id) ?? []).map(({ modelsKey }) => modelsKey)].join()];
  const keys = new Set(rows.flatMap(keyOf));
  for (const key of marked.keys()) if (!keys.has(key)) marked.delete(key);
  const capabilityOf = (row: PoolRow): Capability | undefined => {
    const inventory = known.get(row.digest ?? '');
    const unfit = marksOf.get(row.id)?.map(({ models }) => models);
    const [key] = keyOf(row);
    if (!inventory || !unfit || key === undefined) return inventory;
    const capability = marked.get(key) ?? { ...inventory, unfit };
    marked.set(key, capability);
    return capability;
  };
  return {
    revision: rows.filter(isUsable).flatMap(keyOf).sort().join(),
    backends: rows.map((row) => ({
      id: row.id,
      isUsable: isUsable(row),
      isEnabled: row.enabled,
      capability: capabilityOf(row),
    })),
    secondsPerUnit: weighRunTimes(runTimes),
  };
}

const isExpected = ({ state, seenSecondsAgo }: PoolRow): boolean =>
  seenSecondsAgo !== null && (state !== 'down' || seenSecondsAgo <= expectedBackSeconds);

async function loadCapabilities(
  database: Database,
  known: Map<string, Capability>,
  digests: ReadonlySet<string>,
): Promise<void> {
  for (const digest of known.keys()) if (!digests.has(digest)) known.delete(digest);
  const unknown = [...digests].filter((digest) => !known.has(digest));
  if (unknown.length === 0) return;
  const records = await InventoryRecord.query(database).whereIn('digest', unknown);
  for (const { digest, content } of records) {
    const capability = known.has(digest) ? undefined : parseStoredInventory(content);
    if (capability) known.set(digest, capability);
  }
}

function weighRunTimes(runTimes: readonly RunTime[]): Map<string, number> {
  const sums = new Map<string, { weighted: number; samples: number }>();
  for (const { workflow, secondsPerUnit, samples } of runTimes) {
    const sum = sums.get(workflow) ?? { weighted: 0, samples: 0 };
    sum.weighted += secondsPerUnit * samples;
    sum.samples += samples;
    sums.set(workflow, sum);
  }
  return new Map(
    [...sums].flatMap(([workflow, { weighted, samples }]) =>
      samples > 0 ? [[workflow, weighted / samples] as const] : [],
    ),
  );
}
