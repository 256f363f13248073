import { mayBeNext, type UpTo } from './fairShare.ts';
import type { ReadyTask } from './planInput.ts';
import { isWarmFor, loadedAfter, loadSeconds, type PlannedBackend } from './plannedBackend.ts';
import { type Residency, sizedFor, usualLoadSeconds } from './residency.ts';
import type { TaskGroup, WaitingTasks, WantedModels } from './waitingTasks.ts';

/** What one backend may take next. */
export interface Offer {
  readonly candidate: PlannedBackend;
  readonly groups: readonly TaskGroup[];
  /** How much somebody may have got to be next. */
  readonly upTo: UpTo;
}

interface Pool {
  candidates: readonly PlannedBackend[];
  waiting: WaitingTasks;
}

/** A task that has waited so long counts twice. */
const doubledAfterMs = 200_000;

/** The sets that eligible people want, by pressure. */
export function listWanted(
  offers: readonly Offer[],
  { candidates, nowMs }: Pick<Pool, 'candidates'> & { nowMs: number },
): Residency[] {
  const seen = new Set<TaskGroup>();
  const pressures = new Map<string, { residency: Residency; pressure: number }>();
  for (const { groups, upTo } of offers)
    for (const group of groups) {
      if (seen.has(group)) continue;
      seen.add(group);
      const { residency } = group;
      let pressure = pressures.get(residency.base)?.pressure ?? 0;
      for (const { person, tasks } of group.lines) {
        const [first] = tasks;
        if (!first || !mayBeNext(person, upTo)) continue;
        // Whole numbers: their sum does not depend on the order.
        pressure += tasks.length * (doubledAfterMs + Math.max(0, nowMs - first.createdAtMs));
      }
      if (pressure > 0) pressures.set(residency.base, { residency, pressure });
    }
  const wanted = [...pressures.values()].map(({ residency, pressure }) => ({
    residency,
    pressure: pressure / (1 + countHaving(candidates, residency)),
  }));
  const byPressure = wanted.sort(
    (a, b) => b.pressure - a.pressure || (a.residency.base < b.residency.base ? -1 : 1),
  );
  return byPressure.map(({ residency }) => residency);
}

const countHaving = (candidates: readonly PlannedBackend[], residency: Residency): number =>
  candidates.filter((candidate) => isWarmFor(candidate, { residency })).length;

/** First the backends that would drop, for these models, what the fewest waiting tasks want. */
export function byWanted(
  open: readonly PlannedBackend[],
  task: Pick<ReadyTask, 'residency'>,
  { candidates, waiting }: Pool,
): PlannedBackend[] {
  if (open.length < 2) return [...open];
  const wantedAt = (candidate: PlannedBackend): number => {
    if (candidate.residency === undefined) return -1;
    let sum = 0;
    for (const models of listDropped(candidate, task, waiting.wanted))
      sum += models.count / countHaving(candidates, models.residency);
    return sum;
  };
  const usual = ({ residency, backend }: PlannedBackend): number =>
    residency === undefined
      ? 0
      : usualLoadSeconds(sizedFor(residency, backend.bytes), undefined) * backend.loadFactor;
  return open.toSorted(
    (a, b) =>
      wantedAt(a) - wantedAt(b) ||
      loadSeconds(a, task) - loadSeconds(b, task) ||
      usual(a) - usual(b) ||
      b.backend.weight - a.backend.weight,
  );
}

/** The models that tasks wait for and that the backend would drop for others. */
function listDropped(
  candidate: PlannedBackend,
  task: Pick<ReadyTask, 'residency'>,
  wanted: WaitingTasks['wanted'],
): WantedModels[] {
  if (!candidate.residency?.isKept) {
    const models = wanted.get(candidate.residency?.base ?? '');
    return models ? [models] : [];
  }
  const after = { ...candidate, residency: loadedAfter(candidate, task) };
  return [...wanted.values()].filter((models) => isWarmFor(candidate, models) && !isWarmFor(after, models));
}
