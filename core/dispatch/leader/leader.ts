import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Database } from '../../db/connect.ts';
import type { ProgressBus } from '../../events/live/progressBus.ts';
import type { WakeSignals } from '../../redis/wakeSignals.ts';
import type { Clock } from '../../runtime/clock.ts';
import { inSlices } from '../../runtime/inSlices.ts';
import { startLoop } from '../../runtime/loop.ts';
import { assignTasks } from '../../tasks/assigning/assignTasks.ts';
import type { LeaderFence } from '../../tasks/assigning/leaderFence.ts';
import { recallAttempts } from '../../tasks/assigning/recallAttempts.ts';
import { assignments, planSeconds, readyTasks, recalls } from '../metrics.ts';
import { longestWaitMs } from '../planner/fairShare.ts';
import { type Plan, type PlannedAssignment, startPlan } from '../planner/plan.ts';
import type { OpenBackend, PrefetchedTask } from '../planner/planInput.ts';
import type { PlanMemory } from '../planner/planMemory.ts';
import type { PlannedRecall } from '../planner/recalls.ts';
import type { Residency } from '../planner/residency.ts';
import { listRunTimes } from '../runTimes.ts';
import { type AssignedResidencies, listOpenBackends } from './openBackends.ts';
import { listPrefetched } from './prefetchedTasks.ts';
import { createEstimatePublisher, type EstimatePublisher } from './publishEstimates.ts';
import { nothingPlanned, type PublishPlan, withoutTimes } from './publishedPlan.ts';
import { createReadyTasks, firstOfEach, type QueuedTask } from './readyTasks.ts';
import { rememberPlans } from './rememberPlans.ts';

export interface Leader {
  /** This dispatcher leads from now on, under this epoch; undefined: it no longer leads. */
  setEpoch(epoch: number | undefined): void;
  /** `tasks`: there may be new ones; without a free slot they can wait. `slots`: there may be free ones. */
  wake(what: 'tasks' | 'slots'): void;
  stop(): Promise<void>;
}

export interface LeaderDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  catalogue: Catalogue;
  /** Tells the owner of a backend about new work after the commit. Never throws and never waits. */
  handOver(assignment: PlannedAssignment): void;
  /** Tells the owner of a backend about a recalled attempt. */
  wakeSignals: Pick<WakeSignals, 'sendCancel'>;
  progress: ProgressBus;
  publishPlan: PublishPlan;
}

const sweepIntervalMs = 1_000;
const estimates = 500;
/** Locks are held until a transaction ends, so a large plan is written in several. */
const assignmentsAtOnce = 20;
const runTimesLifeMs = 5_000;
/** Most locks last a moment. */
const afterLockMs = 100;

export function createLeader(deps: LeaderDeps, owner: string): Leader {
  const ready = createReadyTasks(deps);
  const estimatePublisher = createEstimatePublisher(deps);
  const residencies = new LRUCache<string, Residency>({ max: 10_000 });
  const readBackends = createBackendReader(deps, residencies);
  const memory = rememberPlans(deps);
  let epoch: number | undefined;
  /** Whether the last round found a free slot: then the next one reads tasks and slots at the same time. */
  let hadRoom = true;

  async function round(): Promise<void> {
    if (epoch === undefined) return;
    const stopTimer = planSeconds.startTimer();
    const [backends, isRead] = await Promise.all([
      readBackends(),
      hadRoom && ready.refresh().then(() => true),
    ]);
    const freeSlots = backends.reduce((sum, backend) => sum + backend.freeSlots.length, 0);
    // Estimates need the whole queue; a plan needs those that can come next.
    const isShowing = estimatePublisher.isDue();
    hadRoom = freeSlots > 0 || isShowing;
    if (!hadRoom) return;
    if (!isRead) await ready.refresh();
    const tasks = await ready.list();
    readyTasks.set(tasks.length);
    const prefetched = await listPrefetched(deps, backends);
    const candidates = isShowing ? tasks : firstOfEach(tasks, freeSlots);
    const pool: Round = { isShowing, ready: candidates, backends, prefetched, ...(await memory.see(tasks)) };
    if (isIdle(pool)) return deps.publishPlan(pool, nothingPlanned);
    const planned = await planAndAssign({ owner, epoch }, pool);
    if (isShowing && planned) showPlan(deps.publishPlan, estimatePublisher, pool, planned);
    stopTimer();
  }

  function noteAssigned(assignment: PlannedAssignment, task: QueuedTask | undefined): void {
    assignments.inc();
    deps.handOver(assignment);
    if (!task) return;
    memory.charge(task.userId, assignment.expectedSeconds);
    residencies.set(task.id, task.residency);
  }

  async function planAndAssign(leader: LeaderFence, round: Round): Promise<Plan | undefined> {
    const planned = beginPlan(deps, round);
    const byId = new Map(round.ready.map((task) => [task.id, task]));
    for (let start = 0; start < planned.assignments.length; start += assignmentsAtOnce) {
      const batch = planned.assignments.slice(start, start + assignmentsAtOnce);
      const made = await assignTasks(deps, leader, batch);
      if (!made) {
        deps.logger.warn('another dispatcher leads');
        setEpoch(undefined);
        return undefined;
      }
      if (made.isPaused) return withoutTimes(await planned.finish());
      for (const { taskId } of made.tried) ready.remove(taskId);
      for (const assignment of made.done) noteAssigned(assignment, byId.get(assignment.taskId));
      if (made.tried.length < batch.length) void deps.clock.sleep(afterLockMs).then(() => loop.wake());
    }
    for (const { taskId } of await recall(deps, leader, planned.recalls)) ready.expect(taskId);
    return await planned.finish();
  }

  function setEpoch(next: number | undefined): void {
    if (next === epoch) return;
    epoch = next;
    memory.forget();
    ready.clear();
    if (next === undefined) readyTasks.set(0);
    else loop.wake();
  }

  const loop = startLoop(deps, { name: 'leader', intervalMs: sweepIntervalMs }, round);
  return {
    setEpoch,
    wake(what) {
      if (what === 'slots' || hadRoom) loop.wake();
    },
    stop: () => loop.stop(),
  };
}

