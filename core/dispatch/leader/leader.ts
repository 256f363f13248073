import type { Logger } from 'pino';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Database } from '../../db/connect.ts';
import type { ProgressBus } from '../../events/live/progressBus.ts';
import type { WakeSignals } from '../../redis/wakeSignals.ts';
import type { Clock } from '../../runtime/clock.ts';
import { inSlices } from '../../runtime/inSlices.ts';
import { startLoop } from '../../runtime/loop.ts';
import { type AssignedRow, assignTasks } from '../../tasks/assigning/assignTasks.ts';
import type { LeaderFence } from '../../tasks/assigning/leaderFence.ts';
import { recallAttempts } from '../../tasks/assigning/recallAttempts.ts';
import { assignments, planSeconds, readyTasks, recalls } from '../metrics.ts';
import { longestWaitMs } from '../planner/fairShare.ts';
import { type Plan, type PlannedAssignment, startPlan } from '../planner/plan.ts';
import type { OpenBackend, PrefetchedTask } from '../planner/planInput.ts';
import type { PlanMemory } from '../planner/planMemory.ts';
import type { PlannedRecall } from '../planner/recalls.ts';
import { listRunTimes } from '../runTimes.ts';
import { createLeaderMemory, type LeaderMemory } from './leaderMemory.ts';
import { viewBackends } from './openBackends.ts';
import { listPrefetched } from './prefetchedTasks.ts';
import { createEstimatePublisher, type EstimatePublisher } from './publishEstimates.ts';
import { nothingPlanned, type PublishPlan, withoutTimes } from './publishedPlan.ts';
import { firstOfEach, type QueuedTask } from './readyTasks.ts';

export interface Leader {
  /** This dispatcher leads from now on, under this epoch; undefined: it no longer leads. */
  setEpoch(epoch: number | undefined): void;
  /**
   * `tasks`: there may be new ones; without a free slot they can wait. `slots`: there may be free ones.
   * @param news the new task, or the attempt that has completed; without it the rows are read.
   */
  wake(what: 'tasks' | 'slots', news?: unknown): void;
  stop(): Promise<void>;
}

export interface LeaderDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  catalogue: Catalogue;
  /** Tells the owner of a backend about new work after the commit. Never throws and never waits. */
  handOver(assignment: PlannedAssignment & AssignedRow): void;
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
  const memory = createLeaderMemory(deps);
  const { ready, pool } = memory;
  const estimatePublisher = createEstimatePublisher(deps);
  const readBackends = createBackendReader(deps, memory);
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
    const seen = await memory.plans.see(tasks);
    const input: Round = { isShowing, ready: candidates, backends, prefetched, ...seen };
    if (isIdle(input)) return deps.publishPlan(input, nothingPlanned);
    const planned = await planAndAssign({ owner, epoch }, input);
    if (isShowing && planned) showPlan(deps.publishPlan, estimatePublisher, input, planned);
    stopTimer();
  }

  async function planAndAssign(leader: LeaderFence, round: Round): Promise<Plan | undefined> {
    const planned = beginPlan(deps, round);
    const end = await assignAll(deps, memory, leader, { round, planned, retryLocked });
    if (end === 'paused') return withoutTimes(await planned.finish());
    if (end === 'replaced') {
      deps.logger.warn('another dispatcher leads');
      setEpoch(undefined);
      return undefined;
    }
    const recalled = await recall(deps, leader, planned.recalls);
    if (recalled.length > 0) pool.doubt();
    for (const { taskId } of recalled) ready.expect(taskId);
    return await planned.finish();
  }

  /** Or a backend that takes no tasks any more. */
  function retryLocked(): void {
    pool.doubt();
    void deps.clock.sleep(afterLockMs).then(() => loop.wake());
  }

  function setEpoch(next: number | undefined): void {
    if (next === epoch) return;
    epoch = next;
    memory.forget();
    if (next === undefined) readyTasks.set(0);
    else loop.wake();
  }

  async function roundOrDoubt(): Promise<void> {
    await round().catch((error: unknown) => {
      memory.doubt();
      throw error;
    });
  }

  const loop = startLoop(deps, { name: 'leader', intervalMs: sweepIntervalMs }, roundOrDoubt);
  return {
    setEpoch,
    wake(what, news) {
      if (epoch === undefined) return;
      memory.hear(what, news);
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

/** `paused`: the queue is. `replaced`: another dispatcher leads. */
async function assignAll(
  deps: LeaderDeps,
  memory: LeaderMemory,
  leader: LeaderFence,
  {
    round,
    planned,
    retryLocked,
  }: { round: Round; planned: Pick<Plan, 'assignments'>; retryLocked: () => void },
): Promise<'made' | 'paused' | 'replaced'> {
  const byId = new Map(round.ready.map((task) => [task.id, task]));
  for (let start = 0; start < planned.assignments.length; start += assignmentsAtOnce) {
    const batch = planned.assignments.slice(start, start + assignmentsAtOnce);
    const made = await assignTasks(deps, leader, batch);
    if (!made) return 'replaced';
    if (made.isPaused) return 'paused';
    memory.noteTried(made);
    for (const assignment of made.done) {
      assignments.inc();
      memory.noteAssigned(assignment, byId.get(assignment.taskId));
      // Last: an owner in this process may have news of it at once.
      deps.handOver(assignment);
    }
    if (made.tried.length < batch.length) retryLocked();
  }
  return 'made';
}

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
  { pool, residencies }: Pick<LeaderMemory, 'pool' | 'residencies'>,
): () => Promise<OpenBackend[]> {
  const runTimes = createRunTimeView(deps);
  return async () => {
    const known = Promise.all([runTimes(), deps.catalogue.modelBytes()]);
    const [rows, [secondsPerUnit, modelBytes]] = await Promise.all([pool.read(), known]);
    return viewBackends(rows, deps.clock.now().getTime(), { secondsPerUnit, residencies, modelBytes });
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
