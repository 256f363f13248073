import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import sharp from 'sharp';
import { startCluster } from '../cluster/cluster.ts';
import type { ClusterConfig } from '../cluster/clusterConfig.ts';
import { dumpRows } from './dump.ts';
import type { TrialPlan } from './plan.ts';
import { runTrial, type TrialResult } from './trial.ts';

interface TrialsConfig extends ClusterConfig {
  trials: number;
  /** Of the first trial; each further one has the next. */
  seed: number;
  /** How the plan of a seed is made. */
  createPlan(seed: number): TrialPlan;
  /** The platform runs and the first trial begins. */
  onStarted?(): void;
}

interface TrialsDeps {
  clock: Clock;
  note(text: string): void;
  /** After each trial. */
  onResult(result: TrialResult): void;
  /** Ends the run after the trial under way. */
  stopped: AbortSignal;
}

/** Starts the platform, runs one trial after the other against it, and stops it. */
export async function runTrials(deps: TrialsDeps, config: TrialsConfig): Promise<TrialResult[]> {
  const picture = await createPicture();
  const cluster = await startCluster(deps, config);
  config.onStarted?.();
  const results: TrialResult[] = [];
  try {
    for (let trial = 0; trial < config.trials && !deps.stopped.aborted; trial++) {
      const result = await runTrial(
        { clock: deps.clock, cluster, picture },
        config.createPlan(config.seed + trial),
      );
      if (result.violations.length > 0) {
        const rows = join(config.directory, 'logs', `trial-${result.plan.seed}.json`);
        await writeFile(rows, await dumpRows(cluster, result.userId));
      }
      results.push(result);
      deps.onResult(result);
    }
  } finally {
    await cluster.stop();
  }
  return results;
}

/** What tasks with an input start from. */
export async function createPicture(): Promise<Blob> {
  const background = { r: 90, g: 140, b: 60 };
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();
  return new Blob([new Uint8Array(bytes)], { type: 'image/png' });
}
