import type { RentalState, RentingReason } from '@star-graph/workflows/shared/rentals';

export interface RentRules {
  most: number;
  /** In the provider's money, by days of UTC. */
  budgetPerDay: number;
  /** How long one may have nothing to do. */
  idleMs: number;
  /** From the order to the first task. */
  startMs: number;
}

export interface RentedFacts {
  id: string;
  state: Exclude<RentalState, 'ended'>;
  /** How long it has had nothing to do; 0 while it works. */
  idleMs: number;
  price: number;
}

export interface RentFacts {
  waitingSeconds: number;
  /** Servers that are not rented and take tasks. */
  standing: number;
  rented: readonly RentedFacts[];
  spentToday: number;
  /** An hour of the next one; undefined if there is none. */
  offer: number | undefined;
  isPaused: boolean;
  /** The last ones were of no use, and no other is tried yet. */
  isResting: boolean;
}

export interface Decision {
  start: number;
  /** Take no more tasks, finish, and end. */
  giveBack: string[];
  /** Were to be given back, and work has come. */
  keep: string[];
  why: RentingReason;
  /** How many servers the waiting work is worth. */
  worth: number;
}

const hourMs = 3_600_000;
/** A task that runs is finished also where the money is gone. */
const finishMs = 600_000;

/**
 * How many servers to rent. One more is worth its money when there is as much work for it as its start takes, so starts
 * cost half at most; where no server is there or comes, any work is. Nothing here depends on what was decided before.
 */
export function decide(rules: RentRules, facts: RentFacts): Decision {
  const { rented, isPaused, waitingSeconds } = facts;
  const of = (...states: string[]) => rented.filter(({ state }) => states.includes(state));
  const live = of('wanted', 'starting', 'serving');
  const hasMoney = !isSpent(rules, facts);
  const worth = Math.ceil((waitingSeconds * 1_000) / Math.max(rules.startMs, 1));
  const lacking = isPaused ? 0 : Math.max(0, worth - facts.standing - live.length);
  // Those that are there already cost no start.
  const keep = hasMoney ? of('draining').slice(0, lacking) : [];
  const giveBack = hasMoney ? live.filter(({ idleMs }) => idleMs >= rules.idleMs) : live;
  const wanted = lacking - keep.length;
  const { count, why } = isPaused ? { count: 0, why: 'paused' as const } : limitStart(rules, facts, wanted);
  return {
    start: count,
    giveBack: giveBack.map(({ id }) => id),
    keep: keep.map(({ id }) => id),
    why: !hasMoney ? 'budget' : why === 'enough' && waitingSeconds === 0 ? 'nothing-waits' : why,
    worth,
  };
}

const rateOf = (rented: readonly RentedFacts[]) => rented.reduce((sum, { price }) => sum + price, 0);

/** What runs costs on while it finishes. */
function isSpent({ budgetPerDay }: RentRules, { rented, spentToday }: RentFacts): boolean {
  return rented.length > 0 && spentToday + (rateOf(rented) * finishMs) / hourMs >= budgetPerDay;
}

function limitStart(
  rules: RentRules,
  { rented, spentToday, offer, isResting }: RentFacts,
  wanted: number,
): { count: number; why: Decision['why'] } {
  if (wanted === 0) return { count: 0, why: 'enough' };
  const room = rules.most - rented.length;
  if (room <= 0) return { count: 0, why: 'most' };
  if (isResting) return { count: 0, why: 'resting' };
  if (offer === undefined) return { count: 0, why: 'no-offer' };
  // Each is kept for its start, its idle minutes and the task that ends it at least.
  const hours = (rules.startMs + rules.idleMs + finishMs) / hourMs;
  const left = rules.budgetPerDay - spentToday - rateOf(rented) * hours;
  const affordable = offer <= 0 ? room : Math.max(0, Math.floor(left / (offer * hours)));
  if (affordable === 0) return { count: 0, why: 'budget' };
  return { count: Math.min(wanted, room, affordable), why: 'starting' };
}
