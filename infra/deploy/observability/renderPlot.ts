import type { Series } from './prometheusServer.ts';

/** A value in a unit of Grafana's, short. */
function formatValue(value: number, unit: string): string {
  if (unit === 's') return formatSeconds(value);
  if (unit === 'percentunit') return `${trim(value * 100)} %`;
  if (unit === 'bytes' || unit === 'binBps') return formatBytes(value) + (unit === 'binBps' ? '/s' : '');
  if (unit === 'reqps' || unit === 'ops') return `${trim(value)}/s`;
  if (unit === 'h') return `${trim(value)} h`;
  return trim(value);
}

function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 1) return `${trim(seconds * 1_000)} ms`;
  return seconds < 60 ? `${trim(seconds)} s` : `${trim(seconds / 60)} min`;
}

function formatBytes(bytes: number): string {
  const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = bytes < 1 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${trim(bytes / 1024 ** step)} ${steps[step]}`;
}

/** Two digits that count, none of them an ending 0. */
const trim = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));

export interface PlotPanel {
  title: string;
  description: string;
  /** A unit of Grafana's list. */
  unit: string;
  isStacked: boolean;
  /** From here on the value is bad: a dashed line, if it lies in sight. */
  bad?: number | undefined;
  /** Where the axis begins, unless something lies below; default: 0. */
  min?: number | undefined;
  max?: number | undefined;
  lines: readonly { name: string; values: Series['values'] }[];
}

const columns = 3;
const box = { width: 300, height: 170, right: 20, left: 70, top: 66, axis: 22, line: 16 };
/** The most letters in a line of the description. */
const mostLetters = 56;
const columnWidth = box.left + box.width + box.right;
const mostLines = 6;
const colours = ['#0369a1', '#c2410c', '#15803d', '#7c3aed', '#be185d', '#475569'];
const ink = { text: '#0f172a', faint: '#64748b', frame: '#cbd5e1', bad: '#dc2626' };

/** Panels of a dashboard as SVG, drawn as Grafana would: readable on a light and on a dark page. */
export function renderPlot(title: string, panels: readonly PlotPanel[], span: Place['span']): string {
  const drawn: string[] = [];
  let top = 0;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    const place = (index: number) => ({ left: index * columnWidth + box.left, top: top + box.top, span });
    drawn.push(...row.map((panel, index) => drawPanel(panel, place(index))));
    const legend = Math.max(...row.map(({ lines }) => Math.min(lines.length, mostLines + 1)));
    top += box.top + box.height + box.axis + box.line * legend + 18;
  }
  const width = Math.min(columns, panels.length) * columnWidth;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" font-family="system-ui, sans-serif" font-size="11" fill="${ink.text}" role="img" aria-labelledby="title">
<title id="title">${escapeXml(title)}</title>
<rect width="${width}" height="${top}" rx="8" fill="#ffffff"/>
${drawn.join('\n')}
</svg>
`;
}

interface Place {
  left: number;
  top: number;
  span: { from: number; to: number };
}

interface Axis {
  low: number;
  high: number;
}

function drawPanel(panel: PlotPanel, place: Place): string {
  const { left, top } = place;
  const shown = panel.lines.slice(0, mostLines);
  const { low, high } = findAxis(panel, shown);
  const x = (at: number) => left + ((at - place.span.from) / (place.span.to - place.span.from)) * box.width;
  const y = (value: number) => top + box.height - ((Math.min(value, high) - low) / (high - low)) * box.height;
  const across = (value: number, stroke: string) =>
    `<line x1="${left}" x2="${left + box.width}" y1="${round(y(value))}" y2="${round(y(value))}" ${stroke}/>`;
  const ticks = [0, 0.5, 1].map((share) => low + share * (high - low));
  const isBadShown = panel.bad !== undefined && panel.bad > low && panel.bad < high;
  return [
    `<text x="${left}" y="${top - 40}" font-weight="bold" font-size="13">${escapeXml(panel.title)}</text>`,
    ...wrap(panel.description).map(
      (line, index) =>
        `<text x="${left}" y="${top - 25 + index * 13}" fill="${ink.faint}" font-size="10">${escapeXml(line)}</text>`,
    ),
    ...ticks.map(
      (value) =>
        `${across(value, `stroke="${ink.frame}"`)}<text x="${left - 6}" y="${round(y(value))}" text-anchor="end" dominant-baseline="middle">${formatValue(value, panel.unit)}</text>`,
    ),
    ...(panel.isStacked ? drawStack(shown, x, y) : drawLines(shown, x, y)),
    ...(isBadShown ? [across(panel.bad ?? 0, `stroke="${ink.bad}" stroke-dasharray="4 3"`)] : []),
    ...drawTimes(place),
    ...drawLegend(panel, shown, place),
  ].join('\n');
}

