import { type PlannedAssignment, plan } from '../../work/dispatch/planner/plan.ts';
import type {
  OpenBackend,
  PersonPolicy,
  PlanInput,
  ReadyTask,
} from '../../work/dispatch/planner/planInput.ts';
import { createPlanMemory } from '../../work/dispatch/planner/planMemory.ts';
import { loadSeconds, runSeconds, toPlannedBackend } from '../../work/dispatch/planner/plannedBackend.ts';
import type { Residency } from '../../work/dispatch/planner/residency.ts';
import { createTaskIndex } from '../../work/dispatch/planner/taskIndex.ts';

/** A task and when it is accepted. */
export type Arrival = Pick<ReadyTask, 'id' | 'userId' | 'residency' | 'estimateSeconds'> & {
  atSeconds: number;
};

interface PoolRun {
  /** From acceptance to result, by task id, in seconds. */
  waits: ReadonlyMap<string, number>;
  /** The number of checkpoint loads, including the first one on each backend. */
  loads: number;
  /** Of all backends together. */
  loadingSeconds: number;
  runningSeconds: number;
  /** Until the last result. */
  lengthSeconds: number;
}

const never = Number.POSITIVE_INFINITY;
/** A shorter load is that of a LoRA or a VAE. */
const checkpointSeconds = 5;

/**
 * Simulates a pool on its own clock: backends with two slots load missing models and run one task at a time, and
 * `decide` is called whenever a task arrives or ends. Nothing is random.
 */
export function simulatePool(
  arrivals: readonly Arrival[],
  backendCount: number,
  decide: (input: PlanInput) => PlannedAssignment[] = (input) => plan(input).assignments,
  policies: ReadonlyMap<string, PersonPolicy> = new Map(),
): PoolRun {
  const pool = Array.from({ length: backendCount }, (_, index) =>
    createBackend(`b${String(index).padStart(3, '0')}`),
  );
  const runsOn = new Set(pool.map(({ id }) => id));
  const coming = arrivals.toSorted((a, b) => a.atSeconds - b.atSeconds);
  const ready = new Map<string, ReadyTask>();
  const waits = new Map<string, number>();
  const memory = createPlanMemory();
  let lengthSeconds = 0;

  const take = ({ atSeconds, ...arrival }: Arrival) =>
    ready.set(arrival.id, { ...arrival, ...ordinary, runsOn, createdAtMs: atSeconds * 1_000 });
  const assign = (assignment: PlannedAssignment, now: number) => {
    const task = ready.get(assignment.taskId);
    const backend = pool.find(({ id }) => id === assignment.backendId);
    if (!task || !backend) throw new Error('assigned what is not there');
    ready.delete(task.id);
    memory.charge(task.userId, assignment.expectedSeconds);
    backend.assign({ slot: assignment.slot, task }, now);
  };
  for (let now = 0; now !== never; ) {
    while (coming[0] && coming[0].atSeconds <= now) take(coming.shift() as Arrival);
    for (const backend of pool) {
      const done = backend.end(now);
      if (done) waits.set(done.id, now - done.createdAtMs / 1_000);
      if (done) lengthSeconds = now;
    }
    const backends = pool.map((backend) => backend.describe(now));
    const waiting = [...ready.values()];
    const people = { policies, heldSeconds: holdSeconds(pool, now) };
    const seen = memory.see(createTaskIndex(waiting), now * 1_000, people);
    const input = { ...people, ...seen, ready: waiting, backends, longestWaitMs: 600_000, estimates: 0 };
    for (const assignment of decide(input)) assign(assignment, now);
    now = Math.min(coming[0]?.atSeconds ?? never, ...pool.map(({ endsAt }) => endsAt));
  }
  const sum = (of: (backend: SimulatedBackend) => number) => pool.reduce((all, one) => all + of(one), 0);
  return {
    waits,
    lengthSeconds,
    loads: sum(({ spent }) => spent.loads),
    loadingSeconds: sum(({ spent }) => spent.loadingSeconds),
    runningSeconds: sum(({ spent }) => spent.runningSeconds),
  };
}

function holdSeconds(pool: readonly SimulatedBackend[], now: number): Map<string, number[]> {
  const held = new Map<string, number[]>();
  for (const { holders } of pool)
    for (const { userId, seconds } of holders(now)) held.set(userId, [...(held.get(userId) ?? []), seconds]);
  return held;
}

const ordinary = {
  attempt: 0,
  lane: 'interactive',
  workflowName: 'text2img',
  workUnits: 1,
  failedOn: new Set<string>(),
} as const;

type SimulatedBackend = ReturnType<typeof createBackend>;
interface Taken {
  slot: 0 | 1;
  task: ReadyTask;
}

function createBackend(id: string) {
  const taken: Taken[] = [];
  const spent = { loads: 0, loadingSeconds: 0, runningSeconds: 0 };
  let loaded: Residency | undefined;
  let endsAt = never;

  function describe(now: number): OpenBackend {
    const last = taken.at(-1)?.task.residency ?? loaded;
    const outstandingSeconds = taken.reduce(
      (sum, { task }, index) => sum + (index === 0 ? endsAt - now : task.estimateSeconds),
      0,
    );
    return {
      id,
      freeSlots: ([0, 1] as const).filter((slot) => !taken.some((one) => one.slot === slot)),
      isBusy: taken.length > 0,
      outstandingSeconds,
      residency: last,
      loadFactor: 1,
      keptBytes: 0,
      weight: 1,
      secondsPerUnit: new Map(),
      holdsLong: taken.some(({ task }) => task.lane === 'long'),
      unbegun: [],
    };
  }

  function begin(now: number): void {
    const [first] = taken;
    if (!first || endsAt !== never) return;
    const candidate = { ...toPlannedBackend(describe(now)), residency: loaded };
    const [load, run] = [loadSeconds(candidate, first.task), runSeconds(candidate.backend, first.task)];
    if (load >= checkpointSeconds) spent.loads += 1;
    loaded = first.task.residency;
    endsAt = now + load + run;
    spent.loadingSeconds += load;
    spent.runningSeconds += run;
  }

  return {
    id,
    spent,
    get endsAt() {
      return endsAt;
    },
    describe,
    /** Whose tasks are here, and until when. */
    holders(now: number) {
      let seconds = 0;
      return taken.map(({ task }, index) => {
        seconds += index === 0 ? endsAt - now : task.estimateSeconds;
        return { userId: task.userId, seconds };
      });
    },
    assign(one: Taken, now: number) {
      taken.push(one);
      begin(now);
    },
    /** @returns the task that has just ended. */
    end(now: number): ReadyTask | undefined {
      if (endsAt > now) return undefined;
      endsAt = never;
      const done = taken.shift();
      begin(now);
      return done?.task;
    },
  };
}
