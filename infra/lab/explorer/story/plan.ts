import { createRandom, type Random } from '../../chaos/trial/random.ts';
import type { Misfortune } from '../world/comfyBackend.ts';
import type { Neighbour, Strategy } from '../world/world.ts';

/** What a seed decides before the story begins. */
export interface Plan {
  seed: number;
  strategy: Strategy;
  backends: number;
  dispatchers: number;
  apis: number;
  tasks: PlannedTask[];
  strikes: Strike[];
  /** Of the answers of the database: come as a step of their own; are lost, or their statement, at a change. */
  latePercent: number;
  lostPercent: number;
  runMs: number;
}

export interface PlannedTask {
  afterMs: number;
  moves: PlannedMove[];
  /** How many requests are sent at once under one key. */
  twins: number;
  isCacheable: boolean;
}

export interface PlannedMove {
  kind: 'cancel' | 'requeue' | 'move';
  afterMs: number;
}

export type Strike = { atStep: number } & (
  | { kind: 'kill' | 'freeze'; who: Role; forMs: number }
  | { kind: 'cut'; who: Role; from: Neighbour; forMs: number }
  | { kind: 'empty Redis' }
  | { kind: 'restart' | 'repeat'; backend: number }
  | { kind: 'silence' | 'refuse' | 'half refuse'; backend: number; forMs: number }
  | { kind: 'misfortune'; backend: number; what: Misfortune }
  | { kind: 'drain'; backend: number; forMs: number }
);

export type Role = { is: 'dispatcher' | 'api'; at: number };

const misfortunes: readonly Misfortune[] = ['fails', 'out of memory', 'is lost', 'hangs', 'says nothing'];
const strikeKinds = [
  ...['kill', 'freeze', 'cut', 'empty Redis', 'restart', 'repeat', 'silence', 'refuse', 'half refuse'],
  ...['misfortune', 'drain'],
] as const;

/** Steps of a story of two tasks, more or less. */
const usualSteps = 700;

/** Each seed switches about half of the strikes and moves off: what is left meets more often. */
export function drawPlan(seed: number): Plan {
  const random = createRandom(seed);
  const allowed = strikeKinds.filter(() => random.chance(50));
  const moveKinds = (['cancel', 'requeue', 'move'] as const).filter(() => random.chance(50));
  const drawn = random.whole(1, 4);
  const strategy: Strategy =
    drawn <= 2
      ? { kind: 'random', demotions: 0, expectedSteps: usualSteps }
      : { kind: 'priorities', demotions: drawn - 2, expectedSteps: usualSteps };
  const backends = random.whole(1, 2);
  const [dispatchers, apis] = [random.whole(1, 2), random.whole(1, 2)];
  const strikes = allowed.length === 0 ? [] : Array.from({ length: random.whole(0, 4) }, () => 0);
  return {
    seed,
    strategy,
    backends,
    dispatchers,
    apis,
    tasks: Array.from({ length: random.whole(1, 3) }, () => ({
      afterMs: random.whole(0, 4_000),
      twins: random.chance(20) ? 2 : 1,
      isCacheable: random.chance(30),
      moves: moveKinds.flatMap((kind) =>
        random.chance(40) ? [{ kind, afterMs: random.whole(0, 8_000) }] : [],
      ),
    })),
    strikes: strikes.map(() => drawStrike(random, random.pick(allowed), { backends, dispatchers, apis })),
    latePercent: random.pick([0, 20, 60]),
    lostPercent: random.pick([0, 0, 1, 3]),
    runMs: random.pick([400, 2_000, 6_000]),
  };
}

function drawStrike(
  random: Random,
  kind: (typeof strikeKinds)[number],
  counts: Pick<Plan, 'backends' | 'dispatchers' | 'apis'>,
): Strike {
  const atStep = random.whole(1, usualSteps);
  const backend = random.whole(0, counts.backends - 1);
  const isDispatcher = random.chance(75);
  const who: Role = isDispatcher
    ? { is: 'dispatcher', at: random.whole(0, counts.dispatchers - 1) }
    : { is: 'api', at: random.whole(0, counts.apis - 1) };
  const forMs = random.pick([1_500, 4_000, 9_000]);
  switch (kind) {
    case 'kill':
    case 'freeze':
      return { kind, atStep, who, forMs };
    case 'cut':
      return { kind, atStep, who, forMs, from: random.pick(['database', 'redis', 'comfy']) };
    case 'empty Redis':
      return { kind, atStep };
    case 'restart':
    case 'repeat':
      return { kind, atStep, backend };
    case 'silence':
    case 'refuse':
    case 'half refuse':
    case 'drain':
      return { kind, atStep, backend, forMs };
    case 'misfortune':
      return { kind, atStep, backend, what: random.pick(misfortunes) };
  }
}
