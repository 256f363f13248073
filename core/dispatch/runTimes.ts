import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/connect.ts';
import { RunTime } from '../db/models/backend.ts';

/** The weight of the newest run: the mean follows a change of hardware or drivers within a dozen runs. */
const newestWeight = 0.2;
/** Beyond this the number of samples says nothing more. */
const mostSamples = 1_000;

/**
 * Takes one run into the mean of its workflow and backend. What is learned only makes estimates better, so a fault is
 * logged and forgotten.
 */
export async function learnRunTime(
  deps: { database: Database; clock: Clock; logger: Logger },
  of: { workflow: string; backendId: string },
  secondsPerUnit: number,
): Promise<void> {
  const sql = `INSERT INTO run_times (workflow, backend_id, seconds_per_unit, samples, updated_at)
    VALUES (?, ?, ?, 1, ?)
    ON DUPLICATE KEY UPDATE
      seconds_per_unit = seconds_per_unit + ? * (VALUES(seconds_per_unit) - seconds_per_unit),
      samples = LEAST(samples + 1, ?), updated_at = VALUES(updated_at)`;
  const values = [of.workflow, of.backendId, secondsPerUnit, deps.clock.now(), newestWeight, mostSamples];
  try {
    await deps.database.raw(sql, values);
  } catch (error) {
    deps.logger.warn({ err: error, ...of }, 'a run time could not be learned');
  }
}

/** Seconds per work unit by backend and, inside, by workflow. */
export async function listRunTimes(database: Database): Promise<Map<string, Map<string, number>>> {
  const byBackend = new Map<string, Map<string, number>>();
  for (const { backendId, workflow, secondsPerUnit } of await RunTime.query(database)) {
    const byWorkflow = byBackend.get(backendId) ?? new Map<string, number>();
    byWorkflow.set(workflow, secondsPerUnit);
    byBackend.set(backendId, byWorkflow);
  }
  return byBackend;
}
