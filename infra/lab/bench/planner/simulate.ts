import {
  type Decision,
  type FileSet,
  type Job,
  type Order,
  orderSeconds,
  type Policy,
  type ServerSpec,
  type ServerView,
  setOf,
  swapSeconds,
} from './pool.ts';

/** What a server did for one job or load. */
export interface Stretch {
  server: string;
  /** Undefined: it only loaded. */
  job: Job | undefined;
  /** When a rule gave it away for the last time. */
  givenAt: number;
  beganAt: number;
  swapSeconds: number;
  endedAt: number;
}

export interface Run {
  /** What was given by the end; the last ones end after it. */
  stretches: readonly Stretch[];
}

/** Asked so often at one moment, a rule does not come to rest. */
const mostRounds = 1_000;

/**
 * Plays a pool on a clock of its own: servers work on one order at a time and load what is not loaded. Nothing is
 * random, and nothing is lost.
 * @param untilSeconds the run ends there, with what is left.
 */
export function simulate(
  {
    servers,
    jobs,
    untilSeconds,
  }: { servers: readonly ServerSpec[]; jobs: readonly Job[]; untilSeconds: number },
  policy: Policy,
): Run {
  const decide = policy.create();
  const pool = new Map(servers.map((spec) => [spec.id, createServer(spec)]));
  const coming = jobs.toSorted((a, b) => a.atSeconds - b.atSeconds);
  const waiting = new Map<string, Job>();
  const stretches: Stretch[] = [];
  let next = 0;
  let now = 0;
  let askAt = Number.POSITIVE_INFINITY;
  while (now < untilSeconds) {
    for (let job = coming[next]; job && job.atSeconds <= now; job = coming[++next]) waiting.set(job.id, job);
    for (const server of pool.values()) stretches.push(...server.finish(now));
    askAt = now + settle(now);
    now = Math.min(coming[next]?.atSeconds ?? Number.POSITIVE_INFINITY, askAt, untilSeconds, ...endsOf());
  }
  for (const server of pool.values()) stretches.push(...server.rest());
  return { stretches };

  function endsOf(): number[] {
    return [...pool.values()].map((server) => server.endsAt());
  }

  /** Asks until nothing more is decided. @returns when to ask again. */
  function settle(at: number): number {
    for (let round = 0; round < mostRounds; round += 1) {
      const views = [...pool.values()].map((server) => server.describe(at));
      const asked = decide({ nowSeconds: at, waiting: [...waiting.values()], servers: views });
      for (const decision of asked.decisions) obey(decision, at);
      if (asked.decisions.length === 0) return asked.askAgainInSeconds ?? Number.POSITIVE_INFINITY;
    }
    throw new Error(`"${policy.name}" goes on deciding at ${at} s`);
  }

  function obey(decision: Decision, at: number): void {
    const server = pool.get(decision.server);
    if (!server) throw new Error(`there is no server ${decision.server}`);
    if ('load' in decision) server.give({ load: decision.load }, at);
    else if ('recall' in decision) {
      server.takeBack(decision.recall);
      putBack(decision.recall);
    } else if (waiting.delete(decision.job.id)) server.give({ job: decision.job }, at);
    else throw new Error(`job ${decision.job.id} does not wait`);
  }

  function putBack(job: Job): void {
    const all = [...waiting.values(), job].sort(
      (a, b) => a.atSeconds - b.atSeconds || (a.id < b.id ? -1 : 1),
    );
    waiting.clear();
    for (const one of all) waiting.set(one.id, one);
  }
}

interface Taken {
  order: Order;
  givenAt: number;
}

function createServer(spec: ServerSpec) {
  const taken: Taken[] = [];
  let loaded: FileSet | undefined;
  let idleSince = 0;
  let current: { beganAt: number; swapSeconds: number; endsAt: number } | undefined;

  function begin(at: number): void {
    const [first] = taken;
    if (!first || current) return;
    const swap = swapSeconds(setOf(first.order), loaded);
    current = { beganAt: at, swapSeconds: swap, endsAt: at + orderSeconds(first.order, loaded, spec) };
    loaded = setOf(first.order);
  }

  function finish(at: number): Stretch[] {
    if (!current || current.endsAt > at) return [];
    const done = taken.shift();
    if (!done) throw new Error('a server works on nothing');
    const { beganAt, swapSeconds: swap, endsAt: endedAt } = current;
    current = undefined;
    idleSince = at;
    begin(at);
    const job = 'job' in done.order ? done.order.job : undefined;
    return [{ server: spec.id, job, givenAt: done.givenAt, beganAt, swapSeconds: swap, endedAt }];
  }

  return {
    endsAt: () => current?.endsAt ?? Number.POSITIVE_INFINITY,
    give(order: Order, at: number): void {
      taken.push({ order, givenAt: at });
      begin(at);
    },
    takeBack(job: Job): void {
      const index = taken.findIndex(({ order }) => 'job' in order && order.job === job);
      if (index < 1) throw new Error(`job ${job.id} cannot be taken back`);
      taken.splice(index, 1);
    },
    finish,
    /** What is left, played to its end. */
    rest(): Stretch[] {
      const left: Stretch[] = [];
      while (current) left.push(...finish(current.endsAt));
      return left;
    },
    describe(at: number): ServerView {
      let freeInSeconds = current ? current.endsAt - at : 0;
      let last = loaded;
      for (const { order } of taken.slice(1)) {
        freeInSeconds += orderSeconds(order, last, spec);
        last = setOf(order);
      }
      const orders = taken.map(({ order }) => order);
      return { ...spec, orders, freeInSeconds, loaded: last, idleSince: current ? undefined : idleSince };
    },
  };
}
