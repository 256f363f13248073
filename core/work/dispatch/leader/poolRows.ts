import type { Lane } from '@star-graph/workflows';
import type { Database } from '../../../ground/db/connect.ts';
import { Backend, type BackendReport, type BackendState, Slot } from '../../../ground/db/models/backend.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

export interface BackendRow {
  id: string;
  state: BackendState;
  weight: number;
  residency: string[] | null;
  facts: BackendReport | null;
}

export interface SlotRow {
  backendId: string;
  slot: 0 | 1;
  taskId: string;
  attempt: number;
  userId: string;
  apiKeyId: string | null;
  lane: Lane;
  workflowName: string;
  workUnits: number;
  estimateSeconds: number;
  startedAt: Date | null;
  recalledAt: Date | null;
}

export interface PoolRows {
  /** Those that take tasks: enabled, not draining, up or on trial, and owned by a live dispatcher. */
  backends: readonly BackendRow[];
  /** The taken slots in the order of their assignment. */
  taken: readonly SlotRow[];
  /** Those that were taken when the rows were read and have completed since: the last few of each backend. */
  ran: readonly SlotRow[];
}

/**
 * The backends and their slots as far as the leader knows. It makes all assignments itself and hears of completed
 * ones, so it need not read the rows for each plan. They are read again once a second, and whenever something may have
 * changed that was not told in full: then also a message that was lost is made good. Rows that are out of date can only
 * make an assignment fail, which looks at the rows themselves.
 */
export interface PoolMemory {
  read(): Promise<PoolRows>;
  /** An assignment was made. */
  take(slot: SlotRow): void;
  /** An attempt completed: its slot is free, and its models are loaded. */
  free(attempt: Pick<SlotRow, 'taskId' | 'attempt'>): void;
  /** Something changed that is not known here. */
  doubt(): void;
}

const lifeMs = 1_000;
/** Enough to know what is loaded. */
const mostRan = 8;

export function createPoolMemory(deps: { database: Database; clock: Clock }): PoolMemory {
  let rows: { backends: readonly BackendRow[]; taken: SlotRow[]; ran: SlotRow[] } | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  /** A read may be older than these. */
  let freedWhileReading = new Set<string>();

  async function readAgain() {
    rows = undefined;
    freedWhileReading = new Set();
    readAtMs = deps.clock.monotonicMs();
    const { backends, taken } = await readPool(deps.database);
    return { backends, taken: taken.filter((slot) => !freedWhileReading.has(keyOf(slot))), ran: [] };
  }

  return {
    async read() {
      if (rows && deps.clock.monotonicMs() - readAtMs < lifeMs) return rows;
      rows = await readAgain();
      return rows;
    },
    take: (slot) => void rows?.taken.push(slot),
    free(attempt) {
      const key = keyOf(attempt);
      freedWhileReading.add(key);
      const index = rows?.taken.findIndex((slot) => keyOf(slot) === key) ?? -1;
      if (!rows || index < 0) return;
      const [slot] = rows.taken.splice(index, 1);
      if (slot) rows.ran = keepLast([...rows.ran, slot]);
    },
    doubt() {
      readAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}

const keyOf = ({ taskId, attempt }: Pick<SlotRow, 'taskId' | 'attempt'>): string => `${taskId}:${attempt}`;

/** @param ran the newest last */
function keepLast(ran: readonly SlotRow[]): SlotRow[] {
  const newest = ran.at(-1);
  const ofBackend = ran.filter(({ backendId }) => backendId === newest?.backendId);
  const dropped = new Set(ofBackend.slice(0, -mostRan));
  return ran.filter((slot) => !dropped.has(slot));
}

export async function readPool(database: Database): Promise<PoolRows & { taken: SlotRow[] }> {
  const [backends, taken] = await Promise.all([listBackends(database), listTakenSlots(database)]);
  return { backends, taken, ran: [] };
}

const listBackends = async (database: Database): Promise<BackendRow[]> =>
  await Backend.query(database)
    .select('id', 'state', 'weight', 'residency', 'facts')
    .where({ enabled: true, draining: false })
    .whereIn('state', ['up', 'trial'])
    .whereNull('removedAt')
    .whereRaw('owner IS NOT NULL AND lease_until >= NOW(3)');

const listTakenSlots = async (database: Database): Promise<SlotRow[]> =>
  await Slot.query(database)
    .join('attempts', (on) =>
      on.on('attempts.taskId', 'slots.taskId').andOn('attempts.attempt', 'slots.attempt'),
    )
    .join('tasks', 'tasks.id', 'slots.taskId')
    .select('slots.backendId', 'slots.slot', 'slots.taskId', 'slots.attempt')
    .select('attempts.startedAt', 'attempts.recalledAt')
    .select(
      'tasks.userId',
      'tasks.apiKeyId',
      'tasks.lane',
      'tasks.workflowName',
      'tasks.workUnits',
      'tasks.estimateSeconds',
    )
    .orderBy('slots.takenAt')
    .castTo<SlotRow[]>();
