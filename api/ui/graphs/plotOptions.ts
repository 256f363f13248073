import uPlot from 'uplot';
import { formatDay, formatMonth, formatTime } from '../texts/formats.ts';
import { fitRange, fitTimes } from './fitRange.ts';
import type { GraphProps, GraphSeries } from './graphTypes.ts';
import { readColour } from './readColour.ts';
import type { GraphUnit } from './units.ts';

interface Plot extends Pick<GraphProps, 'series' | 'unit'> {
  place: HTMLElement;
  width: number;
  height: number;
  onPoint(index: number | undefined): void;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** What marks may be apart. The axis names no seconds, so that below a minute two marks would say the same. */
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((each) => each * minuteMs),
  ...[1, 2, 3, 4, 6, 8, 12].map((each) => each * hourMs),
  ...[1, 2, 3, 5, 7, 10, 15, 30, 60, 90, 120, 180, 365, 730].map((each) => each * dayMs),
];
const font = () => `12px ${getComputedStyle(document.body).fontFamily}`;

/** Colours are functions: they are read anew at each drawing, so a change of the theme only draws again. */
export function plotOptions({ place, series, unit, width, height, onPoint }: Plot): uPlot.Options {
  const hasBars = series.some(({ shape }) => shape === 'bars');
  return {
    width,
    height,
    ms: 1,
    // The last time is written whole at the edge.
    padding: [8, 24, 0, 0],
    legend: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    cursor: {
      y: false,
      drag: { setScale: false, x: false, y: false },
      points: { size: 8, width: 2, stroke: () => readColour(place, 'surface-1') },
    },
    scales: {
      x: { time: true, range: ({ data }) => fitTimes([...(data[0] ?? [])], hasBars) },
      y: { range: (_, low, high) => fitRange(low, high, unit.least) },
    },
    axes: [timeAxis(place), valueAxis(place, unit)],
    series: [{}, ...series.map((one) => drawSeries(place, one))],
    hooks: {
      drawAxes: [(plot) => drawZero(plot, readColour(place, 'line-control'))],
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)],
    },
  };
}

const timeAxis = (place: HTMLElement): uPlot.Axis => ({
  stroke: () => readColour(place, 'text-quiet'),
  font: font(),
  size: 28,
  gap: 8,
  space: 72,
  incrs: timeSteps,
  grid: { show: false },
  ticks: { show: false },
  values: (_, marks, __, ___, distance) => marks.map((mark) => nameTime(mark, distance)),
});

/** As fine as the marks are apart; where a day begins between hours, the day. */
function nameTime(mark: number, distance: number): string {
  if (distance >= 28 * dayMs) return formatMonth(mark);
  const { hours, minutes } = { hours: new Date(mark).getHours(), minutes: new Date(mark).getMinutes() };
  return distance >= dayMs || (hours === 0 && minutes === 0) ? formatDay(mark) : formatTime(mark);
}

const valueAxis = (place: HTMLElement, unit: GraphUnit): uPlot.Axis => ({
  stroke: () => readColour(place, 'text-quiet'),
  font: font(),
  gap: 8,
  space: 36,
  size: (_, marks) => widestOf(marks ?? []) + 8,
  ticks: { show: false },
  grid: { stroke: () => readColour(place, 'line'), width: 1 },
  border: { show: false },
  values: (_, marks) => marks.map((mark) => unit.mark(mark)),
  ...(unit.steps && { incrs: [...unit.steps] }),
});

/** The ground that all else is read from is plainer than the other lines. */
function drawZero({ ctx, bbox, valToPos }: uPlot, colour: string): void {
  ctx.fillStyle = colour;
  ctx.fillRect(
    bbox.left,
    Math.round(valToPos(0, 'y', true)),
    bbox.width,
    Math.max(1, Math.round(uPlot.pxRatio)),
  );
}

function widestOf(marks: readonly string[]): number {
  const ruler = document.createElement('canvas').getContext('2d');
  if (!ruler) return 48;
  ruler.font = font();
  return Math.ceil(Math.max(0, ...marks.map((mark) => ruler.measureText(mark).width)));
}

function drawSeries(place: HTMLElement, { name, tone, shape }: GraphSeries): uPlot.Series {
  const token = tone === 'quiet' ? 'text-faint' : (tone ?? 'accent');
  const { stepped, bars } = uPlot.paths;
  const paths = shape === 'steps' ? stepped?.({ align: 1 }) : bars?.({ size: [0.7, 40], radius: 0.15 });
  const isLine = shape === undefined || shape === 'line';
  return {
    label: name,
    stroke: () => readColour(place, token),
    width: shape === 'bars' ? 0 : 2,
    fill: (plot) => fillBelow(plot, place, token, shape === 'bars'),
    ...(!isLine && paths && { paths }),
    // A line through one point would not be seen.
    points: { show: ({ data }) => shape !== 'bars' && data[0].length === 1, size: 7 },
  };
}

/** Bars are full; under a line the colour fades towards zero. */
function fillBelow(plot: uPlot, place: HTMLElement, token: string, isFull: boolean): CanvasGradient | string {
  const colour = readColour(place, token);
  if (isFull) return colour;
  const { top, height } = plot.bbox;
  const fill = plot.ctx.createLinearGradient(0, top, 0, top + height);
  fill.addColorStop(0, readColour(place, token, 0.22));
  fill.addColorStop(1, readColour(place, token, 0.02));
  return fill;
}
