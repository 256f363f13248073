import { widestQuantumSeconds } from '@star-graph/core/work/dispatch/planner/fairShare';
import type { Job } from './pool.ts';
import type { Run } from './simulate.ts';
import { heavyPerson, type Workload } from './workloads.ts';

/** What one run says of a rule. */
export interface Outcome {
  /** Server time that ran jobs, of all server time while there was enough work. */
  usefulShare: number;
  /** Server time that ran jobs or loaded; the rest was idle. */
  busyShare: number;
  swapsPerJob: number;
  /** Seconds until a job runs, loading included: of people beside the dump, and of who dumped. */
  lightWaits: readonly number[];
  heavyWaits: readonly number[];
  /** Of people beside the dump, for jobs that a person would sit and wait for. */
  shortWaits: readonly number[];
  /** The longest time that a job was the first in its person's line before it was given away. */
  longestFirst: number;
  /** The largest difference in GPU-seconds that two people got while both had jobs waiting. */
  serviceGap: number;
  /** The largest quantum of the time. */
  largestQuantum: number;
  /** The longest job with its swap. */
  longestSeconds: number;
}

const shortSeconds = 30;

export function judge(workload: Workload, run: Run): Outcome {
  const { dumpAtSeconds, dumpEndsAtSeconds, untilSeconds, jobs, servers } = workload;
  const beganOf = new Map<Job, number>();
  let [useful, loading, swaps, done] = [0, 0, 0, 0];
  const within = (at: number) => Math.min(Math.max(at, dumpAtSeconds), untilSeconds);
  for (const { job, beganAt, swapSeconds, endedAt } of run.stretches) {
    const runsAt = beganAt + swapSeconds;
    if (job) beganOf.set(job, runsAt);
    loading += within(runsAt) - within(beganAt);
    useful += within(endedAt) - within(runsAt);
    if (beganAt < dumpAtSeconds || beganAt > untilSeconds) continue;
    if (job) done += 1;
    if (swapSeconds > 0) swaps += 1;
  }
  const waits = (isCounted: (job: Job) => boolean) =>
    jobs.filter(isCounted).map((job) => (beganOf.get(job) ?? untilSeconds) - job.atSeconds);
  const isLight = ({ person, atSeconds }: Job) =>
    person !== heavyPerson && atSeconds >= dumpAtSeconds && atSeconds <= dumpEndsAtSeconds;
  const time = servers.length * (untilSeconds - dumpAtSeconds);
  return {
    usefulShare: useful / time,
    busyShare: (useful + loading) / time,
    swapsPerJob: swaps / Math.max(1, done),
    lightWaits: waits(isLight),
    heavyWaits: waits((job) => job.person === heavyPerson),
    shortWaits: waits((job) => isLight(job) && job.runSeconds <= shortSeconds),
    longestFirst: findLongestFirst(workload, run),
    serviceGap: largestServiceGap(workload, run),
    largestQuantum: findLargestQuantum(workload, run),
    longestSeconds: Math.max(...run.stretches.map(({ beganAt, endedAt }) => endedAt - beganAt)),
  };
}

function findLongestFirst({ jobs, untilSeconds }: Workload, { stretches }: Run): number {
  const givenAt = new Map(stretches.flatMap(({ job, givenAt: at }) => (job ? [[job, at] as const] : [])));
  /** When all earlier jobs of a person had been given away. */
  const freeAt = new Map<string, number>();
  let longest = 0;
  for (const job of jobs) {
    const at = Math.min(givenAt.get(job) ?? untilSeconds, untilSeconds);
    const since = Math.max(job.atSeconds, freeAt.get(job.person) ?? 0);
    longest = Math.max(longest, at - since);
    freeAt.set(job.person, Math.max(at, freeAt.get(job.person) ?? 0));
  }
  return longest;
}

/**
 * For each two people: over every stretch of time in which both had a job waiting, the difference of what they got.
 * A job counts when it is given to a server, with its loading.
 */
function largestServiceGap({ jobs }: Workload, { stretches }: Run): number {
  const events = listEvents(jobs, stretches);
  const waiting = new Map<string, number>();
  /** By pair: the difference now, and its least and most since both began to wait. */
  const pairs = new Map<string, Map<string, { now: number; least: number; most: number }>>();
  let largest = 0;
  const note = (person: string, other: string, change: number) => {
    const [first, second] = person < other ? [person, other] : [other, person];
    const of = pairs.get(first) ?? new Map<string, { now: number; least: number; most: number }>();
    pairs.set(first, of);
    const gap = of.get(second) ?? { now: 0, least: 0, most: 0 };
    gap.now += person === first ? change : -change;
    gap.least = Math.min(gap.least, gap.now);
    gap.most = Math.max(gap.most, gap.now);
    of.set(second, gap);
    largest = Math.max(largest, gap.most - gap.least);
  };
  for (const { person, isGiven, seconds } of events) {
    if (isGiven) for (const other of waiting.keys()) if (other !== person) note(person, other, seconds);
    const count = (waiting.get(person) ?? 0) + (isGiven ? -1 : 1);
    if (count > 0) waiting.set(person, count);
    else {
      waiting.delete(person);
      forget(pairs, person);
    }
  }
  return largest;
}

/** By who and what waits. */
function findLargestQuantum({ jobs }: Workload, { stretches }: Run): number {
  const waiting = new Map<string, number>();
  let [count, sum, largest] = [0, 0, 0];
  for (const { person, isGiven, runSeconds } of listEvents(jobs, stretches)) {
    const change = isGiven ? -1 : 1;
    const ofPerson = (waiting.get(person) ?? 0) + change;
    if (ofPerson > 0) waiting.set(person, ofPerson);
    else waiting.delete(person);
    count += change;
    sum += change * runSeconds;
    if (count > 0) largest = Math.max(largest, widestQuantumSeconds(waiting.size, sum / count));
  }
  return largest;
}

interface Event {
  at: number;
  person: string;
  isGiven: boolean;
  /** The time on the server, its swap included. */
  seconds: number;
  /** The time of the run on an ordinary server. */
  runSeconds: number;
}

function listEvents(jobs: readonly Job[], stretches: Run['stretches']): Event[] {
  const given = stretches.flatMap(({ job, givenAt, beganAt, endedAt }) =>
    job
      ? [
          {
            at: givenAt,
            person: job.person,
            isGiven: true,
            seconds: endedAt - beganAt,
            runSeconds: job.runSeconds,
          },
        ]
      : [],
  );
  const come = jobs.map(({ atSeconds, person, runSeconds }) => ({
    at: atSeconds,
    person,
    isGiven: false,
    seconds: 0,
    runSeconds,
  }));
  return [...come, ...given].sort((a, b) => a.at - b.at || Number(a.isGiven) - Number(b.isGiven));
}

function forget(pairs: Map<string, Map<string, unknown>>, person: string): void {
  pairs.delete(person);
  for (const others of pairs.values()) others.delete(person);
}
