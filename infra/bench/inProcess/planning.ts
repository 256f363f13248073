import { orderReady } from '@star-graph/core/dispatch/planner/fairOrder';
import type { PlannedAssignment } from '@star-graph/core/dispatch/planner/plan';
import type { PlanInput } from '@star-graph/core/dispatch/planner/planInput';
import { doneAfterSeconds, occupy, toPlannedBackend } from '@star-graph/core/dispatch/planner/plannedBackend';
import { createResidency } from '@star-graph/core/dispatch/planner/residency';
import { type Arrival, type PoolRun, simulatePool } from '@star-graph/core/testing/dispatch/simulatePool';
import { type Measurement, percentile } from '../report.ts';

const tasks = 1_000;
const people = 30;
const backends = 4;
/** The share of the work that four backends could do without any loading. */
const load = 0.9;
const meanRunSeconds = 5.5;
const models = Array.from({ length: 6 }, (_, index) => createResidency([`checkpoints/${index}`]));

/**
 * A pool on a simulated clock, so the same on every machine: thirty people and six models on four backends, tasks of
 * three to eight seconds, loads of ten. Beside it the same fair order with every free slot given to who is first in
 * it, at the backend that is done first.
 */
export function measurePlanning(): Measurement {
  const arrivals = listArrivals();
  const planned = simulatePool(arrivals, backends);
  const inOrder = simulatePool(arrivals, backends, assignInOrder);
  return {
    what: `GPU time for loading, ${models.length} models on ${backends} backends, ${tasks} tasks (simulated)`,
    measured: describeRun(planned),
    limit: `${describeRun(inOrder)} without regard to models`,
    target: '',
  };
}

function describeRun({ waits, loads, loadingSeconds, runningSeconds }: PoolRun): string {
  const share = Math.round((100 * loadingSeconds) / (loadingSeconds + runningSeconds));
  const seconds = [...waits.values()];
  const [p50, p95] = [percentile(seconds, 0.5), percentile(seconds, 0.95)].map(Math.round);
  return `${share} %, ${loads} loads, result after p50 ${p50} s, p95 ${p95} s`;
}

/** A few models are requested often, many seldom. */
function listArrivals(): Arrival[] {
  const random = createRandom();
  let atSeconds = 0;
  return Array.from({ length: tasks }, (_, index) => {
    atSeconds -= (Math.log(1 - random()) * meanRunSeconds) / (load * backends);
    return {
      id: `task-${String(index).padStart(4, '0')}`,
      userId: `person-${Math.floor(random() * people)}`,
      residency: models[Math.floor(models.length * random() ** 2.5)] ?? createResidency([]),
      estimateSeconds: 3 + 5 * random(),
      atSeconds,
    };
  });
}

/** The same numbers at every run (a linear congruential generator). */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

function assignInOrder(input: PlanInput): PlannedAssignment[] {
  const places = input.backends.map(toPlannedBackend);
  const assignments: PlannedAssignment[] = [];
  for (const task of orderReady(input)) {
    const free = places.filter((place) => place.free.length > 0);
    const idle = free.filter(({ isBusy }) => !isBusy);
    const [place] = (idle.length > 0 ? idle : free).sort(
      (a, b) => doneAfterSeconds(a, task) - doneAfterSeconds(b, task),
    );
    const slot = place?.free.shift();
    if (!place || slot === undefined) break;
    occupy(place, task);
    assignments.push({ taskId: task.id, attempt: task.attempt, backendId: place.backend.id, slot });
  }
  return assignments;
}
