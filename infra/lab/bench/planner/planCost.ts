import { longestWaitMs } from '@star-graph/core/work/dispatch/planner/fairShare';
import { startPlan } from '@star-graph/core/work/dispatch/planner/plan';
import type { OpenBackend, PlanInput, ReadyTask } from '@star-graph/core/work/dispatch/planner/planInput';
import { createResidency } from '@star-graph/core/work/dispatch/planner/residency';
import { createTaskIndex } from '@star-graph/core/work/dispatch/planner/taskIndex';
import { percentile } from '../report.ts';
import { createDraws, type Draws } from './random.ts';

/** A pool and its queue at one moment. Times are of the thread: neighbours on the machine do not count. */
interface CostCase {
  backends: number;
  queued: number;
  /** Sets of files: checkpoints with different LoRAs. */
  kinds: number;
  people: number;
  /** Backends that have just become free; the others have a task running and one prefetched. */
  free: number;
}

interface PlanCost extends CostCase {
  /** A plan without estimates, as after each task. */
  planMs: Spent;
  /** The 500 estimates of every two seconds, and the longest of their steps. */
  estimatesMs: Spent;
  longestStepMs: number;
  /** One of the queue leaves and comes back. */
  changeMs: Spent;
}

interface Spent {
  median: number;
  longest: number;
}

export const costCases: readonly CostCase[] = [
  { backends: 8, queued: 200, kinds: 12, people: 40, free: 1 },
  { backends: 64, queued: 10_000, kinds: 2_000, people: 200, free: 4 },
  { backends: 200, queued: 10_000, kinds: 2_000, people: 200, free: 4 },
  { backends: 200, queued: 20_000, kinds: 2_000, people: 1_000, free: 4 },
];

const nowMs = 10_000_000;
const checkpoints = 24;
const rounds = 15;
const changes = 2_000;
const estimates = 500;

export function measurePlanCost(one: CostCase): PlanCost {
  const taken = Array.from({ length: rounds }, (_, seed) =>
    measureRound(createInput(one, createDraws(seed + 1))),
  );
  // The first ones are compiled meanwhile.
  const warm = taken.slice(3);
  const show = (of: (round: Round) => number): Spent => {
    const all = warm.map(of);
    return { median: percentile(all, 0.5), longest: Math.max(...all) };
  };
  return {
    ...one,
    planMs: show(({ planMs }) => planMs),
    estimatesMs: show(({ estimatesMs }) => estimatesMs),
    longestStepMs: Math.max(...warm.map(({ stepMs }) => stepMs)),
    changeMs: show(({ changeMs }) => changeMs),
  };
}

type Round = ReturnType<typeof measureRound>;

/** With an index that is there, as the leader's is. */
function measureRound(input: PlanInput) {
  const index = createTaskIndex(input.ready);
  // A plan before it: what it read, the next one's changes copy.
  startPlan(input, index);
  const changeMs = spend(() => {
    for (const task of input.ready.slice(0, changes)) {
      index.remove(task.id);
      index.add(task);
    }
  }).ms;
  const { ms: planMs, result } = spend(() => startPlan(input, index));
  let [estimatesMs, stepMs] = [0, 0];
  for (;;) {
    const step = spend(() => result.waiting.next());
    estimatesMs += step.ms;
    stepMs = Math.max(stepMs, step.ms);
    if (step.result.done) return { planMs, estimatesMs, stepMs, changeMs: changeMs / changes };
  }
}

function spend<Result>(work: () => Result): { ms: number; result: Result } {
  const startedUs = process.threadCpuUsage().user;
  const result = work();
  return { result, ms: (process.threadCpuUsage().user - startedUs) / 1_000 };
}

function createInput({ backends, queued, kinds, people, free }: CostCase, draws: Draws): PlanInput {
  // Backends have one of four inventories, and a kind runs on three of these. Such sets are shared, as by the catalogue.
  const ids = Array.from({ length: backends }, (_, index) => `b${index}`);
  const runsOn = [0, 1, 2, 3].map((lacks) => new Set(ids.filter((_, index) => index % 4 !== lacks)));
  const residencies = Array.from({ length: kinds }, (_, kind) =>
    createResidency([`checkpoints/${kind % checkpoints}`, `loras/${kind}`]),
  );
  const ready = Array.from({ length: queued }, (_, index): ReadyTask => {
    const kind = Math.floor(draws.share() ** 2 * kinds);
    return {
      id: `t${String(index).padStart(6, '0')}`,
      attempt: 0,
      userId: `u${Math.floor(draws.share() ** 2 * people)}`,
      lane: 'interactive',
      workflowName: 'any',
      workUnits: 1,
      estimateSeconds: draws.between(2, 60),
      createdAtMs: nowMs - draws.between(0, 600_000),
      runsOn: runsOn[kind % runsOn.length] ?? new Set(),
      failedOn: new Set(),
      residency: residencies[kind] ?? createResidency([]),
    };
  });
  return {
    ready,
    backends: Array.from({ length: backends }, (_, index): OpenBackend => {
      const isFree = index < free;
      const kind = Math.floor(draws.share() * kinds);
      return {
        id: `b${index}`,
        freeSlots: isFree ? [0, 1] : [],
        isBusy: !isFree,
        outstandingSeconds: isFree ? 0 : draws.between(5, 90),
        residency: residencies[kind],
        loadFactor: 1,
        keptBytes: 0,
        weight: 1,
        secondsPerUnit: new Map(),
        holdsLong: false,
        unbegun: [],
      };
    }),
    nowMs,
    servedSeconds: new Map(
      Array.from({ length: people }, (_, index) => [`u${index}`, draws.between(0, 200)]),
    ),
    longestWaitMs,
    estimates,
  };
}

export function renderPlanCost(costs: readonly PlanCost[]): string {
  const head = [
    'backends',
    'tasks',
    'kinds',
    'people',
    'a task leaves and comes',
    'a plan: median / longest',
    'the 500 estimates: median / longest',
    'their longest step',
  ];
  const show = ({ median, longest }: Spent) => `${median.toFixed(1)} / ${longest.toFixed(1)} ms`;
  const rows = costs.map(
    ({ backends, queued, kinds, people, changeMs, planMs, estimatesMs, longestStepMs }) => [
      ...[backends, queued, kinds, people].map((count) => count.toLocaleString('en')),
      `${(changeMs.median * 1_000).toFixed(0)} µs`,
      show(planMs),
      show(estimatesMs),
      `${longestStepMs.toFixed(1)} ms`,
    ],
  );
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
