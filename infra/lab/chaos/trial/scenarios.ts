import { moveNames } from '../moves.ts';
import { type Moment, type PlannedStrike, type Strike, steps } from '../strikes.ts';
import { drawTask, type TrialPlan } from './plan.ts';
import { createRandom, type Random } from './random.ts';

/**
 * Trials whose strike is given and not drawn: `restart` restarts every process of ours one after the other, as an
 * upgrade does, while tasks come; `long-pause` stops a dispatcher for a minute, six leases of the default, and lets it
 * go on; `stop-inside` stops processes inside their transactions for longer than the database lets a session be silent;
 * `cut-off` takes database and Redis from them without a word, inside a transaction and outside; `failover` makes
 * another Redis the master and another database the primary, on a cluster with replicas, while processes of ours die.
 */
export const scenarios = ['restart', 'long-pause', 'stop-inside', 'cut-off', 'failover'] as const;

/**
 * Two trials of a cluster with a first release: `upgrade` migrates the schema and restarts every process with the code
 * of this release, `roll-back` restarts them with the first one's, on the new schema.
 */
export type Scenario = (typeof scenarios)[number] | 'upgrade' | 'roll-back';

interface Load {
  tasks: number;
  arrivalMs: number;
}

const loads: Readonly<Record<Scenario, Load>> = {
  restart: { tasks: 40, arrivalMs: 20_000 },
  upgrade: { tasks: 40, arrivalMs: 30_000 },
  'roll-back': { tasks: 40, arrivalMs: 30_000 },
  'long-pause': { tasks: 12, arrivalMs: 15_000 },
  'stop-inside': { tasks: 12, arrivalMs: 15_000 },
  'cut-off': { tasks: 12, arrivalMs: 15_000 },
  failover: { tasks: 8, arrivalMs: 8_000 },
};

const pauseMs = 60_000;

/** What processes are given instead of the short times of drawn trials. */
const scenarioTimes = { leaseSeconds: 10, taskTimeoutSeconds: 1_800 };

/** Of the cluster: a failover is survived with short leases too, and a trial does not wait for long ones. */
export const scenarioCluster = (scenario: Scenario) =>
  scenario === 'failover' ? { hasReplicas: true } : { times: scenarioTimes };

/** The same seed gives the same plan. */
export function createScenario(scenario: Scenario, seed: number): TrialPlan {
  const random = createRandom(seed);
  const { tasks, arrivalMs } = loads[scenario];
  return {
    seed,
    tasks: Array.from({ length: tasks }, (_, index) => drawTask(random, { seed, index, arrivalMs })),
    strikes: strikesOf(scenario, random),
  };
}

function strikesOf(scenario: Scenario, random: Random): PlannedStrike[] {
  const atMs = (delayMs: number): Moment => ({ after: 'start', delayMs });
  if (scenario === 'failover') return drawFailovers(random);
  const moment = { after: 'running', nth: random.whole(1, 3), delayMs: random.whole(0, 250) } as const;
  if (scenario === 'restart') return [{ moment, strike: { kind: 'restart-all' } }];
  if (scenario === 'upgrade' || scenario === 'roll-back') return [{ moment, strike: { kind: scenario } }];
  if (scenario === 'stop-inside')
    return random.pickSome(moveNames, 3).map((move, index) => ({
      moment: atMs(index * 4_000),
      strike: { kind: 'stop-inside', move, pauseMs: 20_000 },
    }));
  const role = random.pick(['leading', 'owning', 'both'] as const);
  if (scenario === 'cut-off')
    return [
      { moment: atMs(0), strike: { kind: 'cut-inside', move: random.pick(moveNames), silentMs: 3_000 } },
      { moment, strike: { kind: 'cut-dispatcher', role, silentMs: 3_000 } },
      { moment, strike: { kind: 'cut-api', which: random.pick([0, 1] as const), silentMs: 3_000 } },
    ];
  return [{ moment, strike: { kind: 'pause-dispatcher', role, pauseMs } }];
}

/** Of each kind one, and a process of ours that dies meanwhile in every second trial. */
function drawFailovers(random: Random): PlannedStrike[] {
  const how = () => random.pick(['kill', 'freeze'] as const);
  const strikes: Strike[] = [
    { kind: 'redis-failover', how: how(), awayMs: random.whole(0, 5_000) },
    random.pick<Strike>([
      { kind: 'mysql-switch', endsSessions: true },
      { kind: 'mysql-switch', endsSessions: false },
      { kind: 'mysql-failover', how: how(), noticedMs: random.whole(0, 3_000) },
      { kind: 'mysql-failover', how: how(), noticedMs: random.whole(0, 3_000) },
    ]),
    ...(random.chance(50) ? [drawOwn(random)] : []),
  ];
  return strikes.map((strike) => ({
    moment: { after: random.pick(steps), nth: random.whole(1, 3), delayMs: random.whole(0, 250) },
    strike,
  }));
}

const drawOwn = (random: Random): Strike =>
  random.pick<Strike>([
    {
      kind: 'kill-dispatcher',
      role: random.pick(['leading', 'owning', 'both']),
      downMs: random.whole(0, 2_500),
    },
    { kind: 'kill-api', which: random.pick([0, 1, 'both']), downMs: random.whole(0, 2_500) },
  ]);
