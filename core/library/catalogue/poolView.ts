import type { Inventory } from '../../comfy/comfy.ts';
import type { Database } from '../../ground/db/connect.ts';
import {
  Backend,
  type BackendState,
  filmDeskUrl,
  InventoryRecord,
  type ModelMark,
  RunTime,
} from '../../ground/db/models/backend.ts';
import type { ModelEntryRecord } from '../../ground/db/models/modelEntry.ts';
import { Rental } from '../../ground/db/models/rental.ts';
import { createFreshView, type FreshView, type ViewDeps } from '../../ground/runtime/freshView.ts';
import type { Capability } from './capability.ts';
import { indexModelBytes, type ModelBytes } from './modelBytes.ts';
import { listMarks } from './modelMarks.ts';
import { type ModelSettings, readModelSettings } from './modelSettings.ts';
import { createModelEntries, familiesOf, type ModelEntries } from './models/entryIndex.ts';
import { listEntries } from './models/storedEntries.ts';
import { parseStoredInventory } from './storedInventory.ts';

export interface BackendView {
  id: string;
  name: string;
  /**
   * Enabled, and up or seen shortly before. The queue bridges a restart and a drain, so a task is accepted while its
   * only backend is away for a moment.
   */
  isUsable: boolean;
  /** False if an administrator switched it off. */
  isEnabled: boolean;
  /** Usable, not draining, and it answers now. */
  isUp: boolean;
  isDraining: boolean;
  /** Undefined until its owner has read the inventory. */
  capability: Capability | undefined;
}

/** The pool at one moment, and the film desk beside it, which runs what no GPU server does. */
export interface WholePool extends PoolView {
  filmDesk: PoolView;
}

/** GPU servers at one moment. */
export interface PoolView {
  /** Equal for pools whose usable backends have the same inventories and marks and are up alike, under the same settings and entries. */
  revision: string;
  /** Equal for pools whose backends, up or not, have the same inventories and marks under the same settings and entries. */
  holdings: string;
  settings: ModelSettings;
  /** What operators say of models. */
  entries: ModelEntries;
  backends: readonly BackendView[];
  /** Learned seconds per work unit by workflow name: the mean over the backends, weighted by their samples. */
  secondsPerUnit: ReadonlyMap<string, number>;
}

/** The capabilities of usable backends: one entry for each, many of them the same object. */
export const usable = ({ backends }: PoolView): Capability[] =>
  backends.flatMap(({ isUsable, capability }) => (isUsable && capability ? [capability] : []));

/** The capabilities of the backends that answer now. */
export const ready = ({ backends }: PoolView): Capability[] =>
  backends.flatMap(({ isUp, capability }) => (isUp && capability ? [capability] : []));

/** The capabilities that models are chosen from: those of draining backends only where there are no others. */
export function offered(view: PoolView): Capability[] {
  const staying = usable({ ...view, backends: view.backends.filter(({ isDraining }) => !isDraining) });
  return staying.length > 0 ? staying : usable(view);
}

const bytesOf = new WeakMap<PoolView, ModelBytes>();

export function modelBytesOf(view: PoolView): ModelBytes {
  const known = bytesOf.get(view) ?? indexModelBytes(view.backends);
  bytesOf.set(view, known);
  return known;
}

/** The age at which a view is read again. */
const poolLifeMs = 2_000;
const defaultExpectedBackSeconds = 120;

export function createPoolView(
  deps: ViewDeps & {
    database: Database;
    /** How long after its last sign of life a backend is expected back, with tasks accepted for it. Default: 120. */
    expectedBackSeconds?: number;
  },
): FreshView<WholePool> {
  const { database, expectedBackSeconds = defaultExpectedBackSeconds } = deps;
  const known: Known = { inventories: new Map(), capabilities: new Map() };
  return createFreshView(deps, poolLifeMs, () => loadPool(database, known, expectedBackSeconds));
}

/** Parsed inventories and capabilities: an inventory is large and seldom changes. */
interface Known {
  /** The inventories by their digests. */
  readonly inventories: Map<string, Inventory>;
  /** The capabilities by digest, marks, settings and entries. */
  readonly capabilities: Map<string, Capability>;
  entries?: { key: string; index: ModelEntries };
}

interface PoolRow {
  id: string;
  url: string;
  name: string;
  enabled: boolean;
  draining: boolean;
  state: BackendState;
  seenSecondsAgo: number | null;
  digest: string | null;
}

/**
 * The servers of the pool. One that was rented last and was given back is expected back too, as another like it, so that
 * tasks wait which rent the next one.
 */