/** It ends with a round number above all that is drawn. */
function findAxis({ isStacked, min = 0, max, unit }: PlotPanel, lines: PlotPanel['lines']): Axis {
  const values = isStacked
    ? stack(lines).flatMap(({ upper }) => [...upper.values()])
    : lines.flatMap((line) => line.values.map(([, value]) => value));
  const low = Math.min(min, ...values);
  const highest = Math.max(0, ...values);
  if (max !== undefined && highest <= max) return { low, high: max };
  if (highest === 0) return { low, high: 1 };
  const minutes = unit === 's' && highest > 90 ? 60 : 1;
  const step = minutes * 10 ** Math.floor(Math.log10(highest / minutes));
  const rounds = [1, 2, 4, 6, 8, 10].map((times) => times * step);
  return { low, high: rounds.find((high) => high >= highest * 1.02) ?? 12 * step };
}

/** Two lines at most. */
function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length < mostLetters)
      lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    else lines.push(word);
  }
  return [...lines.slice(0, 1), ...(lines.length > 1 ? [cut(lines.slice(1).join(' '), mostLetters)] : [])];
}

type Scale = (value: number) => number;

const drawLines = (lines: PlotPanel['lines'], x: Scale, y: Scale): string[] =>
  lines.map(({ values }, index) => {
    const points = values.map(([at, value]) => `${round(x(at))},${round(y(value))}`).join(' ');
    return `<polyline fill="none" stroke="${colours[index]}" stroke-width="1.6" stroke-linejoin="round" points="${points}"/>`;
  });

interface Layer {
  lower: Map<number, number>;
  upper: Map<number, number>;
}

/** Each on top of the ones before; where a series has nothing it counts as 0. */
function stack(lines: PlotPanel['lines']): Layer[] {
  const times = [...new Set(lines.flatMap(({ values }) => values.map(([at]) => at)))].sort((a, b) => a - b);
  let lower = new Map(times.map((at) => [at, 0]));
  return lines.map(({ values }) => {
    const own = new Map(values);
    const upper = new Map(times.map((at) => [at, (lower.get(at) ?? 0) + (own.get(at) ?? 0)]));
    const layer = { lower, upper };
    lower = upper;
    return layer;
  });
}

const drawStack = (lines: PlotPanel['lines'], x: Scale, y: Scale): string[] =>
  stack(lines).map(({ lower, upper }, index) => {
    const edge = (values: Map<number, number>) =>
      [...values].map(([at, value]) => `${round(x(at))},${round(y(value))}`);
    const points = [...edge(upper), ...edge(lower).reverse()].join(' ');
    return `<polygon fill="${colours[index]}" fill-opacity="0.75" stroke="${colours[index]}" stroke-width="0.6" points="${points}"/>`;
  });

function drawTimes({ left, top, span }: Place): string[] {
  const y = top + box.height + 14;
  const seconds = Math.round(span.to - span.from);
  return [
    `<text x="${left}" y="${y}" fill="${ink.faint}">0 s</text>`,
    `<text x="${left + box.width}" y="${y}" text-anchor="end" fill="${ink.faint}">${seconds} s</text>`,
  ];
}

function drawLegend({ lines, unit }: PlotPanel, shown: PlotPanel['lines'], { left, top }: Place): string[] {
  const first = top + box.height + box.axis + 10;
  const rows = shown.map(({ name, values }, index) => {
    const y = first + index * box.line;
    const last = formatValue(values.at(-1)?.[1] ?? 0, unit);
    return `<rect x="${left}" y="${y - 8}" width="9" height="9" rx="2" fill="${colours[index]}"/><text x="${left + 15}" y="${y}">${escapeXml(cut(name, 44))}</text><text x="${left + box.width}" y="${y}" text-anchor="end" fill="${ink.faint}">${last}</text>`;
  });
  const more = lines.length - shown.length;
  if (more > 0)
    rows.push(
      `<text x="${left + 15}" y="${first + shown.length * box.line}" fill="${ink.faint}">and ${more} more</text>`,
    );
  return rows;
}

const round = (value: number): string => value.toFixed(1);
const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;
const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
