import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/** What a bar needs of a span. */
export interface DrawnSpan {
  spanId: string;
  parentId?: string | undefined;
  name: string;
  service: string;
  startMs: number;
  endMs: number;
}

interface Row {
  span: DrawnSpan;
  depth: number;
}

const width = 960;
const [labelWidth, timeWidth, margin] = [300, 76, 16];
const chartWidth = width - labelWidth - timeWidth - 2 * margin;
const [rowHeight, barHeight, headHeight] = [24, 12, 56];
const shortestBar = 2;

/** One line a span, in the order of their starts below their parents. */
function order(spans: readonly DrawnSpan[]): Row[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const byStart = spans.toSorted((one, other) => one.startMs - other.startMs);
  const below = (parentId: string | undefined, depth: number): Row[] =>
    byStart
      .filter((span) => (span.parentId && ids.has(span.parentId) ? span.parentId : undefined) === parentId)
      .flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)]);
  return below(undefined, 0);
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const showMs = (ms: number): string => (ms < 9.95 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`);
const round = (value: number): number => Math.round(value * 10) / 10;

/** The ticks of the axis: about five, at round times. */
function ticksOf(wholeMs: number): number[] {
  const rough = wholeMs / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((ms) => ms >= rough) ?? rough;
  return Array.from({ length: Math.floor(wholeMs / step) + 1 }, (_, at) => at * step);
}

/** A waterfall as SVG, readable on light and on dark ground. */
export function drawTrace(spans: readonly DrawnSpan[], title: string): string {
  const rows = order(spans);
  const start = Math.min(...spans.map(({ startMs }) => startMs));
  const wholeMs = Math.max(...spans.map(({ endMs }) => endMs)) - start;
  const scale = (ms: number): number => round(labelWidth + margin + (ms / wholeMs) * chartWidth);
  const height = headHeight + rows.length * rowHeight + margin;
  const services = [...new Set(rows.map(({ span }) => span.service))];
  const ticks = ticksOf(wholeMs).map(
    (ms) =>
      `<line x1="${scale(ms)}" x2="${scale(ms)}" y1="${headHeight - 6}" y2="${height - margin}" class="grid"/>` +
      `<text x="${scale(ms)}" y="${headHeight - 12}" class="tick" text-anchor="middle">${Math.round(ms)}${ms === 0 ? ' ms' : ''}</text>`,
  );
  const lines = rows.map(({ span, depth }, at) => {
    const y = headHeight + at * rowHeight;
    const [x, end] = [scale(span.startMs - start), scale(span.endMs - start)];
    const colour = `s${services.indexOf(span.service)}`;
    const barWidth = Math.max(shortestBar, round(end - x));
    return (
      `<text x="${margin + depth * 14}" y="${y + 16}" class="name">${escapeText(span.name)}</text>` +
      `<rect x="${x}" y="${y + 6}" width="${barWidth}" height="${barHeight}" rx="2" class="${colour}"/>` +
      `<text x="${width - margin}" y="${y + 16}" class="tick" text-anchor="end">${showMs(span.endMs - span.startMs)}</text>`
    );
  });
  const legend = services.map(
    (service, at) =>
      `<rect x="${margin + at * 190}" y="10" width="12" height="12" rx="2" class="s${at}"/>` +
      `<text x="${margin + 18 + at * 190}" y="20" class="name">${escapeText(service)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">
<title>${escapeText(title)}</title>
<style>
text { font-family: system-ui, sans-serif; }
.ground { fill: #ffffff; } .name { font-size: 13px; fill: #1f2328; } .tick { font-size: 11px; fill: #59636e; }
.grid { stroke: #d1d9e0; } .s0 { fill: #3b6fd4; } .s1 { fill: #d97706; } .s2 { fill: #0f766e; }
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117; } .name { fill: #f0f6fc; } .tick { fill: #9198a1; } .grid { stroke: #3d444d; }
.s0 { fill: #6ea0ff; } .s1 { fill: #f2a33c; } .s2 { fill: #2dd4bf; }
}
</style>
<rect width="${width}" height="${height}" class="ground"/>
${[...legend, ...ticks, ...lines].join('\n')}
</svg>
`;
}

async function main([from, to]: readonly string[]): Promise<void> {
  if (!from || !to) throw new Error('drawTrace.ts SPANS.json PICTURE.svg');
  const spans = JSON.parse(await readFile(from, 'utf8')) as DrawnSpan[];
  await writeFile(to, drawTrace(spans, 'One task as a trace'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
