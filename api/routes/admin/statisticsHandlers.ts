import {
  mostStatisticsPoints,
  type StatisticsQuery,
  type StatisticsView,
  statisticsSpans,
} from '@star-graph/contract/admin/statistics';
import {
  readStatistics,
  type Statistics,
  type TaskTotals,
} from '@star-graph/core/desk/statistics/readStatistics';
import { Problem } from '@star-graph/core/ground/errors';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

export const createStatisticsHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    async adminGetStatistics({ query }) {
      return present(query.span, await readStatistics(deps, { span: query.span, ...timesOf(query) }));
    },
  });

/** @throws Problem `invalid-params`. */
function timesOf({ span, from, to }: StatisticsQuery): { from: Date; to: Date } {
  const spanMs = statisticsSpans[span];
  const startMs = Math.floor(Date.parse(from) / spanMs) * spanMs;
  const points = (Date.parse(to) - startMs) / spanMs;
  const fault = (message: string) =>
    new Problem('invalid-params', message, { errors: [{ pointer: '/to', message }] });
  if (points <= 0) throw fault('The end has to come after the start.');
  if (points > mostStatisticsPoints)
    throw fault(`Ask for at most ${mostStatisticsPoints} ${span}s at once, or for days instead of hours.`);
  return { from: new Date(startMs), to: new Date(to) };
}

type Point = StatisticsView['points'][number];

function present(span: StatisticsView['span'], statistics: Statistics): StatisticsView {
  const points = new Map<string, Point>();
  const pointAt = (at: Date): Point => {
    const key = at.toISOString();
    const point = points.get(key) ?? { at: key, credits: [] };
    points.set(key, point);
    return point;
  };
  for (const row of statistics.tasks) pointAt(row.at).tasks = presentTotals(row);
  for (const { at, kind, transfers, amount } of statistics.credits)
    pointAt(at).credits.push({ kind, transfers, amount });
  for (const { at, samples, waitingSum, waitingMost, runningSum, runningMost } of statistics.queue)
    pointAt(at).queue = {
      meanWaiting: waitingSum / samples,
      mostWaiting: waitingMost,
      meanRunning: runningSum / samples,
      mostRunning: runningMost,
    };
  return {
    span,
    ...(statistics.addedTo ? { addedTo: statistics.addedTo.toISOString() } : {}),
    points: [...points.values()].toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    models: statistics.models.map((row) => ({
      workflow: row.workflow,
      model: row.model,
      ...presentTotals(row),
    })),
  };
}

const presentTotals = ({ at: _, begun, waitSeconds, runSeconds, ...totals }: TaskTotals) => ({
  succeeded: totals.succeeded,
  failed: totals.failed,
  cancelled: totals.cancelled,
  cached: totals.cached,
  gpuSeconds: totals.gpuSeconds,
  ...(begun > 0 ? { meanWaitSeconds: waitSeconds / begun, meanRunSeconds: runSeconds / begun } : {}),
});
