import type { BackendState } from '../../../ground/db/models/backend.ts';
import type { ModelBytes } from '../../../library/catalogue/modelBytes.ts';
import type { OpenBackend, UnbegunAttempt } from '../planner/planInput.ts';
import { isGuessed, runSeconds } from '../planner/plannedBackend.ts';
import { createResidency, loadBeside, type Residency, sizedFor } from '../planner/residency.ts';
import { lacksGpu, loading } from '../runTimes.ts';
import type { BackendRow, PoolRows, SlotRow } from './poolRows.ts';

/** A guess for a prompt of another client. */
const foreignPromptSeconds = 15;

/** By assigned task: the models that it will load, which are not written until it begins. */
type AssignedResidencies = Pick<ReadonlyMap<string, Residency>, 'get'>;

interface Known {
  secondsPerUnit: ReadonlyMap<string, ReadonlyMap<string, number>>;
  residencies: AssignedResidencies;
  modelBytes: ModelBytes;
}

/** The backends that take tasks, with their present work. */
export function viewBackends(rows: PoolRows, nowMs: number, known: Known): OpenBackend[] {
  return rows.backends.map((row) => {
    const isHere = ({ backendId }: SlotRow) => backendId === row.id;
    const taken = rows.taken.filter(isHere);
    const learned = known.secondsPerUnit.get(row.id) ?? new Map<string, number>();
    const speed = { weight: row.weight, secondsPerUnit: learned, lacksGpu: lacksGpu(row.facts) };
    const foreignPrompts = row.facts?.foreignPrompts ?? 0;
    const foreignSeconds = foreignPrompts * foreignPromptSeconds;
    const outstandingSeconds = foreignSeconds + sumOutstanding(speed, taken, nowMs);
    return {
      id: row.id,
      freeSlots: freeSlotsOf(row.state, taken),
      isBusy: taken.length > 0 || foreignPrompts > 0,
      outstandingSeconds,
      isGuess: taken.some((slot) => isGuessed(speed, slot)),
      residency: residencyAfter(row, [...rows.ran.filter(isHere), ...taken], known),
      loadFactor: learned.get(loading) ?? 1,
      keptBytes: row.facts?.keptModelBytes ?? 0,
      bytes: known.modelBytes.on?.(row.id),
      ...speed,
      holdsLong: taken.some(({ lane }) => lane === 'long'),
      unbegun: listUnbegun(speed, taken, nowMs, foreignSeconds),
    };
  });
}

/** By person: the expected seconds until each slot that they hold is free, on any backend. */
export function listHeldSeconds(
  { taken, backends }: PoolRows,
  nowMs: number,
  { secondsPerUnit }: Pick<Known, 'secondsPerUnit'>,
): Map<string, number[]> {
  const held = new Map<string, number[]>();
  for (const [backendId, slots] of Map.groupBy(taken, (slot) => slot.backendId)) {
    const { weight = 1 } = backends.find(({ id }) => id === backendId) ?? {};
    const speed = { weight, secondsPerUnit: secondsPerUnit.get(backendId) ?? new Map<string, number>() };
    for (const [index, { userId }] of slots.entries()) {
      const seconds = sumOutstanding(speed, slots.slice(0, index + 1), nowMs);
      held.set(userId, [...(held.get(userId) ?? []), seconds]);
    }
  }
  return held;
}

function sumOutstanding(
  speed: Pick<OpenBackend, 'weight' | 'secondsPerUnit'>,
  taken: readonly SlotRow[],
  nowMs: number,
): number {
  return taken.reduce((sum, slot) => {
    const ranSeconds = slot.startedAt === null ? 0 : (nowMs - slot.startedAt.getTime()) / 1_000;
    // An overdue run may hang: it is expected to take as long again as it is overdue, so that no task waits for it
    // for ever.
    return sum + Math.abs(runSeconds(speed, slot) - ranSeconds);
  }, 0);
}

function listUnbegun(
  speed: Pick<OpenBackend, 'weight' | 'secondsPerUnit' | 'lacksGpu'>,
  taken: readonly SlotRow[],
  nowMs: number,
  foreignSeconds: number,
): UnbegunAttempt[] {
  return taken.flatMap((slot, index) => {
    if (slot.startedAt !== null) return [];
    const { taskId, attempt, userId, apiKeyId, recalledAt } = slot;
    const beginsAfterSeconds = foreignSeconds + sumOutstanding(speed, taken.slice(0, index), nowMs);
    const readyAfterSeconds = beginsAfterSeconds + runSeconds(speed, slot);
    const isRecalled = recalledAt !== null;
    const isGuess = taken.slice(0, index + 1).some((one) => isGuessed(speed, one));
    return [
      { taskId, attempt, userId, apiKeyId, beginsAfterSeconds, readyAfterSeconds, isGuess, isRecalled },
    ];
  });
}

/** The models that will be loaded when the taken slots are done. */
function residencyAfter(
  { id, residency: written, facts }: BackendRow,
  slots: readonly SlotRow[],
  { residencies, modelBytes }: Known,
): Residency | undefined {
  const keptBytes = facts?.keptModelBytes ?? 0;
  const own = modelBytes.on?.(id);
  let loaded = written ? sizedFor(createResidency(written, modelBytes, keptBytes > 0), own) : undefined;
  for (const { taskId } of slots) {
    const next = residencies.get(taskId);
    if (next) loaded = loadBeside(sizedFor(next, own), loaded, keptBytes);
  }
  return loaded;
}

/** A backend on trial gets one task at a time. */
function freeSlotsOf(state: BackendState, taken: readonly SlotRow[]): (0 | 1)[] {
  if (state === 'trial') return taken.length === 0 ? [0] : [];
  return ([0, 1] as const).filter((slot) => !taken.some((other) => other.slot === slot));
}
