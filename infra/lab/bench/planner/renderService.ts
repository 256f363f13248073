import { groupRoundRobin } from './policies/groupRoundRobin.ts';
import { mostPressure } from './policies/mostPressure.ts';
import { starGraph } from './policies/starGraph.ts';
import type { Policy } from './pool.ts';
import { type Run, simulate } from './simulate.ts';
import { createWorkload, heavyPerson, type Load, type Shape, type Workload } from './workloads.ts';

const shown: readonly Policy[] = [starGraph, mostPressure, groupRoundRobin];

const panel = { width: 300, height: 220, gap: 24, left: 72, top: 40, bottom: 44 };
const colours = { light: '#0369a1', heavy: '#c2410c', text: '#0f172a', frame: '#94a3b8' };

type Point = readonly [atSeconds: number, gpuSeconds: number];

/**
 * What each person got of the GPUs over time, loading included, as SVG: a panel for each rule, a line for each person.
 * A steep line is a person who is served.
 */
export function renderService(shape: Shape, load: Load, seed: number): string {
  const workload = createWorkload(shape, load, seed);
  const panels = shown.map((policy) => ({
    name: policy.name,
    lines: sumService(simulate(workload, policy), workload.untilSeconds),
  }));
  const most = Math.max(...panels.flatMap(({ lines }) => [...lines.values()].flat().map(([, sum]) => sum)));
  const width = panel.left + shown.length * (panel.width + panel.gap);
  const height = panel.top + panel.height + panel.bottom;
  const drawn = panels.map((one, index) => drawPanel(one, { index, most, workload }));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${colours.text}" role="img" aria-labelledby="title">
<title id="title">GPU-seconds of each person over time, by rule</title>
<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>
${drawn.join('\n')}
</svg>`;
}

/** Each stretch counts evenly over its time. */
function sumService({ stretches }: Run, untilSeconds: number): Map<string, Point[]> {
  const lines = new Map<string, Point[]>();
  for (const { job, beganAt, endedAt } of stretches.toSorted((a, b) => a.endedAt - b.endedAt)) {
    if (!job || endedAt > untilSeconds) continue;
    const line = lines.get(job.person) ?? [[0, 0]];
    lines.set(job.person, line);
    line.push([endedAt, (line.at(-1)?.[1] ?? 0) + endedAt - beganAt]);
  }
  return lines;
}

function drawPanel(
  { name, lines }: { name: string; lines: ReadonlyMap<string, readonly Point[]> },
  { index, most, workload }: { index: number; most: number; workload: Workload },
): string {
  const { dumpAtSeconds, untilSeconds } = workload;
  const left = panel.left + index * (panel.width + panel.gap);
  const x = (seconds: number) => (left + (seconds / untilSeconds) * panel.width).toFixed(1);
  const y = (sum: number) => (panel.top + panel.height - (sum / most) * panel.height).toFixed(1);
  const draw = (points: readonly Point[], colour: string, thickness: number) =>
    `<polyline fill="none" stroke="${colour}" stroke-width="${thickness}" points="${points.map(([at, sum]) => `${x(at)},${y(sum)}`).join(' ')}"/>`;
  const light = [...lines].filter(([person]) => person !== heavyPerson);
  const bottom = panel.top + panel.height;
  const minutes = (seconds: number) => `${Math.round(seconds / 60)} min`;
  return [
    `<text x="${left}" y="${panel.top - 14}" font-weight="bold">${name}</text>`,
    `<rect x="${left}" y="${panel.top}" width="${panel.width}" height="${panel.height}" fill="none" stroke="${colours.frame}"/>`,
    `<line x1="${x(dumpAtSeconds)}" x2="${x(dumpAtSeconds)}" y1="${panel.top}" y2="${bottom}" stroke="${colours.frame}"/>`,
    ...light.map(([, points]) => draw(points, colours.light, 0.7)),
    draw(lines.get(heavyPerson) ?? [], colours.heavy, 2),
    `<text x="${x(dumpAtSeconds)}" y="${bottom + 16}" text-anchor="middle">dump, ${minutes(dumpAtSeconds)}</text>`,
    `<text x="${x(untilSeconds)}" y="${bottom + 16}" text-anchor="end">${minutes(untilSeconds)}</text>`,
    ...(index === 0 ? [drawScale(most, y)] : []),
  ].join('\n');
}

function drawScale(most: number, y: (sum: number) => string): string {
  const ticks = [0, 0.5, 1].map((share) => Math.round((share * most) / 100) * 100);
  const texts = ticks.map(
    (sum) =>
      `<text x="${panel.left - 6}" y="${y(sum)}" text-anchor="end" dominant-baseline="middle">${sum.toLocaleString('en')}</text>`,
  );
  const middle = panel.top + panel.height / 2;
  const label = `<text transform="translate(16 ${middle}) rotate(-90)" text-anchor="middle">GPU-seconds, loading included</text>`;
  return [label, ...texts].join('\n');
}
