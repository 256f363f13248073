import { percentile } from '../report.ts';
import type { AblationResult } from './ablations.ts';
import { type Comparison, type Result, rivals } from './comparePolicies.ts';
import { groupRoundRobin } from './policies/groupRoundRobin.ts';
import { starGraph } from './policies/starGraph.ts';
import type { Load } from './workloads.ts';

/** Each rule on one shape and load, as Markdown. */
export function renderComparison({ shape, load, results }: Comparison): string {
  const seeds = results[0]?.outcomes.length ?? 0;
  const head = [
    'rule',
    'useful ÷ ideal',
    'swaps a job',
    'light people wait p50 / p95 / max',
    'who dumped waits p50 / p95 / max',
    'largest service gap',
  ];
  const rows = results.map((result) => [
    result.policy,
    usefulOf(result).toFixed(3),
    mean(result, ({ swapsPerJob }) => swapsPerJob).toFixed(3),
    showWaits(result.outcomes.flatMap(({ lightWaits }) => lightWaits)),
    showWaits(result.outcomes.flatMap(({ heavyWaits }) => heavyWaits)),
    showSeconds(gapOf(result)),
  ]);
  return `### ${shape}, ${showLoad(load)}, ${seeds} seeds\n\n${renderRows(head, rows)}`;
}

/** Ours by the best of the rivals', a line for each shape and load. */
export function renderRatios(comparisons: readonly Comparison[]): string {
  const head = [
    'shape',
    'load',
    'useful ÷ ideal',
    "by the best rival's",
    "light people's p95",
    "by the best rival's",
    'fair with affinity ÷ fair without',
    'service gap',
    'its bound',
  ];
  const rows = comparisons.flatMap(({ shape, load, results }) => {
    const ours = results.find(({ policy }) => policy === starGraph.name);
    const others = results.filter(({ policy }) => rivals.some(({ name }) => name === policy));
    const turns = others.find(({ policy }) => policy === groupRoundRobin.name);
    const mostUseful = others.toSorted((a, b) => usefulOf(b) - usefulOf(a))[0];
    const soonest = others.toSorted((a, b) => lightOf(a) - lightOf(b))[0];
    if (!ours || !turns || !mostUseful || !soonest) return [];
    return [
      [
        shape,
        showLoad(load),
        usefulOf(ours).toFixed(3),
        `${(usefulOf(ours) / usefulOf(mostUseful)).toFixed(2)} × (${mostUseful.policy})`,
        showSeconds(lightOf(ours)),
        `${(lightOf(ours) / lightOf(soonest)).toFixed(2)} × (${soonest.policy})`,
        (usefulOf(ours) / usefulOf(turns)).toFixed(2),
        showSeconds(gapOf(ours)),
        showSeconds(boundOf(ours)),
      ],
    ];
  });
  return renderRows(head, rows);
}

/** What each rule is worth: the figure that gets worse without it. */
export function renderAblations(results: readonly AblationResult[]): string {
  const head = ['rule', 'on', 'figure', 'with it', 'without it'];
  const show = (value: number) => (value < 10 ? value.toFixed(3) : Math.round(value).toLocaleString('en'));
  const rows = results.map((one) => [one.rule, one.on, one.figure, show(one.with), show(one.without)]);
  return renderRows(head, rows);
}

const renderRows = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const showLoad = (load: Load): string => (load === 1 ? 'saturated' : `load ${load}`);

const mean = ({ outcomes }: Result, of: (outcome: Result['outcomes'][number]) => number): number =>
  outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;

const usefulOf = (result: Result): number => mean(result, ({ usefulShare }) => usefulShare);

const lightOf = ({ outcomes }: Result): number =>
  percentile(
    outcomes.flatMap(({ lightWaits }) => lightWaits),
    0.95,
  );

const gapOf = ({ outcomes }: Result): number => Math.max(...outcomes.map(({ serviceGap }) => serviceGap));

/** Each of two people may be ahead of the other by quantum, longest job and swap. */
const boundOf = ({ outcomes }: Result): number =>
  Math.max(...outcomes.map(({ largestQuantum, longestSeconds }) => 2 * (largestQuantum + longestSeconds)));

const showSeconds = (seconds: number): string => `${Math.round(seconds).toLocaleString('en')} s`;

const showWaits = (waits: readonly number[]): string =>
  [percentile(waits, 0.5), percentile(waits, 0.95), Math.max(...waits)].map(showSeconds).join(' / ');
