import { decide, type RentRules } from '@star-graph/core/desk/renting/decide';
import { percentile } from '../report.ts';
import { createDraws, type Draws } from './random.ts';

/** A fortnight in the life of a pool whose servers cost money by the hour. */
export interface RentalCase {
  days: number;
  /** From the order to the first task. */
  startSeconds: number;
  /** An hour of one. */
  price: number;
  /** Servers that are there anyway, and cost nothing here. */
  standing: number;
  /** How many hours a spot machine lives on average; Infinity: none vanishes. */
  lifeHours: number;
  /** Tasks in an hour of the day. */
  perHour(hour: number): number;
}

interface Server {
  isRented: boolean;
  readyAt: number;
  vanishesAt: number;
  task: SimulatedTask | undefined;
  endsAt: number;
  idleSince: number;
  isDraining: boolean;
}

interface SimulatedTask {
  arrivedAt: number;
  seconds: number;
}

interface PoolState {
  now: number;
  waitingSeconds: number;
  servers: readonly Server[];
  spentToday: number;
}

interface Wish {
  start: number;
  drain: readonly Server[];
}

export interface RentalPolicy {
  name: string;
  choose(state: PoolState, of: RentalCase): Wish;
}

export interface RentalOutcome {
  policy: string;
  asked: number;
  done: number;
  cost: number;
  mostSpentInADay: number;
  waits: number[];
  starts: number;
  /** The share of paid time in which nothing was drawn. */
  idleShare: number;
  /** Tasks that a vanished machine had, and another one did. */
  redone: number;
}

const tickSeconds = 15;
const daySeconds = 86_400;

/** Pictures and some films, as people make them. */
const secondsOf = ({ share, between }: Draws): number => (share() < 0.85 ? 12.4 : 55) * between(0.8, 1.2);

export function simulateRentals(of: RentalCase, policy: RentalPolicy, seed: number): RentalOutcome {
  const draws = createDraws(seed);
  const servers: Server[] = Array.from({ length: of.standing }, () => newServer(false, 0, Infinity));
  const queue: SimulatedTask[] = [];
  const outcome = nothingYet(policy.name);
  let [paid, worked, spentToday] = [0, 0, 0];
  const lastAt = of.days * daySeconds;
  // After the last arrival it goes on until all is done.
  for (
    let now = 0;
    now < lastAt || queue.length > 0 || servers.some(({ task }) => task);
    now += tickSeconds
  ) {
    if (now % daySeconds === 0) spentToday = 0;
    if (now < lastAt) arrive(now);
    for (const server of [...servers]) run(server, now);
    const waitingSeconds = queue.reduce((sum, { seconds }) => sum + seconds, 0);
    const wish = policy.choose({ now, waitingSeconds, servers, spentToday }, of);
    for (const server of wish.drain) server.isDraining = true;
    for (let at = 0; at < wish.start; at += 1)
      servers.push(newServer(true, now + of.startSeconds, now + lifeOf(of)));
    outcome.starts += wish.start;
    const rented = servers.filter(({ isRented }) => isRented).length;
    const spent = (rented * of.price * tickSeconds) / 3_600;
    paid += rented * tickSeconds;
    spentToday += spent;
    outcome.cost += spent;
    outcome.mostSpentInADay = Math.max(outcome.mostSpentInADay, spentToday);
    if (now > lastAt + daySeconds) throw new Error(`${policy.name} leaves tasks waiting for ever`);
  }
  outcome.idleShare = paid === 0 ? 0 : Math.max(0, 1 - worked / paid);
  return outcome;

  function lifeOf({ lifeHours }: RentalCase): number {
    return lifeHours === Infinity ? Infinity : draws.exponential(lifeHours * 3_600);
  }

  function arrive(now: number): void {
    const expected = (of.perHour(Math.floor((now % daySeconds) / 3_600)) * tickSeconds) / 3_600;
    for (let left = expected; left > 0; left -= 1) {
      if (draws.share() >= left) continue;
      outcome.asked += 1;
      queue.push({ arrivedAt: now, seconds: secondsOf(draws) });
    }
  }

  /** One tick of one server. */
  function run(server: Server, now: number): void {
    const until = now + tickSeconds;
    if (server.vanishesAt <= until) {
      if (server.task) {
        queue.unshift(server.task);
        outcome.redone += 1;
      }
      servers.splice(servers.indexOf(server), 1);
      return;
    }
    let at = Math.max(now, server.readyAt);
    while (at < until) {
      if (server.task) {
        if (server.endsAt > until) return;
        if (server.isRented) worked += server.task.seconds;
        outcome.done += 1;
        at = server.endsAt;
        server.idleSince = at;
        server.task = undefined;
      }
      const next = server.isDraining ? undefined : queue.shift();
      if (!next) break;
      server.task = next;
      server.endsAt = at + next.seconds;
      outcome.waits.push(at - next.arrivedAt);
    }
    if (server.isDraining && !server.task) servers.splice(servers.indexOf(server), 1);
  }
}

