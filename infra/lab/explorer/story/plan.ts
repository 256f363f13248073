import { createRandom, type Random } from '../../chaos/trial/random.ts';
import type { Misfortune } from '../world/comfyBackend.ts';
import type { Moment } from '../world/moments.ts';
import type { Fate, Neighbour, Strategy } from '../world/world.ts';

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
  /** The person has a program that is told of events. */
  hasWebhook: boolean;
}

export interface PlannedTask {
  afterMs: number;
  /** How many requests are sent at once under one key. */
  twins: number;
  isCacheable: boolean;
}

export type MoveKind = 'cancel' | 'requeue' | 'move';

/**
 * When a strike falls: at the nth move of a kind, before it; when it is done and its answer is on its way; or when
 * whoever made it has heard of it.
 */
export interface When {
  moment: Moment;
  nth: number;
  phase: 'before' | 'unheard' | 'after';
}

export type Strike = { at: When } /** `blind`: its connections break whenever it looks something up. */ & (
  | { kind: 'kill' | 'freeze' | 'blind'; who: Who; forMs: number }
  /** Frozen until another has taken what it held, which is when it does the most harm. */
  | { kind: 'freeze until robbed'; who: Who; forMs: number }
  | { kind: 'cut'; who: Who; from: Neighbour; forMs: number }
  /** The move takes its time, or its connection breaks. */
  | { kind: 'delay'; forMs: number }
  | { kind: 'break'; fate: Extract<Fate, 'lost' | 'never sent'> }
  /** A person asks for something while the move waits. */
  | { kind: 'ask'; move: MoveKind; task: number; forMs: number }
  | { kind: 'empty Redis' }
  | { kind: 'restart' | 'repeat'; backend: number }
  | { kind: 'silence' | 'refuse' | 'half refuse'; backend: number; forMs: number }
  | { kind: 'misfortune'; backend: number; what: Misfortune }
  | { kind: 'drain'; backend: number; forMs: number }
);

export type Role = { is: 'dispatcher' | 'api'; at: number };

/** Undefined: whoever makes the move. */
export type Who = Role | undefined;

/** Steps of a story, more or less. */
const usualSteps = 400;

/** Each seed switches about half of the tactics and moves off: what is left meets more often. */
export function drawPlan(seed: number): Plan {
  const random = createRandom(seed);
  const allowed = tactics.filter(() => random.chance(50));
  const drawn = random.whole(1, 4);
  const strategy: Strategy =
    drawn <= 2
      ? { kind: 'random', demotions: 0, expectedSteps: usualSteps }
      : { kind: 'priorities', demotions: drawn - 2, expectedSteps: usualSteps };
  const backends = random.whole(1, 2);
  const [dispatchers, apis] = [random.chance(80) ? 2 : 1, random.chance(70) ? 2 : 1];
  const counts = { backends, dispatchers, apis };
  return {
    seed,
    strategy,
    ...counts,
    tasks: Array.from({ length: random.pick([1, 2, 2, 3]) }, () => ({
      afterMs: random.pick([0, random.whole(0, 1_500)]),
      twins: random.chance(15) ? 2 : 1,
      isCacheable: random.chance(20),
    })),
    strikes: [
      ...Array.from({ length: random.whole(0, 2) }).flatMap(() => drawStrikes(random, asking, counts)),
      ...Array.from({ length: allowed.length === 0 ? 0 : random.whole(1, 3) }).flatMap(() =>
        drawStrikes(random, random.pick(allowed), counts),
      ),
    ],
    latePercent: random.pick([0, 0, 20, 60]),
    lostPercent: random.pick([0, 0, 0, 2]),
    runMs: random.pick([100, 1_000, 3_000]),
    hasWebhook: random.chance(25),
  };
}

type Counts = Pick<Plan, 'backends' | 'dispatchers' | 'apis'>;
type Strikes = readonly Strike[];

/** A kind of bad luck at the moves that it is bad luck for. Two at once are one tactic in a fifth of the draws. */
function drawStrikes(random: Random, tactic: Tactic, counts: Counts): Strikes {
  const at: When = {
    moment: random.pick(tactic.moments),
    nth: random.pick([1, 1, 1, 2, random.whole(1, 6)]),
    phase: random.pick(tactic.phases),
  };
  const first = tactic.draw(random, counts);
  const second = random.chance(20) ? random.pick(tactics).draw(random, counts) : undefined;
  return [{ at, ...first }, ...(second ? [{ at, ...second }] : [])];
}

/** One that is not tied to a move. */
type Blow = Strike extends infer One ? (One extends Strike ? Omit<One, 'at'> : never) : never;

interface Tactic {
  moments: readonly Moment[];
  phases: readonly ('before' | 'unheard' | 'after')[];
  draw(random: Random, counts: Counts): Blow;
}

