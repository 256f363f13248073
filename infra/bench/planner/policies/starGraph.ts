import { firstOfEach, type QueuedTask } from '@star-graph/core/dispatch/leader/readyTasks';
import { createRecentUsage } from '@star-graph/core/dispatch/leader/recentUsage';
import { plan } from '@star-graph/core/dispatch/planner/plan';
import type { OpenBackend, PrefetchedTask, ReadyTask } from '@star-graph/core/dispatch/planner/planInput';
import { createResidency, type Residency } from '@star-graph/core/dispatch/planner/residency';
import { laneOf } from '@star-graph/workflows';
import type { Decision, FileSet, Job, Policy, PoolView, ServerView } from '../pool.ts';

const longestWaitMs = 600_000;
/** Real seconds for loading by what the planner takes for usual, as it would have been learned. */
const loadFactor = 1.25;
const slots = [0, 1] as const;

/** The planner of the product, given what the leader gives it. A server holds two jobs, as a backend does. */
export const starGraph: Policy = {
  name: 'Star-Graph',
  create() {
    let nowMs = 0;
    const usage = createRecentUsage({ monotonicMs: () => nowMs });
    const describe = createTaskView();
    const describeServer = createBackendView();
    /** How often each job was given to a server: the planner recalls none for ever. */
    const attempts = new Map<string, number>();
    const attemptOf = ({ id }: Job) => attempts.get(id) ?? 0;
    return (pool) => {
      nowMs = pool.nowSeconds * 1_000;
      const runsOn = new Set(pool.servers.map(({ id }) => id));
      const backends = pool.servers.map((server) => describeServer(server, pool.nowSeconds));
      const freeSlots = backends.reduce((sum, backend) => sum + backend.freeSlots.length, 0);
      if (freeSlots === 0) return { decisions: [] };
      const tasks = firstOfEach(
        pool.waiting.map((job) => describe(job, runsOn)),
        freeSlots,
      );
      const planned = plan({
        ready: tasks,
        backends,
        prefetched: listPrefetched(pool, (job) => ({ ...describe(job, runsOn), attempt: attemptOf(job) })),
        nowMs,
        usageSeconds: usage.read(),
        longestWaitMs,
        estimates: 0,
      });
      const jobs = new Map(pool.waiting.map((job) => [job.id, job]));
      const decisions: Decision[] = planned.assignments.flatMap(({ taskId, backendId }) => {
        const job = jobs.get(taskId);
        if (!job) return [];
        usage.charge(job.person, job.runSeconds);
        attempts.set(job.id, attemptOf(job) + 1);
        return [{ server: backendId, job }];
      });
      for (const { taskId, backendId } of planned.recalls) {
        const job = pool.servers
          .flatMap(({ orders }) => orders)
          .find((order) => 'job' in order && order.job.id === taskId);
        if (job && 'job' in job) decisions.push({ server: backendId, recall: job.job });
      }
      return { decisions };
    };
  },
};

function createResidencies(): (set: FileSet) => Residency {
  const known = new Map<string, Residency>();
  return (set) => {
    const residency = known.get(set.key) ?? createResidency([...set.files.keys()]);
    known.set(set.key, residency);
    return residency;
  };
}

function createTaskView(): (job: Job, runsOn: ReadonlySet<string>) => QueuedTask {
  const residencyOf = createResidencies();
  const failedOn = new Set<string>();
  return (job, runsOn) => ({
    id: job.id,
    attempt: 0,
    userId: job.person,
    apiKeyId: null,
    lane: laneOf(job.runSeconds),
    workflowName: 'any',
    workUnits: 1,
    estimateSeconds: job.runSeconds,
    createdAtMs: job.atSeconds * 1_000,
    runsOn,
    failedOn,
    residency: residencyOf(job.set),
    needsKey: job.set.key,
  });
}

function createBackendView(): (server: ServerView, nowSeconds: number) => OpenBackend {
  const residencyOf = createResidencies();
  const loadedSince = new Map<string, { key: string | undefined; since: number }>();
  return ({ id, speed, orders, freeInSeconds, loaded }, nowSeconds) => {
    const before = loadedSince.get(id);
    const since = before && before.key === loaded?.key ? before.since : nowSeconds + freeInSeconds;
    loadedSince.set(id, { key: loaded?.key, since });
    return {
      id,
      freeSlots: slots.slice(orders.length),
      isBusy: orders.length > 0,
      outstandingSeconds: freeInSeconds,
      residency: loaded && residencyOf(loaded),
      warmSeconds: Math.max(0, nowSeconds + freeInSeconds - since),
      loadFactor,
      weight: speed,
      secondsPerUnit: new Map(),
      unbegun: [],
    };
  };
}

function listPrefetched({ servers }: PoolView, describe: (job: Job) => ReadyTask): PrefetchedTask[] {
  return servers.flatMap((server) => {
    const [, second] = server.orders;
    if (!second || !('job' in second)) return [];
    const beginsAfterSeconds = server.freeInSeconds - second.job.runSeconds / server.speed;
    return [{ task: describe(second.job), backendId: server.id, beginsAfterSeconds, isRecalled: false }];
  });
}
