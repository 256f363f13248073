import { plan } from '@star-graph/core/work/dispatch/planner/plan';
import type { PlanInput } from '@star-graph/core/work/dispatch/planner/planInput';
import { percentile } from '../report.ts';
import { createStarGraph } from './policies/starGraph.ts';
import type { Job } from './pool.ts';
import { simulate } from './simulate.ts';
import { createWorkload, heavyPerson, type Load, loads, type Shape, type Workload } from './workloads.ts';

/** A time that a person was told, by the time that was really left. */
interface Told {
  isHeavy: boolean;
  /** When the job came, as a quote tells it; else while it waits. */
  isQuote: boolean;
  /** As a share of the time that was really left; below 0 it was too early. */
  error: number;
}

interface EtaErrors {
  shape: string;
  load: Load;
  told: readonly Told[];
}

/** While a job waits, its time is noted so often. */
const againAfterSeconds = 60;

export const measureEtaErrors = (shape: Shape, seeds: number): EtaErrors[] =>
  loads.map((load) => {
    const workloads = Array.from({ length: seeds }, (_, index) => createWorkload(shape, load, index + 1));
    return { shape: shape.name, load, told: workloads.flatMap(listTold) };
  });

/** From the dump on, of jobs that are done by the end. */
function listTold(workload: Workload): Told[] {
  const byJob = new Map<string, { atSeconds: number; etaSeconds: number }[]>();
  const watch = (input: PlanInput) => {
    const atSeconds = input.nowMs / 1_000;
    const isDue = ({ id }: { id: string }) => {
      const last = byJob.get(id)?.at(-1);
      return last === undefined || atSeconds - last.atSeconds >= againAfterSeconds;
    };
    const due = new Set(input.ready.filter(isDue).map(({ id }) => id));
    if (due.size === 0) return;
    const { assignments, waiting } = plan(input);
    for (const { taskId, etaSeconds } of [...assignments, ...waiting])
      if (due.has(taskId) && etaSeconds !== undefined)
        byJob.set(taskId, [...(byJob.get(taskId) ?? []), { atSeconds, etaSeconds }]);
  };
  const { stretches } = simulate(workload, createStarGraph('watched', undefined, watch));
  const { dumpAtSeconds, untilSeconds } = workload;
  const toTold = (job: Job, endedAt: number): Told[] =>
    (byJob.get(job.id) ?? []).flatMap(({ atSeconds, etaSeconds }, index) => {
      if (atSeconds < dumpAtSeconds) return [];
      const left = endedAt - atSeconds;
      return [
        { isHeavy: job.person === heavyPerson, isQuote: index === 0, error: (etaSeconds - left) / left },
      ];
    });
  return stretches.flatMap(({ job, endedAt }) =>
    job && endedAt <= untilSeconds ? toTold(job, endedAt) : [],
  );
}

export function renderEtaErrors(all: readonly EtaErrors[]): string {
  const show = (share: number) => `${Math.round(100 * share)} %`;
  const size = (told: readonly Told[], share = 0.5) =>
    show(
      percentile(
        told.map(({ error }) => Math.abs(error)),
        share,
      ),
    );
  const signed = (told: readonly Told[]) =>
    show(
      percentile(
        told.map(({ error }) => error),
        0.5,
      ),
    );
  const head = [
    'shape',
    'load',
    'all quotes: median error',
    "light people's quotes: median / p90 / with its sign",
    'light people while they wait: median / with its sign',
    'who dumped, in the quote: median with its sign',
  ];
  const rows = all.map(({ shape, load, told }) => {
    const quotes = told.filter(({ isQuote }) => isQuote);
    const light = quotes.filter(({ isHeavy }) => !isHeavy);
    const waiting = told.filter(({ isQuote, isHeavy }) => !isQuote && !isHeavy);
    return [
      shape,
      load === 1 ? 'saturated' : `load ${load}`,
      size(quotes),
      `${size(light)} / ${size(light, 0.9)} / ${signed(light)}`,
      `${size(waiting)} / ${signed(waiting)}`,
      signed(quotes.filter(({ isHeavy }) => isHeavy)),
    ];
  });
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