interface Round extends ReturnType<PlanMemory['see']> {
  isShowing: boolean;
  /** In a round that is shown: all of the queue. */
  ready: readonly QueuedTask[];
  backends: readonly OpenBackend[];
  prefetched: readonly PrefetchedTask[];
}

const isIdle = ({ ready, backends }: Round): boolean =>
  ready.length === 0 && backends.every(({ unbegun }) => unbegun.length === 0);

/** @param round of the whole queue. */
function showPlan(
  publishPlan: PublishPlan,
  estimatePublisher: EstimatePublisher,
  round: Round,
  planned: Plan,
): void {
  publishPlan(round, planned);
  const unbegun = round.backends.flatMap((backend) => backend.unbegun);
  estimatePublisher.show(planned.waiting, new Map(round.ready.map((task) => [task.id, task])), unbegun);
}

/** @returns those that were recalled. */
async function recall(
  deps: Pick<LeaderDeps, 'database' | 'clock' | 'wakeSignals'>,
  leader: LeaderFence,
  planned: readonly PlannedRecall[],
): Promise<PlannedRecall[]> {
  if (planned.length === 0) return [];
  const marked = await recallAttempts(deps, leader, planned);
  recalls.inc(marked.length);
  for (const { backendId, taskId } of marked) deps.wakeSignals.sendCancel(backendId, taskId);
  return marked;
}

/** Estimates are only for people to see, and take longer than the rest. */
function beginPlan({ clock }: Pick<LeaderDeps, 'clock'>, { isShowing, ...round }: Round) {
  const input = { ...round, longestWaitMs, estimates: isShowing ? estimates : 0 };
  const { assignments, recalls, waiting } = startPlan(input);
  const finish = async (): Promise<Plan> => ({
    assignments,
    recalls,
    waiting: await inSlices(clock, waiting),
  });
  return { assignments, recalls, finish };
}

function createBackendReader(
  deps: Pick<LeaderDeps, 'database' | 'clock' | 'catalogue'>,
  residencies: AssignedResidencies,
): () => Promise<OpenBackend[]> {
  const runTimes = createRunTimeView(deps);
  return async () => {
    const [secondsPerUnit, modelBytes] = await Promise.all([runTimes(), deps.catalogue.modelBytes()]);
    return await listOpenBackends(deps, { secondsPerUnit, residencies, modelBytes });
  };
}

/** Run times change only a little with each run, so they are not read for every plan. */
function createRunTimeView(deps: Pick<LeaderDeps, 'database' | 'clock'>) {
  let view: { readAtMs: number; value: Map<string, Map<string, number>> } | undefined;
  return async () => {
    const nowMs = deps.clock.monotonicMs();
    if (!view || nowMs - view.readAtMs >= runTimesLifeMs)
      view = { readAtMs: nowMs, value: await listRunTimes(deps.database) };
    return view.value;
  };
}
