import { listHeldBack, type PeopleFacts } from './heldSlots.ts';
import type { PlanFacts, ReadyTask } from './planInput.ts';
import { createServiceCounters, type ServiceCounters } from './serviceCounters.ts';
import { byAge, type TaskIndex } from './taskIndex.ts';

type SeenFacts = Pick<PlanFacts, 'nowMs' | 'servedSeconds' | 'firstSinceMs' | 'wantedSinceMs'>;

/** What a plan needs to know of earlier plans. Each part is read again from rows, or may start empty. */
export interface PlanMemory {
  /**
   * Tells what waits now.
   * @param people what they have of the pool. Who holds as many slots as they may does not wait for a turn.
   * @returns the parts of the next plan's input.
   */
  see(index: TaskIndex, nowMs: number, people?: PeopleFacts): SeenFacts;
  /** A task of this person was assigned. */
  charge(userId: string, seconds: number): void;
}

/** @param lastTurnMs when a task of each person was assigned last, or they were held back, as far as is known. */
export function createPlanMemory(
  counters: ServiceCounters = createServiceCounters(),
  lastTurnMs: ReadonlyMap<string, number> = new Map(),
): PlanMemory {
  /** Without a task while its person is held back: what they wait for then does not count. */
  const lines = new Map<string, { taskId?: string; sinceMs: number }>();
  let wantedSinceMs = new Map<string, number>();
  let policies: PlanFacts['policies'];

  function seeLines(
    heads: ReadonlyMap<string, ReadyTask>,
    heldBack: ReadonlySet<string>,
    nowMs: number,
  ): Map<string, number> {
    for (const userId of lines.keys()) if (!heads.has(userId)) lines.delete(userId);
    for (const userId of heldBack) lines.set(userId, { sinceMs: nowMs });
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
    see(index, nowMs, people = {}) {
      const heldBack = listHeldBack(people, index.people.keys());
      policies = people.policies;
      const heads = new Map<string, ReadyTask>();
      const wanted = new Map<string, number>();
      for (const { residency, lines } of index.groups()) {
        for (const [userId, { tasks }] of lines) {
          if (heldBack.has(userId)) continue;
          wanted.set(residency.base, wantedSinceMs.get(residency.base) ?? nowMs);
          const [task] = tasks;
          const head = heads.get(userId);
          if (task && (!head || byAge(task, head) < 0)) heads.set(userId, task);
        }
      }
      wantedSinceMs = wanted;
      counters.noteWaiting(new Set(heads.keys()));
      const firstSinceMs = seeLines(heads, heldBack, nowMs);
      return { nowMs, servedSeconds: counters.served, firstSinceMs, wantedSinceMs };
    },
    charge: (userId, seconds) => counters.charge(userId, seconds / (policies?.get(userId)?.weight ?? 1)),
  };
}
