import type { StatisticsView } from '@star-graph/contract/admin/statistics';

/** How far back one looks: a day and a week by the hour, a month by the day. */
export type Reach = '24h' | '7d' | '30d';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const reaches = {
  '24h': { span: 'hour', stepMs: hourMs, steps: 24 },
  '7d': { span: 'hour', stepMs: hourMs, steps: 168 },
  '30d': { span: 'day', stepMs: dayMs, steps: 30 },
} as const;

export const grainOf = (reach: Reach): 'minute' | 'day' => (reach === '30d' ? 'day' : 'minute');

/** What is asked for: whole hours up to the running one, or whole days, of which today is not added up yet. */
export function rangeOf(reach: Reach, now: Date): { span: 'hour' | 'day'; from: Date; to: Date } {
  const { span, stepMs, steps } = reaches[reach];
  const running = Math.floor(now.getTime() / stepMs) * stepMs;
  const to = span === 'hour' ? running + stepMs : running;
  return { span, from: new Date(to - steps * stepMs), to: new Date(to) };
}

type Point = StatisticsView['points'][number];
type Values = (number | null)[];

export interface History {
  /** In milliseconds: every hour or day, also those in which nothing happened. */
  times: number[];
  succeeded: Values;
  failed: Values;
  waiting: Values;
  running: Values;
  gpuSeconds: Values;
  spent: Values;
  sold: Values;
  totals: {
    tasks: number;
    /** From 0 to 1; undefined without a task that ended by itself. */
    successShare: number | undefined;
    gpuSeconds: number;
    meanWaitSeconds: number | undefined;
    spent: number;
    sold: number;
  };
}

/** Credits leave a person with the hold; its end gives back what was not charged. */
const taskKinds: readonly string[] = ['hold', 'capture', 'partial-capture', 'release', 'text'];
const saleKinds: readonly string[] = ['purchase', 'refund'];

const sumKinds = (point: Point | undefined, kinds: readonly string[]): number =>
  (point?.credits ?? []).reduce((sum, { kind, amount }) => (kinds.includes(kind) ? sum + amount : sum), 0);

/** The series of the graphs. Hours that are not added up yet are unknown, and those without a line had nothing. */
export function readHistory({ points, addedTo }: StatisticsView, reach: Reach, now: Date): History {
  const { stepMs, steps } = reaches[reach];
  const first = rangeOf(reach, now).from.getTime();
  const byTime = new Map(points.map((point) => [Date.parse(point.at), point]));
  const knownTo = addedTo === undefined ? first : Date.parse(addedTo);
  const times = Array.from({ length: steps }, (_, step) => first + step * stepMs);
  const read = (value: (point: Point | undefined) => number): Values =>
    times.map((at) => (at + stepMs <= knownTo || byTime.has(at) ? value(byTime.get(at)) : null));
  const shown = times.flatMap((at) => byTime.get(at) ?? []);
  const tasks = shown.flatMap((point) => point.tasks ?? []);
  const succeeded = sum(tasks.map((one) => one.succeeded));
  const ended = succeeded + sum(tasks.map((one) => one.failed));
  const waited = tasks.filter((one) => one.meanWaitSeconds !== undefined);
  const began = sum(waited.map((one) => one.succeeded + one.failed));
  return {
    times,
    succeeded: read((point) => point?.tasks?.succeeded ?? 0),
    failed: read((point) => point?.tasks?.failed ?? 0),
    waiting: read((point) => point?.queue?.meanWaiting ?? 0),
    running: read((point) => point?.queue?.meanRunning ?? 0),
    gpuSeconds: read((point) => point?.tasks?.gpuSeconds ?? 0),
    spent: read((point) => Math.max(0, -sumKinds(point, taskKinds))),
    sold: read((point) => Math.max(0, sumKinds(point, saleKinds))),
    totals: {
      tasks: ended + sum(tasks.map((one) => one.cancelled)),
      successShare: ended === 0 ? undefined : succeeded / ended,
      gpuSeconds: sum(tasks.map((one) => one.gpuSeconds)),
      meanWaitSeconds:
        began === 0
          ? undefined
          : sum(waited.map((one) => (one.meanWaitSeconds ?? 0) * (one.succeeded + one.failed))) / began,
      spent: Math.max(0, -sum(shown.map((point) => sumKinds(point, taskKinds)))),
      sold: sum(shown.map((point) => sumKinds(point, saleKinds))),
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
