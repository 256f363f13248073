import { longestWaitMs } from '@star-graph/core/dispatch/planner/fairShare';
import { plan } from '@star-graph/core/dispatch/planner/plan';
import type { OpenBackend, PlanInput, ReadyTask } from '@star-graph/core/dispatch/planner/planInput';
import { createResidency } from '@star-graph/core/dispatch/planner/residency';
import { percentile } from '../report.ts';
import { createDraws, type Draws } from './random.ts';

/** A pool and its queue at one moment. Times are of the processor: neighbours on the machine do not count. */
export interface CostCase {
  backends: number;
  queued: number;
  /** Sets of files: checkpoints with different LoRAs. */
  kinds: number;
  people: number;
  /** Backends that have just become free; the others have a task running and one prefetched. */
  free: number;
}

export interface PlanCost extends CostCase {
  /** A plan without estimates, as after each task. */
  planMs: { median: number; longest: number };
  /** With 500 estimates, as every two seconds. */
  estimatesMs: { median: number; longest: number };
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

export function measurePlanCost(one: CostCase): PlanCost {
  const time = (estimates: number) => {
    const taken = Array.from({ length: rounds }, (_, seed) => {
      const input = createInput(one, createDraws(seed + 1), estimates);
      const startedUs = process.cpuUsage().user;
      plan(input);
      return (process.cpuUsage().user - startedUs) / 1_000;
    });
    // The first ones are compiled meanwhile.
    const warm = taken.slice(3);
    return { median: percentile(warm, 0.5), longest: Math.max(...warm) };
  };
  return { ...one, planMs: time(0), estimatesMs: time(500) };
}

function createInput(
  { backends, queued, kinds, people, free }: CostCase,
  draws: Draws,
  estimates: number,
): PlanInput {
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
    'a plan: median / longest',
    'with 500 estimates: median / longest',
  ];
  const show = ({ median, longest }: PlanCost['planMs']) => `${median.toFixed(1)} / ${longest.toFixed(1)} ms`;
  const rows = costs.map(({ backends, queued, kinds, people, planMs, estimatesMs }) => [
    ...[backends, queued, kinds, people].map((count) => count.toLocaleString('en')),
    show(planMs),
    show(estimatesMs),
  ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
