import type { GraphUnit } from './units.ts';

/** Colours of the tokens that stand out on every surface. */
export type GraphTone = 'accent' | 'good' | 'warn' | 'bad' | 'quiet';

/**
 * - `line`: a measure that moves between its times;
 * - `steps`: one that holds until the next time, as a balance does;
 * - `bars`: a sum of the time that begins there, as tasks a day.
 */
type GraphShape = 'line' | 'steps' | 'bars';

export interface GraphSeries {
  /** In the legend, in the tooltip and over its column. */
  name: string;
  /** One for each time; null where nothing is known. */
  values: readonly (number | null)[];
  /** Unless it is said, `accent`. */
  tone?: GraphTone;
  /** Unless it is said, `line`. */
  shape?: GraphShape;
}

export interface GraphProps {
  /** What it shows, read aloud. */
  label: string;
  /** In milliseconds, ascending; undefined while they are loaded. */
  times: readonly number[] | undefined;
  series: readonly GraphSeries[];
  unit: GraphUnit;
  /** What one time stands for: a `day` is said without its minute. */
  grain?: 'minute' | 'day';
  /** The height in pixels; the width is that of the place. */
  height?: number;
}

/** What is drawn, once its times are known. */
export type PlotProps = Required<Omit<GraphProps, 'times'>> & { times: readonly number[] };
