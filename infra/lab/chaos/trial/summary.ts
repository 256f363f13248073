import { nameStrike } from '../strikes.ts';
import type { TrialResult } from './trial.ts';

/** Counts of a run: strikes by kind, ends of tasks, and answers to clients. */
export function summarize(results: readonly TrialResult[]): string {
  const struck = count(
    results.flatMap(({ history }) =>
      history.struck
        .filter(({ atMs, targets }) => atMs !== undefined && targets.length > 0)
        .map(({ planned }) => nameStrike(planned.strike)),
    ),
  );
  const missed = results.flatMap(({ history }) => history.struck).filter(({ atMs }) => atMs === undefined);
  const vain = results
    .flatMap(({ history }) => history.struck)
    .filter(({ atMs, targets }) => atMs !== undefined && targets.length === 0);
  const ends = count(results.flatMap((result) => Object.entries(result.ends).flatMap(repeat)));
  const answers = count(results.flatMap(({ history }) => [...history.answers].flatMap(repeat)));
  const green = results.filter(({ violations }) => violations.length === 0).length;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return [
    `${green} of ${results.length} trials green in ${Math.round(seconds)} s`,
    `tasks: ${list(ends)}`,
    `answers: ${list(answers)}`,
    `strikes (besides ${missed.length} whose moment did not come and ${vain.length} that found nothing to hit):`,
    ...[...struck]
      .toSorted()
      .map(([kind, times]) => `  ${kind.padEnd(32)} ${times}${describeAway(results, kind)}`),
  ].join('\n');
}

/** The median and the longest time for which nothing could be written, where that was measured. */
function describeAway(results: readonly TrialResult[], kind: string): string {
  const times = results
    .flatMap(({ history }) => history.struck)
    .flatMap(({ planned, awayMs }) =>
      nameStrike(planned.strike) === kind && awayMs !== undefined ? [awayMs] : [],
    )
    .toSorted((a, b) => a - b);
  const [median, longest] = [times[Math.floor(times.length / 2)], times.at(-1)];
  if (median === undefined || longest === undefined) return '';
  const inSeconds = (ms: number) => (ms / 1_000).toFixed(1);
  return `, no write for ${inSeconds(median)} s (median), ${inSeconds(longest)} s (longest)`;
}

const repeat = ([key, times]: readonly [string, number]): string[] =>
  Array.from({ length: times }, () => key);

function count(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const list = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted()
    .map(([name, times]) => `${times} ${name}`)
    .join(', ');
