import type { Logger } from 'pino';
import type { Database } from '../../ground/db/connect.ts';
import { Backend, type BackendReport, RunTime } from '../../ground/db/models/backend.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { startLoop } from '../../ground/runtime/loop.ts';

/** The weight of the newest run: the mean follows a change of hardware or drivers within a dozen runs. */
const newestWeight = 0.2;
/** A larger number of samples says nothing more. */
const mostSamples = 1_000;

/** One successful run. */
export interface Ran {
  workUnits: number;
  /** The time from the start of the run to its end. */
  seconds: number;
  /** Usual seconds of the models that had to be loaded for it; undefined if the loaded models were unknown. */
  loadSeconds: number | undefined;
}

/**
 * Learns how long a unit of work takes, from runs that loaded almost nothing, and how long loading takes, from the
 * extra time of the others. This only makes plans better, so a loss does no harm.
 */
export interface RunTimes {
  /** Adds one run to the mean of its workflow and backend, or of the backend's loading. */
  learn(of: { workflow: string; backendId: string }, ran: Ran): void;
  /**
   * Seconds for so much work there, without loading. Until they are learned the usual ones; undefined where those say
   * nothing, since the server has no GPU.
   */
  expectSeconds(
    of: { workflow: string; backendId: string },
    work: { workUnits: number; estimateSeconds: number },
  ): number | undefined;
  /** Writes the pending runs. */
  stop(): Promise<void>;
}

interface Learned {
  workflow: string;
  backendId: string;
  mean: number;
  /** The weight of the runs in `mean`, together. */
  weight: number;
  samples: number;
}

/** In the place of a workflow's name, which has no parentheses: real by usual seconds for loading models. */
export const loading = '(loading)';

/** Expected of every backend before its first load, and as good as all that it loaded before. */
const usualFactor = 1;

/** A run that had to load less shows the work alone. */
const minorLoadSeconds = 2;
const saveIntervalMs = 2_000;

/** Collects runs for a moment: with a write for each, its backend's next task would wait for it. */
export function createRunTimes(deps: { database: Database; clock: Clock; logger: Logger }): RunTimes {
  const gathered = new Map<string, Learned>();
  /** The values after the last write; undefined: not read yet. */
  let known: Awaited<ReturnType<typeof listRunTimes>> | undefined;
  let withoutGpu: ReadonlySet<string> = new Set();

  async function save(): Promise<void> {
    if (known && gathered.size === 0) return;
    for (const [key, learned] of gathered) {
      gathered.delete(key);
      await saveLearned(deps, learned);
    }
    [known, withoutGpu] = await Promise.all([listRunTimes(deps.database), listWithoutGpu(deps.database)]);
  }
  const loop = startLoop(deps, { name: 'run times', intervalMs: saveIntervalMs }, save);

  function gather(workflow: string, backendId: string, sample: number): void {
    const key = JSON.stringify([workflow, backendId]);
    const { mean, weight, samples } = gathered.get(key) ?? { mean: sample, weight: 0, samples: 0 };
    // Each run takes its share of all earlier runs, collected or written.
    const kept = weight * (1 - newestWeight);
    gathered.set(key, {
      workflow,
      backendId,
      mean: (mean * kept + sample * newestWeight) / (kept + newestWeight),
      weight: kept + newestWeight,
      samples: samples + 1,
    });
  }

  return {
    learn({ workflow, backendId }, { workUnits, seconds, loadSeconds }) {
      if (loadSeconds === undefined) return;
      if (loadSeconds <= minorLoadSeconds) return gather(workflow, backendId, seconds / workUnits);
      const perUnit = known?.get(backendId)?.get(workflow);
      if (perUnit === undefined) return;
      gather(loading, backendId, Math.max(0, seconds - perUnit * workUnits) / loadSeconds);
    },
    expectSeconds({ workflow, backendId }, { workUnits, estimateSeconds }) {
      const perUnit = known?.get(backendId)?.get(workflow);
      if (perUnit !== undefined) return perUnit * workUnits;
      return withoutGpu.has(backendId) ? undefined : estimateSeconds;
    },
    async stop() {
      await loop.stop();
      await save();
    },
  };
}

async function saveLearned(
  deps: { database: Database; clock: Clock; logger: Logger },
  { workflow, backendId, mean, weight, samples }: Learned,
): Promise<void> {
  const sql = `INSERT INTO run_times (workflow, backend_id, seconds_per_unit, samples, updated_at)
    VALUES (?, ?, ?, ?, ?)
    ON DUPLICATE KEY UPDATE
      seconds_per_unit = seconds_per_unit + ? * (? - seconds_per_unit),
      samples = LEAST(samples + VALUES(samples), ?), updated_at = VALUES(updated_at)`;
  const first = workflow === loading ? usualFactor + weight * (mean - usualFactor) : mean;
  const now = deps.clock.now();
  try {
    await deps.database.raw(sql, [workflow, backendId, first, samples, now, weight, mean, mostSamples]);
  } catch (error) {
    deps.logger.warn({ err: error, workflow, backendId }, 'a run time could not be learned');
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

/** As their servers call the device that they compute on. */
async function listWithoutGpu(database: Database): Promise<ReadonlySet<string>> {
  const backends = await Backend.query(database).whereNull('removedAt').select('id', 'facts');
  return new Set(backends.filter(({ facts }) => lacksGpu(facts)).map(({ id }) => id));
}

export const lacksGpu = (facts: BackendReport | null): boolean => facts?.deviceName === 'cpu';
