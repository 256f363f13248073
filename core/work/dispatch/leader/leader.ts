import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { inSlices } from '../../../ground/runtime/inSlices.ts';
import { startLoop } from '../../../ground/runtime/loop.ts';
import type { RoundEnd } from '../../../ground/runtime/pace.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import type { ProgressBus } from '../../events/progressBus.ts';
import { type AssignedRow, assignTasks, type ChosenPrompt } from '../../tasks/assignTasks.ts';
import type { LeaderFence } from '../../tasks/leaderFence.ts';
import { recordPlanned } from '../../tasks/planSpans.ts';
import { recallAttempts } from '../../tasks/recallAttempts.ts';
import { assignments, planSeconds, recalls } from '../dispatcherMetrics.ts';
import { longestWaitMs } from '../planner/fairShare.ts';
import { type Plan, type PlannedAssignment, startPlanInSteps } from '../planner/plan.ts';
import type { OpenBackend, PlanFacts, PrefetchedTask } from '../planner/planInput.ts';
import type { PlanMemory } from '../planner/planMemory.ts';
import type { PlannedRecall } from '../planner/recalls.ts';
import type { TaskIndex } from '../planner/taskIndex.ts';
import { listRunTimes } from '../runTimes.ts';
import type { QueuedTask } from './knownTasks.ts';
import { createLeaderMemory, type LeaderMemory } from './leaderMemory.ts';
import { listHeldSeconds, viewBackends } from './openBackends.ts';
import { listPrefetched } from './prefetchedTasks.ts';
import { createEstimatePublisher, type EstimatePublisher } from './publishEstimates.ts';
import { nothingPlanned, type PublishPlan, withoutTimes } from './publishedPlan.ts';

export interface Leader {
  /** This dispatcher leads from now on, under this epoch; undefined: it no longer leads. */
  setEpoch(epoch: number | undefined): void;
  /**
   * `tasks`: there may be new ones; without a free slot they can wait. `slots`: there may be free ones.
   * @param news the new task, or the attempt that has completed; without it the rows are read.
   */
  wake(what: 'tasks' | 'slots', news?: unknown): void;
  /** What waits for which backends, as the last round saw it; undefined while another dispatcher leads. */
  sight(): QueueSight | undefined;
  stop(): Promise<void>;
}

export interface QueueSight {
  waiting: Pick<TaskIndex, 'groups'>;
  backends: readonly Pick<OpenBackend, 'id'>[];
  /** The names of their graphics cards, by backend. */
  devices: ReadonlyMap<string, string>;
}

export interface LeaderDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  catalogue: Catalogue;
  /** Undefined for a backend of another dispatcher, which chooses for itself. */
  choosePrompt(backendId: string): ChosenPrompt | undefined;
  /** Tells the owner of a backend about new work after the commit. Never throws and never waits. */
  handOver(assignment: PlannedAssignment & AssignedRow): void;
  /** Tells the owner of a backend about a recalled attempt. */
  wakeSignals: Pick<WakeSignals, 'sendCancel'>;
  progress: ProgressBus;
  publishPlan: PublishPlan;
}

/** It rests longer while nothing waits and nothing runs. A signal ends the rest; one that was lost is made good after it. */
const pace = { name: 'leader', intervalMs: 1_000, idleIntervalMs: 5_000 };
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
  const readPool = createPoolReader(deps, memory);
  let epoch: number | undefined;
  let sight: QueueSight | undefined;
  /** Whether the last round found a free slot: then the next one reads tasks and slots at the same time. */
  let hadRoom = true;

  async function round(): Promise<RoundEnd> {
    if (epoch === undefined) return;
    const startedMs = performance.now();
    const [{ backends, heldSeconds, devices }, isRead] = await Promise.all([
      readPool(),
      hadRoom && ready.refresh().then(() => true),
    ]);
    const freeSlots = backends.reduce((sum, backend) => sum + backend.freeSlots.length, 0);
    const isShowing = estimatePublisher.isDue();
    hadRoom = freeSlots > 0 || isShowing;
    if (!hadRoom) return;
    if (!isRead) await ready.refresh();
    const index = await ready.index();
    sight = { waiting: index, backends, devices };
    const prefetched = await listPrefetched(deps, backends);
    const policies = await memory.policies.read(() => [...index.people.keys(), ...heldSeconds.keys()]);
    const people = { policies, heldSeconds };
    const seen = await memory.plans.see(index, people);
    const input: Round = { isShowing, ready: index, backends, prefetched, ...people, ...seen };
    if (isIdle(input)) return showIdle(deps, input);
    await planAndAssign({ owner, epoch }, input).then(() => observePlan(startedMs));
  }

  async function planAndAssign(leader: LeaderFence, round: Round): Promise<void> {
    const planned = await beginPlan(deps, round);
    const queue = recordQueue(round.ready, planned);
    const end = await assignAll(deps, memory, leader, { queue, planned, retryLocked });
    if (end === 'replaced') {
      deps.logger.warn('another dispatcher leads');
      return setEpoch(undefined);
    }
    if (end === 'made') await recall(deps, memory, leader, planned.recalls);
    if (!round.isShowing) return;
    const shown = await planned.finish();
    const told = end === 'paused' ? withoutTimes(shown) : shown;
    showPlan(deps.publishPlan, estimatePublisher, { round, queue, planned: told });
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
    sight = undefined;
    if (next !== undefined) loop.wake();
  }

  async function roundOrDoubt(): Promise<RoundEnd> {
    return await round().catch((error: unknown) => {
      memory.doubt();
      throw error;
    });
  }

  const loop = startLoop(deps, pace, roundOrDoubt);
  return {
    setEpoch,
    wake(what, news) {
      if (epoch === undefined) return;
      memory.hear(what, news);
      if (what === 'slots' || hadRoom) loop.wake();
    },
    sight: () => sight,
    stop: () => loop.stop(),
  };
}

