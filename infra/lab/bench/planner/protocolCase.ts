import { usualBytesPerSecond } from '@star-graph/core/work/dispatch/planner/residency';
import type { FileSet, Job } from './pool.ts';
import { createDraws } from './random.ts';
import { heavyPerson, type Workload } from './workloads.ts';

export const secondsPerStep = 0.1;
export const loadSeconds = 5;

const [serverCount, setCount, personCount] = [3, 6, 8];
const [popularity, load, dump, seed] = [0.9, 0.6, 40, 1];
const quietSeconds = 30;
const steps = { least: 10, median: 25, most: 60 };

export interface ProtocolJob extends Job {
  steps: number;
}

/** Two and a half minutes, small enough to be played in real time. */
export function createProtocolCase(): Workload & { jobs: readonly ProtocolJob[] } {
  const draws = createDraws(seed);
  const sets = Array.from({ length: setCount }, (_, index): FileSet => {
    const key = `sd_xl_case_${index}.safetensors`;
    const file = `checkpoints/${key}`;
    return {
      key,
      files: new Map([[file, loadSeconds]]),
      bytes: new Map([[file, loadSeconds * usualBytesPerSecond]]),
    };
  });
  const weights = sets.map((_, index) => 1 / (index + 1) ** popularity);
  const meanSeconds = steps.median * secondsPerStep * 1.1;
  const dumpEndsAtSeconds = quietSeconds + (dump * meanSeconds) / (serverCount * (1 - load));
  const untilSeconds = dumpEndsAtSeconds + quietSeconds;
  const jobs: ProtocolJob[] = [];
  const add = (person: string, atSeconds: number) => {
    const set = sets[draws.weighted(weights)];
    if (!set) throw new Error('a case has sets');
    const count = Math.round(Math.min(steps.most, Math.max(steps.least, draws.logNormal(steps.median, 0.5))));
    const id = `job-${String(jobs.length).padStart(6, '0')}`;
    jobs.push({ id, person, atSeconds, runSeconds: count * secondsPerStep, set, steps: count });
  };
  const gap = meanSeconds / (load * serverCount);
  for (let at = draws.exponential(gap); at < untilSeconds; at += draws.exponential(gap))
    add(`person-${1 + Math.floor(draws.share() * personCount)}`, at);
  for (let count = 0; count < dump; count += 1) add(heavyPerson, quietSeconds);
  const servers = Array.from({ length: serverCount }, (_, index) => ({ id: `server-${index}`, speed: 1 }));
  return { servers, jobs, dumpAtSeconds: quietSeconds, dumpEndsAtSeconds, untilSeconds };
}

/** The files of the case, as a preview backend claims to have them. */
export const toManifest = ({ jobs }: ReturnType<typeof createProtocolCase>): object => ({
  checkpoints: [...new Set(jobs.map(({ set }) => set.key))].map((name) => ({
    name,
    megabytes: checkpointMegabytes,
    family: 'sdxl',
  })),
});

/** The load time of a preview backend is that of such a file. */
const checkpointMegabytes = 6_938;
