/** One line of the table. Figures belong to this run on this machine; only the ratio can be compared with others. */
export interface Measurement {
  what: string;
  /** Ours, with its unit. */
  measured: string;
  /** The physical limit beside it, measured in the same run; empty where the target is a time. */
  limit: string;
  /** Ours by the limit's, where both are rates; undefined for times. */
  ratio?: number;
  target: string;
}

export const perSecond = (count: number, elapsedMs: number): number => (count * 1_000) / elapsedMs;

export const showRate = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`;

export const showMs = (ms: number): string =>
  `${ms < 1 ? ms.toFixed(2) : ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** @param share 0.5 is the median. The samples are not changed. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export const showPercentiles = (samples: readonly number[], last: 0.95 | 0.99): string =>
  `p50 ${showMs(percentile(samples, 0.5))}, p${last * 100} ${showMs(percentile(samples, last))}`;

/** Markdown, as the docs keep it. */
export function renderTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map(({ what, measured, limit, ratio, target }) =>
    [what, measured, limit, ratio === undefined ? '' : ratio.toFixed(2), target].join(' | '),
  );
  const head = ['measured | ours | beside it | ratio | target', '--- | --- | --- | --- | ---'];
  return [...head, ...rows].map((row) => `| ${row} |`).join('\n');
}
