import { systemClock } from '@star-graph/core/ground/runtime/clock';
import type { Job } from './pool.ts';
import type { ProtocolJob } from './protocolCase.ts';
import type { Stretch } from './simulate.ts';

/** When a server began and ended a job, and when the job was given to it, by the wall clock. */
export interface Played {
  job: Job;
  server: string;
  givenAtMs: number;
  beganAtMs: number;
  endedAtMs: number;
}

/** Submits each job at its time. @returns when the case began. */
export async function submitInTime(
  jobs: readonly ProtocolJob[],
  submit: (job: ProtocolJob) => Promise<unknown>,
): Promise<number> {
  const beganMs = Date.now();
  await Promise.all(
    jobs.map(async (job) => {
      await systemClock.sleep(job.atSeconds * 1_000);
      await submit(job);
    }),
  );
  return beganMs;
}

/** All but the sampler's steps counts as loading: what reading, storing and telling take, too. */
export function toStretch({ job, server, ...times }: Played, beganMs: number): Stretch {
  const seconds = (ms: number) => (ms - beganMs) / 1_000;
  const [beganAt, endedAt] = [seconds(times.beganAtMs), seconds(times.endedAtMs)];
  const swapSeconds = Math.max(0, endedAt - beganAt - job.runSeconds);
  return { server, job, givenAt: seconds(times.givenAtMs), beganAt, swapSeconds, endedAt };
}
