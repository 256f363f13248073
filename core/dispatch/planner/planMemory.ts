import type { PlanFacts, ReadyTask } from './planInput.ts';
import { createServiceCounters, type ServiceCounters } from './serviceCounters.ts';
import { byAge, type TaskIndex } from './waiting/taskIndex.ts';

/** What a plan needs to know of earlier plans. Each part is read again from rows, or may start empty. */
export interface PlanMemory {
  /** Tells what waits now. @returns the parts of the next plan's input. */
  see(
    index: TaskIndex,
    nowMs: number,
  ): Pick<PlanFacts, 'nowMs' | 'servedSeconds' | 'firstSinceMs' | 'wantedSinceMs'>;
  /** A task of this person was assigned. */
  charge(userId: string, seconds: number): void;
}

/** @param lastTurnMs when a task of each person was assigned last, as far as is known. */
export function createPlanMemory(
  counters: ServiceCounters = createServiceCounters(),
  lastTurnMs: ReadonlyMap<string, number> = new Map(),
): PlanMemory {
  const lines = new Map<string, { taskId: string; sinceMs: number }>();
  let wantedSinceMs = new Map<string, number>();

  function seeLines(heads: ReadonlyMap<string, ReadyTask>, nowMs: number): Map<string, number> {
    for (const userId of lines.keys()) if (!heads.has(userId)) lines.delete(userId);
    const firstSinceMs = new Map<string, number>();
    for (const [userId, { id, createdAtMs }] of heads) {
      const known = lines.get(userId);
      const freedMs = known ? nowMs : (lastTurnMs.get(userId) ?? createdAtMs);
      const line = known?.taskId === id ? known : { taskId: id, sinceMs: Math.max(createdAtMs, freedMs) };
      lines.set(userId, line);
      firstSinceMs.set(id, line.sinceMs);
    }
    return firstSinceMs;
  }

  return {
    see(index, nowMs) {
      const heads = new Map<string, ReadyTask>();
      const wanted = new Map<string, number>();
      for (const { residency, lines } of index.groups()) {
        wanted.set(residency.base, wantedSinceMs.get(residency.base) ?? nowMs);
        for (const [userId, { tasks }] of lines) {
          const [task] = tasks;
          const head = heads.get(userId);
          if (task && (!head || byAge(task, head) < 0)) heads.set(userId, task);
        }
      }
      wantedSinceMs = wanted;
      counters.noteWaiting(new Set(heads.keys()));
      const firstSinceMs = seeLines(heads, nowMs);
      return { nowMs, servedSeconds: counters.served, firstSinceMs, wantedSinceMs };
    },
    charge: (userId, seconds) => counters.charge(userId, seconds),
  };
}