const nothingYet = (policy: string): RentalOutcome => ({
  policy,
  asked: 0,
  done: 0,
  cost: 0,
  mostSpentInADay: 0,
  waits: [],
  starts: 0,
  idleShare: 0,
  redone: 0,
});

const newServer = (isRented: boolean, readyAt: number, vanishesAt: number): Server => ({
  isRented,
  readyAt,
  vanishesAt,
  task: undefined,
  endsAt: 0,
  idleSince: readyAt,
  isDraining: false,
});

const ofRented = (servers: readonly Server[]) => servers.filter(({ isRented }) => isRented);

/** As many as the peak wants, all day. */
export const alwaysOn = (count: number): RentalPolicy => ({
  name: `${count} always on`,
  choose: ({ servers }) => ({ start: Math.max(0, count - ofRented(servers).length), drain: [] }),
});

/** As an autoscaler does it that looks at the queue alone: a server for each minute that waits, none after a cooldown. */
export const scaleToZero = (most: number): RentalPolicy => ({
  name: 'scale to zero by the queue',
  choose({ now, waitingSeconds, servers }) {
    const rented = ofRented(servers);
    const wanted = Math.min(most, Math.ceil(waitingSeconds / 60));
    const idle = rented.filter(({ task, idleSince }) => !task && now - idleSince >= 300);
    return { start: Math.max(0, wanted - rented.length), drain: waitingSeconds > 0 ? [] : idle };
  },
});

/** What the platform does. */
export const renting = (name: string, rules: RentRules): RentalPolicy => ({
  name,
  choose({ now, waitingSeconds, servers, spentToday }, { price, standing }) {
    const ids = new Map(ofRented(servers).map((server, at) => [String(at), server]));
    const rented = [...ids].map(([id, { readyAt, isDraining, task, idleSince }]) => ({
      id,
      state: isDraining
        ? ('draining' as const)
        : readyAt > now
          ? ('starting' as const)
          : ('serving' as const),
      idleMs: task || readyAt > now ? 0 : (now - idleSince) * 1_000,
      price,
    }));
    const facts = { waitingSeconds, standing, rented, spentToday, offer: price };
    const { start, giveBack, keep } = decide(rules, { ...facts, isPaused: false, isResting: false });
    for (const server of keep.flatMap((id) => ids.get(id) ?? [])) server.isDraining = false;
    return { start, drain: giveBack.flatMap((id) => ids.get(id) ?? []) };
  },
});

/** Busy evenings, quiet nights: some 1,700 tasks a day. */
const evenings = (hour: number): number => (hour < 8 ? 4 : hour < 17 ? 40 : 190);

export const rentalCase: RentalCase = {
  days: 14,
  startSeconds: 360,
  price: 0.8,
  standing: 0,
  lifeHours: 20,
  perHour: evenings,
};

export const rentalRules: RentRules = { most: 4, budgetPerDay: 40, idleMs: 600_000, startMs: 360_000 };

const policies: readonly RentalPolicy[] = [
  alwaysOn(2),
  scaleToZero(4),
  renting('ours, 10 idle minutes', rentalRules),
  renting('ours, 5 idle minutes', { ...rentalRules, idleMs: 300_000 }),
  renting('ours, 15 a day at most', { ...rentalRules, budgetPerDay: 15 }),
];

/** As the docs keep it: beside no server of one's own, and beside one. */
export function renderRentals(seed: number): string {
  const head =
    'own servers | rented | done | cost a day | dearest day | cost a task | wait p50 | p95 | starts | idle | done again';
  const rows = [0, 1].flatMap((standing) =>
    policies.map((policy) => {
      const outcome = simulateRentals({ ...rentalCase, standing }, policy, seed);
      return renderRow(standing, outcome);
    }),
  );
  const line = head.replaceAll(/[^|]+/g, '---');
  return [head, line, ...rows].map((row) => `| ${row} |`).join('\n');
}

function renderRow(standing: number, of: RentalOutcome): string {
  return [
    standing,
    of.policy,
    `${of.done} of ${of.asked}`,
    (of.cost / rentalCase.days).toFixed(2),
    of.mostSpentInADay.toFixed(2),
    (of.cost / of.done).toFixed(4),
    `${Math.round(percentile(of.waits, 0.5))} s`,
    `${Math.round(percentile(of.waits, 0.95))} s`,
    of.starts,
    `${Math.round(of.idleShare * 100)} %`,
    of.redone,
  ].join(' | ');
}