/** What the moves of a task, of a lease and of an event are made of. */
const writes: readonly Moment[] = [
  ...(['prompt is saved', 'start or end', 'owner is checked', 'task is locked', 'task is written'] as const),
  ...(['slot is freed', 'assign', 'commit', 'settlement is made', 'plan is locked'] as const),
];
const remote: readonly Moment[] = [
  ...(['post', 'remove', 'queue is read', 'history is read', 'file is read', 'file is stored'] as const),
  ...(['queue is answered', 'post is answered', 'start is heard', 'end is heard'] as const),
];
const telling: readonly Moment[] = [
  ...(['events are read', 'events are published', 'events are marked', 'relay asks for its lease'] as const),
  ...(['webhook is claimed', 'webhook is posted', 'commit'] as const),
];
const leases: readonly Moment[] = [
  ...(['server is taken', 'lead is taken', 'lease is renewed', 'plan is read', 'slots are read'] as const),
];

const pickBackend = (random: Random, { backends }: Counts): number => random.whole(0, backends - 1);

const pickRole = (random: Random, { dispatchers, apis }: Counts): Role =>
  random.chance(75)
    ? { is: 'dispatcher', at: random.whole(0, dispatchers - 1) }
    : { is: 'api', at: random.whole(0, apis - 1) };

/** A person wants something else in the middle of a move. */
const asking: Tactic = {
  moments: [
    ...(['plan is locked', 'plan is locked', 'prompt is saved', 'prompt is saved', 'post', 'post'] as const),
    ...(['start or end', 'start or end', 'owner is checked', 'task is locked', 'task is written'] as const),
    ...(['remove', 'queue is read', 'end is heard', 'file is stored', 'slots are read', 'commit'] as const),
  ],
  phases: ['before'],
  draw: (random) => ({
    kind: 'ask',
    move: random.pick(['cancel', 'cancel', 'cancel', 'requeue', 'requeue', 'move']),
    task: random.whole(0, 2),
    forMs: random.pick([10, 300, 1_300]),
  }),
};

const tactics: readonly Tactic[] = [
  {
    // Whoever writes has lost what it writes under.
    moments: [...writes, 'plan is read', 'slots are read', 'requeue is asked'],
    phases: ['before', 'unheard'],
    draw: (random) =>
      random.chance(50)
        ? { kind: 'freeze until robbed', who: undefined, forMs: 9_000 }
        : { kind: 'freeze', who: undefined, forMs: random.pick([1_500, 7_000]) },
  },
  {
    moments: [...remote, ...telling, ...leases],
    phases: ['before', 'unheard', 'after'],
    draw: (random) => ({ kind: 'freeze', who: undefined, forMs: random.pick([1_500, 7_000]) }),
  },
  {
    moments: [...writes, ...remote, ...telling, ...leases, 'accept'],
    phases: ['before', 'unheard'],
    draw: (random) => ({ kind: 'kill', who: undefined, forMs: random.pick([500, 6_000]) }),
  },
  {
    moments: [...remote, ...telling, 'plan is locked', 'prompt is saved', 'server is taken', 'lead is taken'],
    phases: ['before'],
    draw: (random) => ({ kind: 'delay', forMs: random.pick([10, 300, 1_300, 4_000]) }),
  },
  {
    moments: [...writes, 'accept', 'post', 'events are published', 'events are marked', 'lease is renewed'],
    phases: ['before', 'unheard'],
    draw: (random) => ({ kind: 'break', fate: random.pick(['lost', 'lost', 'never sent']) }),
  },
  {
    moments: ['server is taken', 'server is taken', 'slots are read', 'plan is read', 'lead is taken'],
    phases: ['after'],
    draw: (random) => ({ kind: 'blind', who: undefined, forMs: random.pick([100, 1_000]) }),
  },
  {
    moments: ['accept', 'plan is read', 'plan is locked', 'assign', 'prompt is saved', 'post'],
    phases: ['before'],
    draw: (random, counts) => ({ kind: 'drain', backend: pickBackend(random, counts), forMs: 1_500 }),
  },
  {
    moments: [...telling, 'accept', 'assign', 'start or end'],
    phases: ['before', 'after'],
    draw: () => ({ kind: 'empty Redis' }),
  },
  {
    moments: [...remote, 'prompt is saved', 'start or end', 'commit'],
    phases: ['before', 'after'],
    draw: (random, counts) => ({
      kind: 'cut',
      who: random.chance(80) ? undefined : pickRole(random, counts),
      from: random.pick(['database', 'redis', 'comfy']),
      forMs: random.pick([1_500, 7_000]),
    }),
  },
  {
    moments: ['assign', 'prompt is saved', 'post', 'start is heard'],
    phases: ['before'],
    draw: (random, counts) => ({
      kind: 'misfortune',
      backend: pickBackend(random, counts),
      what: random.pick(['fails', 'out of memory', 'is lost', 'hangs', 'says nothing']),
    }),
  },
  {
    moments: ['prompt is saved', 'post', 'remove', 'start is heard', 'end is heard', 'history is read'],
    phases: ['before', 'after'],
    draw: (random, counts) => ({
      kind: random.pick(['silence', 'refuse', 'half refuse']),
      backend: pickBackend(random, counts),
      forMs: random.pick([1_500, 7_000]),
    }),
  },
  {
    moments: ['post', 'post is answered', 'start is heard', 'end is heard', 'file is read', 'queue is read'],
    phases: ['before', 'after'],
    draw: (random, counts) => ({
      kind: random.pick(['restart', 'repeat']),
      backend: pickBackend(random, counts),
    }),
  },
];
