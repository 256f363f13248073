/** A set of model files that a job needs loaded together, by the name of what is asked for. */
export interface FileSet {
  /** Equal for equal sets. */
  key: string;
  /** Seconds to load each file on an ordinary server, by `folder/name`. */
  files: ReadonlyMap<string, number>;
  /** How large each file is. Its load takes up to a quarter more or less than its size says. */
  bytes: ReadonlyMap<string, number>;
}

export interface Job {
  id: string;
  person: string;
  /** When it is submitted. */
  atSeconds: number;
  /** The time of the run on a server of speed 1, without loading. */
  runSeconds: number;
  set: FileSet;
}

export interface ServerSpec {
  id: string;
  /** A multiple of an ordinary server's. */
  speed: number;
}

/** What a server was told to do next: a job, or to load a set that no job has been chosen for. */
export type Order = { job: Job } | { load: FileSet };

export interface ServerView extends ServerSpec {
  /** What it has and has not finished; it works on the first. */
  orders: readonly Order[];
  /** Until all of them are done. */
  freeInSeconds: number;
  /** What will be loaded then; undefined before the first. */
  loaded: FileSet | undefined;
  /** When it last ran out of orders; undefined while it has some. */
  idleSince: number | undefined;
}

export interface PoolView {
  nowSeconds: number;
  /** The jobs that no server has been given, oldest first. */
  waiting: readonly Job[];
  servers: readonly ServerView[];
}

export type Decision =
  | { server: string; job: Job }
  | { server: string; load: FileSet }
  /** Takes a job back that has not begun. */
  | { server: string; recall: Job };

/** A rule that says which job goes where. It is asked whenever a job comes or a server has done an order. */
export interface Policy {
  name: string;
  /** A fresh state for each run. */
  create(): Decide;
}

/** @returns the decisions, and when to be asked again although nothing happened. */
export type Decide = (pool: PoolView) => { decisions: Decision[]; askAgainInSeconds?: number };

/** Seconds for loading what is missing. ComfyUI keeps only what its last prompt used. */
export function swapSeconds(wanted: FileSet, loaded: FileSet | undefined): number {
  if (wanted.key === loaded?.key) return 0;
  let seconds = 0;
  for (const [file, takes] of wanted.files) if (!loaded?.files.has(file)) seconds += takes;
  return seconds;
}

export const setOf = (order: Order): FileSet => ('job' in order ? order.job.set : order.load);

export const orderSeconds = (order: Order, loaded: FileSet | undefined, { speed }: ServerSpec): number =>
  swapSeconds(setOf(order), loaded) + ('job' in order ? order.job.runSeconds / speed : 0);
