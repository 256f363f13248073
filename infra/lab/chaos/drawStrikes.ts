import { moveNames } from './moves.ts';
import {
  type BackendChoice,
  type DispatcherRole,
  type FaultOrder,
  type Moment,
  type PlannedStrike,
  type Strike,
  steps,
} from './strikes.ts';
import type { Random } from './trial/random.ts';

/** The number of backends that a plan reckons with. */
export const backendCount = 3;

/** Of the trials' dispatchers, which the plan's pauses have to outlast. */
export const leaseSeconds = 2;

type Draw = (random: Random, backend: BackendChoice) => Strike;

const roles: readonly DispatcherRole[] = ['leading', 'owning', 'both'];
const down = (random: Random): number => random.whole(0, 2_500);

/** Every kind is equally frequent; `backend` is the target of those that strike one. */
const draws: readonly Draw[] = [
  (random) => ({ kind: 'kill-api', which: random.pick([0, 1, 'both'] as const), downMs: down(random) }),
  (random) => ({ kind: 'pause-api', which: random.pick([0, 1] as const), pauseMs: random.whole(200, 6_000) }),
  (random) => ({ kind: 'stop-api', which: random.pick([0, 1] as const), downMs: random.whole(0, 500) }),
  (random) => ({ kind: 'kill-dispatcher', role: random.pick(roles), downMs: down(random) }),
  (random) => ({ kind: 'kill-dispatcher', role: random.pick(roles), downMs: down(random) }),
  (random) => ({ kind: 'stop-dispatcher', role: random.pick(roles), downMs: random.whole(0, 500) }),
  // Longer than a lease, so that another dispatcher takes over before this one wakes up.
  (random) => ({
    kind: 'pause-dispatcher',
    role: random.pick(roles),
    pauseMs: random.whole(leaseSeconds * 500, leaseSeconds * 4_000),
  }),
  (random) => ({
    kind: 'pause-dispatcher',
    role: random.pick(roles),
    pauseMs: random.whole(leaseSeconds * 1_000, leaseSeconds * 4_000),
  }),
  // Up to longer than the database waits for a session that says nothing.
  (random) => ({ kind: 'stop-inside', move: random.pick(moveNames), pauseMs: random.whole(500, 20_000) }),
  (random) => ({ kind: 'stop-inside', move: random.pick(moveNames), pauseMs: random.whole(500, 20_000) }),
  (random) => ({ kind: 'cut-inside', move: random.pick(moveNames), silentMs: random.whole(0, 8_000) }),
  (random) => ({ kind: 'cut-inside', move: random.pick(moveNames), silentMs: random.whole(0, 8_000) }),
  (random) => ({ kind: 'cut-api', which: random.pick([0, 1] as const), silentMs: random.whole(0, 8_000) }),
  (random) => ({ kind: 'cut-dispatcher', role: random.pick(roles), silentMs: random.whole(0, 8_000) }),
  (random) => ({ kind: 'kill-redis', keepsData: true, downMs: down(random) }),
  (random) => ({ kind: 'kill-redis', keepsData: false, downMs: down(random) }),
  () => ({ kind: 'empty-redis' }),
  (random) => ({ kind: 'pause-redis', pauseMs: random.whole(200, 5_000) }),
  (random) => ({ kind: 'kill-database', downMs: random.whole(0, 1_500) }),
  (random) => ({ kind: 'pause-database', pauseMs: random.whole(200, 5_000) }),
  (random, backend) => ({ kind: 'kill-backend', backend, downMs: down(random) }),
  (random, backend) => ({ kind: 'pause-backend', backend, pauseMs: random.whole(500, 16_000) }),
  (_, backend) => ({ kind: 'forget', backend }),
  (random, backend) => ({ kind: 'kill-worker', backend, downMs: random.whole(1_000, 12_000) }),
  (_, backend) => ({ kind: 'drop-sockets', backend }),
  (random, backend) => ({ kind: 'stall-sockets', backend, pauseMs: random.whole(500, 8_000) }),
  (random, backend) => ({ kind: 'backend-fault', backend, fault: drawFault(random) }),
  (random, backend) => ({ kind: 'backend-fault', backend, fault: drawFault(random) }),
  (random, backend) => ({ kind: 'backend-fault', backend, fault: drawFault(random) }),
  (random, backend) => ({ kind: 'backend-fault', backend, fault: drawFault(random) }),
];

/** Routes of a backend that the path of a task depends on. */
const paths = ['/prompt', '/queue', '/history', '/view', '/upload/image', '/system_stats'] as const;

function drawFault(random: Random): FaultOrder {
  const path = random.pick(paths);
  const times = random.whole(1, 3);
  return random.pick<FaultOrder>([
    { kind: 'http-status', path, times },
    { kind: 'http-garbage', path, times },
    { kind: 'http-delay', path, times, delayMs: random.whole(500, 5_000) },
    { kind: 'http-hang', path, times: 1 },
    { kind: 'http-truncate', times },
    { kind: 'accept-hang' },
    { kind: 'accept-die', answer: random.chance(50) },
    { kind: 'silent' },
    { kind: 'node-error' },
    { kind: 'out-of-memory', step: 1 },
    { kind: 'disk-full' },
    { kind: 'hang', step: 1 },
    { kind: 'crash', step: 1 },
  ]);
}

function drawMoment(random: Random, strike: Strike): Moment {
  // These wait for their target, so they are armed before it exists.
  const waits =
    strike.kind === 'backend-fault' || strike.kind === 'stop-inside' || strike.kind === 'cut-inside';
  if (waits) return { after: 'start', delayMs: random.whole(0, 1_500) };
  if (random.chance(30)) return { after: 'start', delayMs: random.whole(0, 5_000) };
  return { after: random.pick(steps), nth: random.whole(1, 4), delayMs: random.whole(0, 250) };
}

/** Two to four strikes of different kinds, each at a step of some task or at any time. */
export function drawStrikes(random: Random): PlannedStrike[] {
  return random.pickSome(draws, random.whole(2, 4)).map((draw) => {
    const isAnywhere = random.chance(40);
    const strike = draw(random, isAnywhere ? random.whole(0, backendCount - 1) : 'concerned');
    return { moment: drawMoment(random, strike), strike };
  });
}