const observePlan = (startedMs: number): void =>
  planSeconds.observe({}, (performance.now() - startedMs) / 1_000);

interface Round extends ReturnType<PlanMemory['see']>, Required<Pick<PlanFacts, 'policies' | 'heldSeconds'>> {
  isShowing: boolean;
  ready: TaskIndex<QueuedTask>;
  backends: readonly OpenBackend[];
  prefetched: readonly PrefetchedTask[];
}

const isIdle = ({ ready, backends }: Round): boolean =>
  ready.size === 0 && backends.every(({ unbegun }) => unbegun.length === 0);

/** A server that is busy gets free without a word if its message is lost. */
function showIdle({ publishPlan }: Pick<LeaderDeps, 'publishPlan'>, round: Round): RoundEnd {
  publishPlan(round, nothingPlanned);
  return round.backends.some(({ isBusy }) => isBusy) ? undefined : 'idle';
}

type RecordedQueue = Pick<TaskIndex<QueuedTask>, 'size' | 'people' | 'find'>;

/** As it is now: what is assigned leaves the index. */
function recordQueue(
  index: TaskIndex<QueuedTask>,
  { assignments }: Pick<Plan, 'assignments'>,
): RecordedQueue {
  const assigned = new Map(assignments.map(({ taskId }) => [taskId, index.find(taskId)]));
  const find = (taskId: string) => assigned.get(taskId) ?? index.find(taskId);
  return { size: index.size, people: new Map(index.people), find };
}

/** `paused`: the queue is. `replaced`: another dispatcher leads. */
async function assignAll(
  deps: LeaderDeps,
  memory: LeaderMemory,
  leader: LeaderFence,
  {
    queue,
    planned,
    retryLocked,
  }: {
    queue: RecordedQueue;
    planned: Pick<Plan, 'assignments'> & { beganAt: Date };
    retryLocked: () => void;
  },
): Promise<'made' | 'paused' | 'replaced'> {
  for (let start = 0; start < planned.assignments.length; start += assignmentsAtOnce) {
    const batch = planned.assignments
      .slice(start, start + assignmentsAtOnce)
      .map((one) => ({ ...one, prompt: deps.choosePrompt(one.backendId) }));
    const made = await assignTasks(deps, leader, batch);
    if (!made) return 'replaced';
    if (made.isPaused) return 'paused';
    memory.noteTried(made);
    for (const assignment of made.done) {
      assignments.inc();
      memory.noteAssigned(assignment, queue.find(assignment.taskId));
      recordPlanned(assignment.task, { ...assignment, beganAt: planned.beganAt, endedAt: deps.clock.now() });
      // Last: an owner in this process may have news of it at once.
      deps.handOver(assignment);
    }
    if (made.tried.length < batch.length) retryLocked();
  }
  return 'made';
}

function showPlan(
  publishPlan: PublishPlan,
  estimatePublisher: EstimatePublisher,
  { round, queue, planned }: { round: Round; queue: RecordedQueue; planned: Plan },
): void {
  publishPlan({ ...round, ready: queue }, planned);
  const unbegun = round.backends.flatMap((backend) => backend.unbegun);
  estimatePublisher.show(planned.waiting, queue, unbegun);
}

async function recall(
  deps: Pick<LeaderDeps, 'database' | 'clock' | 'wakeSignals'>,
  { pool, ready }: Pick<LeaderMemory, 'pool' | 'ready'>,
  leader: LeaderFence,
  planned: readonly PlannedRecall[],
): Promise<void> {
  if (planned.length === 0) return;
  const marked = await recallAttempts(deps, leader, planned);
  recalls.inc(marked.length);
  if (marked.length > 0) pool.doubt();
  for (const { backendId, taskId } of marked) {
    ready.expect(taskId);
    deps.wakeSignals.sendCancel(backendId, taskId);
  }
}

/** Estimates are only for people to see, and take longer than the rest. Nothing but a round changes the index. */
async function beginPlan({ clock }: Pick<LeaderDeps, 'clock'>, { isShowing, ready, ...round }: Round) {
  const facts = { ...round, longestWaitMs, estimates: isShowing ? estimates : 0 };
  const beganAt = clock.now();
  const { assignments, recalls, waiting } = await inSlices(clock, startPlanInSteps(facts, ready));
  const finish = async (): Promise<Plan> => ({
    assignments,
    recalls,
    waiting: await inSlices(clock, waiting),
  });
  return { beganAt, assignments, recalls, finish };
}

interface SeenPool extends Pick<QueueSight, 'devices'> {
  backends: OpenBackend[];
  heldSeconds: Map<string, number[]>;
}

function createPoolReader(
  deps: Pick<LeaderDeps, 'database' | 'clock' | 'catalogue'>,
  { pool, residencies }: Pick<LeaderMemory, 'pool' | 'residencies'>,
): () => Promise<SeenPool> {
  const runTimes = createRunTimeView(deps);
  return async () => {
    const known = Promise.all([runTimes(), deps.catalogue.modelBytes()]);
    const [rows, [secondsPerUnit, modelBytes]] = await Promise.all([pool.read(), known]);
    const nowMs = deps.clock.now().getTime();
    const backends = viewBackends(rows, nowMs, { secondsPerUnit, residencies, modelBytes });
    const devices = new Map(rows.backends.map(({ id, facts }) => [id, facts?.deviceName ?? '']));
    return { backends, heldSeconds: listHeldSeconds(rows, nowMs, { secondsPerUnit }), devices };
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
