import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import { Backend, type BackendState, Slot } from '../db/models/backend.ts';
import { expectedSeconds, type OpenBackend } from './plan.ts';
import { residencyKey } from './readySet.ts';

interface BackendRow {
  id: string;
  state: BackendState;
  residency: string[] | null;
}

interface SlotRow {
  backendId: string;
  slot: 0 | 1;
  taskId: string;
  workflowName: string;
  workUnits: number;
  estimateSeconds: number;
  startedAt: Date | null;
}

/**
 * The backends that take tasks, with what they have in hand: enabled, not draining, up or on trial, and owned by
 * a dispatcher that lives.
 * @param residencies of tasks that this leader assigned, by task: what they load is not written until they begin.
 */
export async function listOpenBackends(
  deps: { database: Database; clock: Clock },
  secondsPerUnit: ReadonlyMap<string, ReadonlyMap<string, number>>,
  residencies: Pick<ReadonlyMap<string, string>, 'get'>,
): Promise<OpenBackend[]> {
  const [backends, slots] = await Promise.all([listBackends(deps.database), listTakenSlots(deps.database)]);
  const nowMs = deps.clock.now().getTime();
  return backends.map(({ id, state, residency }) => {
    const taken = slots.filter(({ backendId }) => backendId === id);
    const learned = secondsPerUnit.get(id) ?? new Map<string, number>();
    const outstanding = taken.map((slot) => {
      const ranSeconds = slot.startedAt === null ? 0 : (nowMs - slot.startedAt.getTime()) / 1_000;
      return Math.max(0, expectedSeconds({ secondsPerUnit: learned }, slot) - ranSeconds);
    });
    const last = taken.map(({ taskId }) => residencies.get(taskId)).findLast((key) => key !== undefined);
    return {
      id,
      freeSlots: freeSlotsOf(state, taken),
      isBusy: taken.length > 0,
      outstandingSeconds: outstanding.reduce((sum, seconds) => sum + seconds, 0),
      residency: last ?? (residency ? residencyKey(residency) : undefined),
      secondsPerUnit: learned,
    };
  });
}

/** A backend on trial gets one task at a time. */
function freeSlotsOf(state: BackendState, taken: readonly SlotRow[]): (0 | 1)[] {
  if (state === 'trial') return taken.length === 0 ? [0] : [];
  return ([0, 1] as const).filter((slot) => !taken.some((other) => other.slot === slot));
}

const listBackends = async (database: Database): Promise<BackendRow[]> =>
  await Backend.query(database)
    .select('id', 'state', 'residency')
    .where({ enabled: true, draining: false })
    .whereIn('state', ['up', 'trial'])
    .whereNull('removedAt')
    .whereRaw('owner IS NOT NULL AND lease_until >= NOW(3)');

/** In the order in which they were taken. */
const listTakenSlots = async (database: Database): Promise<SlotRow[]> =>
  await Slot.query(database)
    .join('attempts', (on) =>
      on.on('attempts.taskId', 'slots.taskId').andOn('attempts.attempt', 'slots.attempt'),
    )
    .join('tasks', 'tasks.id', 'slots.taskId')
    .select('slots.backendId', 'slots.slot', 'slots.taskId', 'attempts.startedAt')
    .select('tasks.workflowName', 'tasks.workUnits', 'tasks.estimateSeconds')
    .orderBy('slots.takenAt')
    .castTo<SlotRow[]>();
