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
  | { kind: 'ask'; move: MoveKind; task: number; forMs: number; until?: 'committed' }
  | { kind: 'empty Redis' }
  /** `hide`: what it holds is missing in one of its answers. */
  | { kind: 'restart' | 'repeat' | 'hide'; backend: number }
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
    strikes: random.chance(35)
      ? random.pick(chains)(random, counts)
      : [
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
type Strikes = Strike[];

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
  ...(['slot is freed', 'assign', 'assign', 'commit', 'owner commits', 'settlement is made'] as const),
  'plan is locked',
];
const remote: readonly Moment[] = [
  ...(['post', 'remove', 'queue is read', 'history is read', 'file is read', 'file is stored'] as const),
  ...(['queue is answered', 'post is answered', 'start is heard', 'end is heard'] as const),
];
const telling: readonly Moment[] = [
  ...(['events are read', 'events are published', 'relay publishes', 'events are marked'] as const),
  ...(['relay asks for its lease', 'webhook is claimed', 'webhook is posted', 'commit'] as const),
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
    ...([
      'assign',
      'assign',
      'plan is locked',
      'prompt is saved',
      'prompt is saved',
      'post',
      'post',
    ] as const),
    ...(['start or end', 'start or end', 'owner is checked', 'task is locked', 'task is written'] as const),
    ...(['remove', 'queue is read', 'end is heard', 'file is stored', 'slots are read', 'commit'] as const),
  ],
  phases: ['before'],
  draw: (random) => ({
    kind: 'ask',
    move: random.pick(['cancel', 'cancel', 'cancel', 'requeue', 'requeue', 'move']),
    task: random.whole(0, 2),
    forMs: random.pick([10, 300, 1_300]),
    ...(random.chance(50) && { until: 'committed' as const }),
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
    moments: [...remote, ...telling, 'assign', 'prompt is saved', 'server is taken', 'lead is taken'],
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
    moments: ['accept', 'plan is read', 'assign', 'assign', 'prompt is saved', 'post'],
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
      kind: random.pick(['restart', 'repeat', 'hide']),
      backend: pickBackend(random, counts),
    }),
  },
];

const at = (moment: Moment, phase: When['phase'], nth = 1): { at: When } => ({ at: { moment, nth, phase } });

/** A person asks for something about the task of a move, which is held back meanwhile. */
const ask = (move: MoveKind, forMs = 10): Blow => ({ kind: 'ask', move, task: 0, forMs });
const askFirst = (move: MoveKind): Blow => ({ kind: 'ask', move, task: 0, forMs: 6_000, until: 'committed' });

const early: readonly Moment[] = ['post is answered', 'start is heard'];
const late: readonly Moment[] = ['end is heard', 'file is read', 'history is read', 'file is stored'];

/** Bad luck of more than one strike, of which none alone would break anything. */
const chains: readonly ((random: Random, counts: Counts) => Strikes)[] = [
  // Whoever ends an attempt was robbed of its server.
  (random) => [
    { ...at(random.pick([...early, ...late]), 'before'), ...ask(random.pick(['cancel', 'requeue'])) },
    {
      ...at('owner is checked', 'before', random.pick([1, 1, 2])),
      kind: 'freeze until robbed',
      who: undefined,
      forMs: 9_000,
    },
  ],
  // The task is over before its prompt is saved, or before the plan is.
  (random) => [
    {
      ...at(random.pick(['prompt is saved', 'assign', 'post']), 'before', random.pick([1, 2])),
      ...askFirst('cancel'),
    },
  ],
  // A task went back into the queue, nobody heard of it, and it is asked again when the next attempt has begun.
  (random) => [
    { ...at(random.pick([...early, 'end is heard']), 'before'), ...ask('requeue') },
    { ...at('owner commits', 'before'), kind: 'break', fate: 'lost' },
    { ...at('owner is checked', 'before', 2), kind: 'delay', forMs: random.pick([300, 1_300, 4_000]) },
  ],
  // A prompt is on its way that nobody wants any more.
  (random) => [
    {
      ...at('post', 'before', random.pick([1, 1, 2])),
      ...askFirst(random.pick(['cancel', 'cancel', 'requeue'])),
    },
    { ...at('post', 'before', 1), kind: 'break', fate: 'lost' },
  ],
  // Two publish the same events, the later ones first.
  (random) => [
    {
      ...at('events are published', 'before', random.whole(1, 6)),
      kind: 'delay',
      forMs: random.pick([300, 1_300]),
    },
    { ...at('relay publishes', 'before'), kind: 'delay', forMs: random.pick([300, 1_300]) },
  ],
  // Events that nobody has published, and a relay that is none any more.
  (random) => [
    { ...at('events are published', 'before', random.whole(1, 6)), kind: 'break', fate: 'never sent' },
    { ...at('relay publishes', 'before'), kind: 'empty Redis' },
  ],
  // A cancel meets the end of its task.
  (random) => [
    { ...at(random.pick(late), 'before'), ...ask('cancel') },
    { ...at('task is locked', 'unheard'), kind: 'freeze', who: undefined, forMs: 1_500 },
  ],
  // A server is out of reach, until the strikes end, with a prompt that never ends and that nobody wants any more.
  (random, counts) => {
    const backend = pickBackend(random, counts);
    return [
      { ...at(random.pick(['assign', 'post']), 'before'), kind: 'misfortune', backend, what: 'hangs' },
      { ...at('start is heard', 'before'), kind: 'silence', backend, forMs: 20_000 },
      { ...at('start is heard', 'before'), ...ask('cancel') },
    ];
  },
  // The next owner has read its task, and then does not reach the database for a while.
  (random) => [
    {
      ...at(random.pick([...early, ...late]), 'before'),
      kind: random.pick(['kill', 'freeze']),
      who: undefined,
      forMs: 7_000,
    },
    {
      ...at('task is read', 'after', random.whole(1, 3)),
      kind: 'blind',
      who: undefined,
      forMs: random.pick([100, 1_000]),
    },
  ],
  // Two settle with one person at once: one whose task a person stops half way, and one who is done.
  (random) => [
    {
      ...at('progress is heard', 'before', random.pick([1, 1, 2])),
      kind: 'ask',
      move: random.pick(['requeue', 'cancel']),
      task: random.whole(0, 1),
      forMs: 10,
    },
    { ...at('owner commits', 'before'), kind: 'delay', forMs: random.pick([1_800, 3_500]) },
  ],
];
