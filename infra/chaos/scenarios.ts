import { drawTask, type TrialPlan } from './plan.ts';
import { createRandom, type Random } from './random.ts';
import type { PlannedStrike } from './strikes.ts';

/**
 * Trials whose strike is given and not drawn: `restart` restarts every process of ours one after the other, as an
 * upgrade does, while tasks come; `long-pause` stops a dispatcher for a minute, six leases of the default, and lets it
 * go on.
 */
export const scenarios = ['restart', 'long-pause'] as const;
export type Scenario = (typeof scenarios)[number];

interface Load {
  tasks: number;
  arrivalMs: number;
}

const loads: Readonly<Record<Scenario, Load>> = {
  restart: { tasks: 40, arrivalMs: 20_000 },
  'long-pause': { tasks: 12, arrivalMs: 15_000 },
};

const pauseMs = 60_000;

/** What processes are given instead of the short times of drawn trials. */
export const scenarioTimes = { leaseSeconds: 10, taskTimeoutSeconds: 1_800 };

/** The same seed gives the same plan. */
export function createScenario(scenario: Scenario, seed: number): TrialPlan {
  const random = createRandom(seed);
  const { tasks, arrivalMs } = loads[scenario];
  return {
    seed,
    tasks: Array.from({ length: tasks }, (_, index) => drawTask(random, { seed, index, arrivalMs })),
    strikes: [strikeOf(scenario, random)],
  };
}

function strikeOf(scenario: Scenario, random: Random): PlannedStrike {
  const moment = { after: 'running', nth: random.whole(1, 3), delayMs: random.whole(0, 250) } as const;
  if (scenario === 'restart') return { moment, strike: { kind: 'restart-all' } };
  const role = random.pick(['leading', 'owning', 'both'] as const);
  return { moment, strike: { kind: 'pause-dispatcher', role, pauseMs } };
}
