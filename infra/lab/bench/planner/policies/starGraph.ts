import { longestWaitMs } from '@star-graph/core/work/dispatch/planner/fairShare';
import { startPlan } from '@star-graph/core/work/dispatch/planner/plan';
import type {
  OpenBackend,
  PlanInput,
  PrefetchedTask,
  ReadyTask,
} from '@star-graph/core/work/dispatch/planner/planInput';
import { createPlanMemory } from '@star-graph/core/work/dispatch/planner/planMemory';
import { createResidency, type Residency } from '@star-graph/core/work/dispatch/planner/residency';
import { createTaskIndex, type TaskIndex } from '@star-graph/core/work/dispatch/planner/taskIndex';
import { laneOf } from '@star-graph/workflows';
import type { Decision, FileSet, Job, Policy, PoolView, ServerView } from '../pool.ts';

/** Real seconds for loading by what sizes say, as they would have been learned. */
const loadFactor = 1;
const slots = [0, 1] as const;
/** The leader plans at least so often. */
const sweepSeconds = 1;

/**
 * The planner of the product, given what the leader gives it. A server holds two jobs, as a backend does.
 * @param change takes a rule out by what the planner is told.
 * @param watch sees the whole queue before each plan.
 */
export const createStarGraph = (
  name: string,
  change?: (input: PlanInput) => PlanInput,
  watch?: (input: PlanInput) => void,
): Policy => ({
  name,
  create() {
    const memory = createPlanMemory();
    const index = createTaskIndex();
    const indexed = new Map<string, ReadyTask>();
    let runsOn: ReadonlySet<string> | undefined;
    const describe = createTaskView();
    const describeServer = createBackendView();
    /** How often each job was given to a server: the planner recalls none for ever. */
    const attempts = new Map<string, number>();
    const attemptOf = ({ id }: Job) => attempts.get(id) ?? 0;
    return (pool) => {
      const nowMs = pool.nowSeconds * 1_000;
      runsOn ??= new Set(pool.servers.map(({ id }) => id));
      const all = runsOn;
      const backends = pool.servers.map((server) => describeServer(server));
      const waiting = pool.waiting.map((job) => describe(job, all));
      follow(index, indexed, waiting);
      const seen = memory.see(index, nowMs);
      watch?.({ ...seen, ready: waiting, backends, longestWaitMs, estimates: waiting.length });
      const freeSlots = backends.reduce((sum, backend) => sum + backend.freeSlots.length, 0);
      if (freeSlots === 0) return { decisions: [] };
      const prefetched = listPrefetched(pool, (job) => ({
        ...describe(job, all),
        attempt: attemptOf(job),
      }));
      const input = { ...seen, ready: waiting, backends, prefetched, longestWaitMs, estimates: 0 };
      const changed = change?.(input);
      const planned = startPlan(changed ?? input, changed ? createTaskIndex(changed.ready) : index);
      const jobs = new Map(pool.waiting.map((job) => [job.id, job]));
      const decisions: Decision[] = planned.assignments.flatMap(({ taskId, backendId, expectedSeconds }) => {
        const job = jobs.get(taskId);
        if (!job) return [];
        memory.charge(job.person, expectedSeconds);
        attempts.set(job.id, attemptOf(job) + 1);
        return [{ server: backendId, job }];
      });
      for (const { taskId, backendId } of planned.recalls) {
        const job = pool.servers
          .flatMap(({ orders }) => orders)
          .find((order) => 'job' in order && order.job.id === taskId);
        if (job && 'job' in job) decisions.push({ server: backendId, recall: job.job });
      }
      const mayWarm = pool.waiting.length > 0 && pool.servers.some(({ orders }) => orders.length === 0);
      return mayWarm ? { decisions, askAgainInSeconds: sweepSeconds } : { decisions };
    };
  },
});

export const starGraph = createStarGraph('Star-Graph');

/** As the leader keeps its index, from one moment to the next. */
function follow(index: TaskIndex, indexed: Map<string, ReadyTask>, waiting: readonly ReadyTask[]): void {
  const now = new Map(waiting.map((task) => [task.id, task]));
  for (const id of indexed.keys()) if (!now.has(id)) index.remove(id);
  for (const task of waiting) if (!indexed.has(task.id)) index.add(task);
  indexed.clear();
  for (const [id, task] of now) indexed.set(id, task);
}

function createResidencies(): (set: FileSet) => Residency {
  const known = new Map<string, Residency>();
  return (set) => {
    const residency = known.get(set.key) ?? createResidency([...set.files.keys()], set.bytes);
    known.set(set.key, residency);
    return residency;
  };
}

function createTaskView(): (job: Job, runsOn: ReadonlySet<string>) => ReadyTask {
  const residencyOf = createResidencies();
  const failedOn = new Set<string>();
  return (job, runsOn) => ({
    id: job.id,
    attempt: 0,
    userId: job.person,
    lane: laneOf(job.runSeconds),
    workflowName: 'any',
    workUnits: 1,
    estimateSeconds: job.runSeconds,
    createdAtMs: job.atSeconds * 1_000,
    runsOn,
    failedOn,
    residency: residencyOf(job.set),
  });
}

function createBackendView(): (server: ServerView) => OpenBackend {
  const residencyOf = createResidencies();
  return ({ id, speed, orders, freeInSeconds, loaded }) => ({
    id,
    freeSlots: slots.slice(orders.length),
    isBusy: orders.length > 0,
    outstandingSeconds: freeInSeconds,
    residency: loaded && residencyOf(loaded),
    loadFactor,
    keptBytes: 0,
    weight: speed,
    secondsPerUnit: new Map(),
    holdsLong: orders.some((order) => 'job' in order && laneOf(order.job.runSeconds) === 'long'),
    unbegun: [],
  });
}

function listPrefetched({ servers }: PoolView, describe: (job: Job) => ReadyTask): PrefetchedTask[] {
  return servers.flatMap((server) => {
    const [, second] = server.orders;
    if (!second || !('job' in second)) return [];
    const beginsAfterSeconds = server.freeInSeconds - second.job.runSeconds / server.speed;
    return [{ task: describe(second.job), backendId: server.id, beginsAfterSeconds, isRecalled: false }];
  });
}
