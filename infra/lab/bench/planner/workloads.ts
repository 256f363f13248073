import { usualBytesPerSecond } from '@star-graph/core/work/dispatch/planner/residency';
import type { FileSet, Job, ServerSpec } from './pool.ts';
import { createDraws, type Draws } from './random.ts';

/** Who wants what of which servers. */
export interface Shape {
  name: string;
  servers: readonly ServerSpec[];
  sets: (draws: Draws) => NamedFiles[];
  /** Draws the time of a run on an ordinary server. */
  runSeconds: (draws: Draws) => number;
  /** How many jobs one person submits at once. */
  dump: number;
}

type NamedFiles = Omit<FileSet, 'bytes'>;

/** One run to play: the same for every policy. */
export interface Workload {
  servers: readonly ServerSpec[];
  jobs: readonly Job[];
  /** When the dump comes. */
  dumpAtSeconds: number;
  /** By then even a pool that loads nothing would have done the dump beside all else. */
  dumpEndsAtSeconds: number;
  untilSeconds: number;
}

/**
 * What people submit beside the dump, of what the pool could do if nothing had to be loaded. At 1 the queue only grows,
 * so the pool is saturated.
 */
export type Load = 0.7 | 0.8 | 1;

export const loads: readonly Load[] = [0.7, 0.8, 1];

/** How many people send work on every shape. */
const people = 40;

/** Who submits the dump. */
export const heavyPerson = 'person-0';

const popularity = 0.9;
const shortestRun = 2;
const longestRun = 60;

const servers = (speeds: readonly number[]): ServerSpec[] =>
  speeds.map((speed, index) => ({ id: `server-${index}`, speed }));

const checkpoints =
  (count: number) =>
  (draws: Draws): NamedFiles[] =>
    Array.from({ length: count }, (_, index) => {
      const file = `checkpoints/${index}`;
      return { key: file, files: new Map([[file, draws.between(5, 20)]]) };
    });

/** Sets of a diffusion model each; those of a family share text encoder and VAE. */
const families =
  (count: number, of: { families: number; model: [number, number]; encoder: [number, number] }) =>
  (draws: Draws): NamedFiles[] => {
    const shared = Array.from({ length: of.families }, () => draws.between(...of.encoder));
    return Array.from({ length: count }, (_, index) => {
      const family = index % shared.length;
      const files = new Map([
        [`diffusion_models/${index}`, draws.between(...of.model)],
        [`text_encoders/${family}`, shared[family] ?? 0],
        [`vae/${family}`, 0.5],
      ]);
      return { key: [...files.keys()].sort().join('|'), files };
    });
  };

const picture = (draws: Draws): number =>
  Math.min(longestRun, Math.max(shortestRun, draws.logNormal(10, 0.8)));

export const shapes: readonly Shape[] = [
  {
    name: '12 checkpoints, 8 servers',
    servers: servers(Array(8).fill(1)),
    sets: checkpoints(12),
    runSeconds: picture,
    dump: 200,
  },
  {
    name: '24 checkpoints, 4 servers of two speeds',
    servers: servers([1, 1, 0.5, 0.5]),
    sets: checkpoints(24),
    runSeconds: picture,
    dump: 200,
  },
  {
    name: '6 checkpoints, 2 servers',
    servers: servers([1, 1]),
    sets: checkpoints(6),
    runSeconds: picture,
    dump: 200,
  },
  {
    name: '24 checkpoints, 16 servers',
    servers: servers(Array(16).fill(1)),
    sets: checkpoints(24),
    runSeconds: picture,
    dump: 200,
  },
  {
    name: '30 % videos of 60 to 300 s',
    servers: servers(Array(8).fill(1)),
    sets: checkpoints(12),
    runSeconds: (draws) => (draws.share() < 0.3 ? draws.between(60, 300) : picture(draws)),
    dump: 200,
  },
  {
    name: '12 sets, files shared in 3 families',
    servers: servers(Array(8).fill(1)),
    sets: families(12, { families: 3, model: [4, 14], encoder: [3, 8] }),
    runSeconds: picture,
    dump: 200,
  },
  // No rule was chosen by it.
  {
    name: '20 sets, large files shared in 4 families, 6 servers of three speeds',
    servers: servers([0.7, 1, 1, 1, 1.5, 1.5]),
    sets: families(20, { families: 4, model: [3, 10], encoder: [6, 14] }),
    runSeconds: (draws) => (draws.share() < 0.1 ? draws.between(60, 200) : picture(draws)),
    dump: 150,
  },
];

