import {
  formatBytes,
  formatCompact,
  formatCredits,
  formatDuration,
  formatNumber,
  formatPercent,
} from '../texts/formats.ts';

/** What the values of a graph are counted in. */
export interface GraphUnit {
  /** With its unit, in tooltip and table: 4 credits. */
  say(value: number): string;
  /** Short, at the axis: 1.2K. */
  mark(value: number): string;
  /** The distances of marks at the axis, ascending, where 1, 2, 5, 10 … are not round. */
  steps?: readonly number[];
  /** The top of the axis while every value is zero. */
  least: number;
}

/** 1, 2, 5, 10 … from one on: there is no half of a task. */
const wholeSteps = Array.from({ length: 13 }, (_, power) =>
  [1, 2, 5].map((each) => each * 10 ** power),
).flat();
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const graphUnits = {
  count: { say: (value) => formatNumber(value, 1), mark: formatCompact, steps: wholeSteps, least: 4 },
  credits: { say: formatCredits, mark: formatCompact, steps: wholeSteps, least: 4 },
  /** A time in seconds. */
  duration: {
    say: formatDuration,
    mark: formatDuration,
    steps: [
      ...[1, 2, 5, 10, 15, 30],
      ...[1, 2, 5, 10, 15, 30].map((each) => each * minute),
      ...[1, 2, 3, 6, 12].map((each) => each * hour),
      ...wholeSteps.slice(0, 12).map((each) => each * day),
    ],
    least: 10,
  },
  bytes: {
    say: formatBytes,
    mark: formatBytes,
    steps: wholeSteps,
    least: 1000,
  },
  /** A part of a whole, from 0 to 1. */
  share: {
    say: (value) => formatPercent(value, 1),
    mark: (value) => formatPercent(value),
    steps: [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10],
    least: 1,
  },
} satisfies Record<string, GraphUnit>;
