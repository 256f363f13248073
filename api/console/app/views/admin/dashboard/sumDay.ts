import type { StatisticsView } from '../../../../../contract/admin/statistics.ts';

const hourMs = 3_600_000;

export interface Day {
  /** Every hour, also those in which nothing happened. */
  hours: { at: string; tasks: number }[];
  tasks: number;
  /** From 0 to 1; undefined without a task that ended by itself. */
  successShare: number | undefined;
  gpuSeconds: number;
  meanWaitSeconds: number | undefined;
}

/** @param from the beginning of the day that was asked for, in whatever minute */
export function sumDay({ points }: StatisticsView, from: Date): Day {
  const countOf = (point: StatisticsView['points'][number] | undefined) =>
    point?.tasks ? point.tasks.succeeded + point.tasks.failed + point.tasks.cancelled : 0;
  const first = Math.floor(from.getTime() / hourMs) * hourMs;
  const byHour = new Map(points.map((point) => [new Date(point.at).getTime(), point]));
  const hours = Array.from({ length: 25 }, (_, hour) => first + hour * hourMs).map((at) => ({
    at: new Date(at).toISOString(),
    tasks: countOf(byHour.get(at)),
  }));
  const all = points.flatMap(({ tasks }) => tasks ?? []);
  const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0);
  const ended = sum(({ succeeded, failed }) => succeeded + failed);
  const waited = all.filter(({ meanWaitSeconds }) => meanWaitSeconds !== undefined);
  const began = waited.reduce((total, { succeeded, failed }) => total + succeeded + failed, 0);
  return {
    hours,
    tasks: hours.reduce((total, { tasks }) => total + tasks, 0),
    successShare: ended === 0 ? undefined : sum(({ succeeded }) => succeeded) / ended,
    gpuSeconds: sum(({ gpuSeconds }) => gpuSeconds),
    meanWaitSeconds:
      began === 0
        ? undefined
        : waited.reduce(
            (total, one) => total + (one.meanWaitSeconds ?? 0) * (one.succeeded + one.failed),
            0,
          ) / began,
  };
}