/**
 * Short pictures of one set that one warm server can just make: sixteen wait at any time, which is done sooner than
 * another server would load.
 */
export function createSteadyWorkload(): Workload {
  const file = 'checkpoints/0';
  const set = { key: file, files: new Map([[file, 10]]), bytes: new Map([[file, 10 * usualBytesPerSecond]]) };
  const [runSeconds, waiting, count, warmAtSeconds] = [0.4, 16, 1_000, 30];
  const atSeconds = (index: number) =>
    index === 0 ? 0 : warmAtSeconds + Math.max(0, index - waiting) * runSeconds;
  const jobs = Array.from({ length: count }, (_, index) => ({
    id: `job-${String(index).padStart(6, '0')}`,
    person: `person-${1 + (index % 4)}`,
    atSeconds: atSeconds(index),
    runSeconds,
    set,
  }));
  const untilSeconds = atSeconds(count);
  return {
    servers: servers([1, 1]),
    jobs,
    dumpAtSeconds: warmAtSeconds,
    dumpEndsAtSeconds: untilSeconds,
    untilSeconds,
  };
}

const quietSeconds = 1_200;
const sampleSize = 2_000;

/** People submit independently of each other; at one moment one of them submits the dump. */
export function createWorkload(shape: Shape, load: Load, seed: number): Workload {
  const draws = createDraws(seed);
  const sets = weighFiles(shape.sets(draws), createDraws(seed + 2));
  const weights = sets.map((_, index) => 1 / (index + 1) ** popularity);
  const speed = shape.servers.reduce((sum, one) => sum + one.speed, 0);
  const meanRun = sampleMean(shape, createDraws(seed + 1));
  // The dump and what comes beside it, without loading.
  const dumpSeconds = (shape.dump * meanRun) / (speed * Math.max(0.2, 1 - load));
  const dumpEndsAtSeconds = quietSeconds + dumpSeconds;
  const untilSeconds = dumpEndsAtSeconds + quietSeconds;
  const jobs: Job[] = [];
  const add = (person: string, atSeconds: number) => {
    const set = sets[draws.weighted(weights)];
    if (!set) throw new Error('a shape has sets');
    const id = `job-${String(jobs.length).padStart(6, '0')}`;
    jobs.push({ id, person, atSeconds, runSeconds: shape.runSeconds(draws), set });
  };
  const gap = meanRun / (load * speed);
  for (let at = draws.exponential(gap); at < untilSeconds; at += draws.exponential(gap))
    add(`person-${1 + Math.floor(draws.share() * (people - 1))}`, at);
  for (let count = 0; count < shape.dump; count += 1) add(heavyPerson, quietSeconds);
  return { servers: shape.servers, jobs, dumpAtSeconds: quietSeconds, dumpEndsAtSeconds, untilSeconds };
}

const deviation = 1.25;

/** A file that several sets share has one size. */
function weighFiles(sets: readonly NamedFiles[], draws: Draws): FileSet[] {
  const sizes = new Map<string, number>();
  const sizeOf = ([file, seconds]: readonly [string, number]) => {
    const usual = deviation ** draws.between(-1, 1) * seconds * usualBytesPerSecond;
    const size = sizes.get(file) ?? usual;
    sizes.set(file, size);
    return [file, size] as const;
  };
  return sets.map((set) => ({ ...set, bytes: new Map([...set.files].map(sizeOf)) }));
}

function sampleMean(shape: Shape, draws: Draws): number {
  let sum = 0;
  for (let index = 0; index < sampleSize; index += 1) sum += shape.runSeconds(draws);
  return sum / sampleSize;
}
