import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { filmDeskUrl } from '../../ground/db/models/backend.ts';
import { StatisticsHead } from '../../ground/db/models/statistics.ts';
import { Task } from '../../ground/db/models/task.ts';
import { invariant } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { firstIdAt } from '../../ground/runtime/ids.ts';

/*
 * Each hour is added up once, after its end, from the tasks that ended in it and the transfers that were made in it; a
 * day from its hours, with its last one. The head says up to where: its row is locked while an hour is written, so that
 * two leaders add none twice, and who dies in between leaves the hour to the next round.
 */

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** What ended or was made in an hour is committed by then. */
const settleMs = 10 * 60_000;
/** In one round: a platform that was updated has a year of hours behind it. */
const hoursAtOnce = 200;

/** Adds up the hours that have ended. @returns how many. */
export async function addUpStatistics(deps: Deps, signal: AbortSignal): Promise<number> {
  for (let hours = 0; hours < hoursAtOnce; hours++) {
    signal.throwIfAborted();
    if (!(await addUpNextHour(deps))) return hours;
  }
  return hoursAtOnce;
}

const addUpNextHour = ({ database, clock }: Deps): Promise<boolean> =>
  inTransaction(database, async (trx) => {
    const head = await StatisticsHead.query(trx).findById(1).forUpdate();
    invariant(head, 'the migration makes the head');
    const now = clock.now().getTime();
    const startMs = (head.addedTo ?? (await findFirstHour(trx, now))).getTime();
    const endMs = startMs + hourMs;
    if (endMs + settleMs > now) return false;
    const [start, end] = [new Date(startMs), new Date(endMs)];
    await addUpTasks(trx, start, end);
    await addUpCredits(trx, start, end);
    if (endMs % dayMs === 0) await addUpDay(trx, new Date(endMs - dayMs), end);
    await StatisticsHead.query(trx).findById(1).patch({ addedTo: end });
    return true;
  });

async function findFirstHour(trx: Transaction, nowMs: number): Promise<Date> {
  const [first] = await Task.query(trx)
    .whereNotNull('finishedAt')
    .orderBy('finishedAt')
    .select('finishedAt')
    .limit(1);
  const atMs = first?.finishedAt?.getTime() ?? nowMs;
  return new Date(atMs - (atMs % hourMs));
}

/** Of tasks; edits of films take no GPU. The model is a parameter that its workflow checked against the files of the pool. */
export const taskSums = `workflow_name AS workflow,
      LEFT(COALESCE(JSON_UNQUOTE(JSON_EXTRACT(params, '$.model')), ''), 255) AS model,
      SUM(status = 'succeeded') AS succeeded, SUM(status = 'failed') AS failed,
      SUM(status = 'cancelled') AS cancelled, SUM(cached) AS cached, COUNT(started_at) AS begun,
      COALESCE(SUM(TIMESTAMPDIFF(MICROSECOND, created_at, started_at)), 0) / 1e6 AS waitSeconds,
      COALESCE(SUM(TIMESTAMPDIFF(MICROSECOND, started_at, finished_at)), 0) / 1e6 AS runSeconds,
      COALESCE(SUM((SELECT SUM(COALESCE(attempts.ran_ms * 1000,
          TIMESTAMPDIFF(MICROSECOND, attempts.started_at, attempts.ended_at)))
        FROM attempts WHERE attempts.task_id = tasks.id
          AND attempts.backend_id NOT IN (SELECT id FROM backends WHERE url = '${filmDeskUrl}'))), 0) / 1e6 AS gpuSeconds`;

const addUpTasks = (trx: Transaction, start: Date, end: Date): Promise<unknown> =>
  trx.raw(
    `INSERT INTO statistics_tasks
      (span, at, workflow, model, succeeded, failed, cancelled, cached, begun, wait_seconds, run_seconds, gpu_seconds)
    SELECT 'hour', ?, ${taskSums} FROM tasks WHERE finished_at >= ? AND finished_at < ? GROUP BY 3, 4`,
    [start, start, end],
  );

/** Transfers have no index on their time; their ids are in its order. */
const addUpCredits = (trx: Transaction, start: Date, end: Date): Promise<unknown> =>
  trx.raw(
    `INSERT INTO statistics_credits (span, at, kind, transfers, amount)
    SELECT 'hour', ?, kind, COUNT(*), SUM(amount) FROM transfers WHERE id >= ? AND id < ? GROUP BY kind`,
    [start, firstIdAt(start.getTime()), firstIdAt(end.getTime())],
  );

async function addUpDay(trx: Transaction, start: Date, end: Date): Promise<void> {
  await trx.raw(
    `INSERT INTO statistics_tasks
      (span, at, workflow, model, succeeded, failed, cancelled, cached, begun, wait_seconds, run_seconds, gpu_seconds)
    SELECT 'day', ?, workflow, model, SUM(succeeded), SUM(failed), SUM(cancelled), SUM(cached), SUM(begun),
      SUM(wait_seconds), SUM(run_seconds), SUM(gpu_seconds)
    FROM statistics_tasks WHERE span = 'hour' AND at >= ? AND at < ? GROUP BY workflow, model`,
    [start, start, end],
  );
  await trx.raw(
    `INSERT INTO statistics_credits (span, at, kind, transfers, amount)
    SELECT 'day', ?, kind, SUM(transfers), SUM(amount)
    FROM statistics_credits WHERE span = 'hour' AND at >= ? AND at < ? GROUP BY kind`,
    [start, start, end],
  );
  await trx.raw(
    `INSERT INTO statistics_queue (span, at, samples, waiting_sum, waiting_most, running_sum, running_most)
    SELECT 'day', ?, SUM(samples), SUM(waiting_sum), MAX(waiting_most), SUM(running_sum), MAX(running_most)
    FROM statistics_queue WHERE span = 'hour' AND at >= ? AND at < ? HAVING COUNT(*) > 0`,
    [start, start, end],
  );
}