async function loadRows(database: Database): Promise<PoolRow[]> {
  const last = await Rental.query(database)
    .where({ state: 'ended' })
    .whereNotNull('backendId')
    .orderBy('endedAt', 'desc')
    .first();
  const rows = await Backend.query(database)
    .leftJoin('inventories', 'inventories.backendId', 'backends.id')
    .where((of) => of.whereNull('removedAt').orWhere('id', last?.backendId ?? ''))
    .select('id', 'url', 'name', 'enabled', 'draining', 'state', 'digest', 'removedAt')
    .select(database.raw('TIMESTAMPDIFF(SECOND, seen_at, NOW(3)) AS seen_seconds_ago'))
    .castTo<(PoolRow & Pick<Backend, 'removedAt'>)[]>();
  return rows.map(({ removedAt, ...row }) =>
    removedAt === null ? row : { ...row, enabled: true, draining: false, state: 'down' },
  );
}

async function loadPool(database: Database, known: Known, expectedBackSeconds: number): Promise<WholePool> {
  const [all, runTimes, marks, settings, entryRows] = await Promise.all([
    loadRows(database),
    RunTime.query(database),
    listMarks(database),
    readModelSettings(database),
    listEntries(database),
  ]);
  const entries = indexEntries(known, entryRows, settings);
  await loadInventories(database, known.inventories, new Set(all.flatMap(({ digest }) => digest ?? [])));
  const isUsable = (row: PoolRow) => row.enabled && isExpected(row, expectedBackSeconds);
  const isUp = (row: PoolRow) => isUsable(row) && !row.draining && row.state !== 'down';
  const { keyOf, capabilityOf } = describeRows(known, all, marks, settings, entries);
  const [desk = [], rows = []] = [true, false].map((isDesk) =>
    all.filter(({ url }) => (url === filmDeskUrl) === isDesk),
  );
  const toViews = (some: readonly PoolRow[]): BackendView[] =>
    some.map((row) => ({
      id: row.id,
      name: row.name,
      isUsable: isUsable(row),
      isUp: isUp(row),
      isDraining: row.draining,
      isEnabled: row.enabled,
      capability: capabilityOf(row),
    }));
  const view = {
    revision: [
      JSON.stringify(settings),
      entries.revision,
      ...rows
        .filter(isUsable)
        .map((row) => `${keyOf(row)}${isUp(row) ? '' : ' down'}${row.draining ? ' draining' : ''}`),
    ]
      .sort()
      .join(),
    holdings: all
      .map((row) => `${keyOf(row)}${row.enabled ? '' : ' disabled'}`)
      .sort()
      .join(),
    settings,
    entries,
    backends: toViews(rows),
    secondsPerUnit: weighRunTimes(runTimes),
  };
  return { ...view, filmDesk: { ...view, backends: toViews(desk) } };
}

/** Made anew when something changed: it is read for every request. */
function indexEntries(
  known: Known,
  rows: readonly ModelEntryRecord[],
  settings: ModelSettings,
): ModelEntries {
  const key = JSON.stringify([settings, rows.map(({ source, model, version }) => [source, model, version])]);
  if (known.entries?.key !== key) known.entries = { key, index: createModelEntries(rows, settings) };
  return known.entries.index;
}

/** Backends with equal inventories and marks get one capability, and another one under other settings. */
function describeRows(
  { inventories, capabilities }: Known,
  rows: readonly PoolRow[],
  marks: readonly ModelMark[],
  { fileNames, families }: ModelSettings,
  entries: ModelEntries,
) {
  const marksOf = Map.groupBy(marks, ({ backendId }) => backendId);
  const settingsKey = JSON.stringify([fileNames, families, entries.revision]);
  const keyOf = ({ id, digest }: PoolRow): string =>
    [digest, settingsKey, ...(marksOf.get(id) ?? []).map(({ modelsKey }) => modelsKey)].join();
  const used = new Set(rows.map(keyOf));
  for (const key of capabilities.keys()) if (!used.has(key)) capabilities.delete(key);
  const capabilityOf = (row: PoolRow): Capability | undefined => {
    const inventory = inventories.get(row.digest ?? '');
    if (!inventory) return undefined;
    const key = keyOf(row);
    const unfit = (marksOf.get(row.id) ?? []).map(({ models }) => models);
    const capability = capabilities.get(key) ?? {
      ...inventory,
      unfit,
      fileNames,
      families: familiesOf(entries, inventory.models),
    };
    capabilities.set(key, capability);
    return capability;
  };
  return { keyOf, capabilityOf };
}

const isExpected = ({ state, seenSecondsAgo }: PoolRow, expectedBackSeconds: number): boolean =>
  seenSecondsAgo !== null && (state !== 'down' || seenSecondsAgo <= expectedBackSeconds);

async function loadInventories(
  database: Database,
  known: Map<string, Inventory>,
  digests: ReadonlySet<string>,
): Promise<void> {
  for (const digest of known.keys()) if (!digests.has(digest)) known.delete(digest);
  const unknown = [...digests].filter((digest) => !known.has(digest));
  if (unknown.length === 0) return;
  const records = await InventoryRecord.query(database).whereIn('digest', unknown);
  for (const { digest, content } of records) {
    const inventory = known.has(digest) ? undefined : parseStoredInventory(content);
    if (inventory) known.set(digest, inventory);
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
