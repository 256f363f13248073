import type { PlanInput, ReadyTask } from '@star-graph/core/work/dispatch/planner/planInput';
import { createResidency, type Residency } from '@star-graph/core/work/dispatch/planner/residency';
import { percentile } from '../report.ts';
import { judge, type Outcome } from './outcome.ts';
import { createStarGraph, starGraph } from './policies/starGraph.ts';
import { simulate } from './simulate.ts';
import { createSteadyWorkload, createWorkload, type Load, shapes, type Workload } from './workloads.ts';

/** A rule of the planner, taken out by what the planner is told, and the figure that then gets worse. */
interface Ablation {
  rule: string;
  without: (input: PlanInput) => PlanInput;
  on: string;
  workload: (seed: number) => Workload;
  figure: string;
  /** Over all seeds. */
  measure: (outcomes: readonly Outcome[]) => number;
  isBetter: 'more' | 'less';
}

export interface AblationResult extends Pick<Ablation, 'rule' | 'on' | 'figure' | 'isBetter'> {
  with: number;
  without: number;
}

/** @param name of the one shape that begins so. */
function played(name: string, load: Load): Pick<Ablation, 'on' | 'workload'> {
  const [shape, second] = shapes.filter((one) => one.name.startsWith(name));
  if (!shape || second) throw new Error(`One shape begins with "${name}".`);
  return {
    on: `${shape.name}, ${load === 1 ? 'saturated' : `load ${load}`}`,
    workload: (seed) => createWorkload(shape, load, seed),
  };
}

const meanOf = (of: (outcome: Outcome) => number) => (outcomes: readonly Outcome[]) =>
  outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;

const p95Of = (of: (outcome: Outcome) => readonly number[]) => (outcomes: readonly Outcome[]) =>
  percentile(outcomes.flatMap(of), 0.95);

const forTasks =
  (change: (task: ReadyTask, input: PlanInput) => ReadyTask) =>
  (input: PlanInput): PlanInput => ({ ...input, ready: input.ready.map((task) => change(task, input)) });

/** To the backends that have its models, where there are any. */
function holdToLoaded(task: ReadyTask, { backends }: PlanInput): ReadyTask {
  const having = backends.filter(({ residency }) => residency?.base === task.residency.base);
  return having.length > 0 ? { ...task, runsOn: new Set(having.map(({ id }) => id)) } : task;
}

/** As if a set was one file, which shares nothing with other sets. */
const wholeSets = new Map<Residency, Residency>();
function asWhole(residency: Residency): Residency {
  const known = wholeSets.get(residency);
  if (known) return known;
  const name = `checkpoints/${residency.key}`;
  const sum = [...residency.models.values()].reduce((all, { bytes = 0 }) => all + bytes, 0);
  const whole = createResidency([name], new Map([[name, sum]]));
  wholeSets.set(residency, whole);
  return whole;
}

const ablations: readonly Ablation[] = [
  {
    rule: 'stay with what is loaded',
    without: (input) => ({
      ...input,
      backends: input.backends.map((backend) => ({ ...backend, residency: undefined })),
    }),
    ...played('12 checkpoints', 1),
    figure: 'useful ÷ ideal',
    measure: meanOf(({ usefulShare }) => usefulShare),
    isBetter: 'more',
  },
  {
    rule: 'files that stay cost nothing',
    without: ({ backends, ...input }) => ({
      ...input,
      ready: input.ready.map((task) => ({ ...task, residency: asWhole(task.residency) })),
      backends: backends.map(({ residency, ...rest }) => ({
        ...rest,
        residency: residency && asWhole(residency),
      })),
    }),
    ...played('20 sets', 0.8),
    figure: 'useful ÷ ideal',
    measure: meanOf(({ usefulShare }) => usefulShare),
    isBetter: 'more',
  },
  {
    rule: 'fairness in GPU-seconds',
    without: (input) => ({ ...input, servedSeconds: new Map() }),
    ...played('12 checkpoints', 0.7),
    figure: "light people's p95, s",
    measure: p95Of(({ lightWaits }) => lightWaits),
    isBetter: 'less',
  },
  {
    rule: 'the cap on waiting',
    without: (input) => ({ ...input, longestWaitMs: Number.POSITIVE_INFINITY }),
    ...played('24 checkpoints, 4', 1),
    figure: 'longest wait as the first in line, s',
    measure: (outcomes) => Math.max(...outcomes.map(({ longestFirst }) => longestFirst)),
    isBetter: 'less',
  },
  {
    rule: 'one set on several backends',
    without: forTasks(holdToLoaded),
    ...played('12 checkpoints', 0.7),
    figure: "light people's p95, s",
    measure: p95Of(({ lightWaits }) => lightWaits),
    isBetter: 'less',
  },
  {
    rule: 'a share for long tasks',
    without: forTasks((task) => (task.lane === 'long' ? { ...task, lane: 'standard' } : task)),
    ...played('30 % videos', 0.8),
    figure: "p95 of light people's short jobs, s",
    measure: p95Of(({ shortWaits }) => shortWaits),
    isBetter: 'less',
  },
  {
    rule: 'warming what is wanted steadily',
    without: ({ wantedSinceMs: _, ...input }) => input,
    on: 'short jobs of one set, 2 servers',
    workload: createSteadyWorkload,
    figure: 'median wait, s',
    measure: (outcomes) =>
      percentile(
        outcomes.flatMap(({ lightWaits }) => lightWaits),
        0.5,
      ),
    isBetter: 'less',
  },
];

export function measureAblations(seeds: number): AblationResult[] {
  return ablations.map(({ rule, without, workload, measure, ...shown }) => {
    const workloads = Array.from({ length: seeds }, (_, index) => workload(index + 1));
    const measured = (policy: typeof starGraph) =>
      measure(workloads.map((one) => judge(one, simulate(one, policy))));
    const withoutRule = createStarGraph(`Star-Graph without ${rule}`, without);
    return { rule, ...shown, with: measured(starGraph), without: measured(withoutRule) };
  });
}
