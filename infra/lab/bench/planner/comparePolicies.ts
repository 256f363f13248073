import { judge, type Outcome } from './outcome.ts';
import { firstIdle } from './policies/firstIdle.ts';
import { groupRoundRobin } from './policies/groupRoundRobin.ts';
import { leastLoadedWarm } from './policies/leastLoadedWarm.ts';
import { mostPressure } from './policies/mostPressure.ts';
import { createOracle } from './policies/oracle.ts';
import { quantumRule } from './policies/quantumRule.ts';
import { roundRobin } from './policies/roundRobin.ts';
import { starGraph } from './policies/starGraph.ts';
import { swarmUi } from './policies/swarmUi.ts';
import type { Policy } from './pool.ts';
import { simulate } from './simulate.ts';
import { createWorkload, heavyPerson, type Load, loads, type Shape } from './workloads.ts';

/** Rules that pools are run by today. */
export const rivals: readonly Policy[] = [
  roundRobin,
  firstIdle,
  leastLoadedWarm,
  swarmUi,
  mostPressure,
  groupRoundRobin,
];

/** The last two are marks: a rule that shows what is possible, and one that knows what no pool can know. */
export const policies: readonly Policy[] = [starGraph, ...rivals, quantumRule, createOracle(heavyPerson)];

export interface Result {
  policy: string;
  outcomes: readonly Outcome[];
}

export interface Comparison {
  shape: string;
  load: Load;
  results: readonly Result[];
}

/** The same jobs for each policy, seed by seed. */
function compare(shape: Shape, load: Load, seeds: number, chosen = policies): Comparison {
  const outcomes = new Map<Policy, Outcome[]>(chosen.map((policy) => [policy, []]));
  for (let seed = 1; seed <= seeds; seed += 1) {
    const workload = createWorkload(shape, load, seed);
    for (const [policy, of] of outcomes) of.push(judge(workload, simulate(workload, policy)));
  }
  const results = [...outcomes].map(([policy, of]) => ({ policy: policy.name, outcomes: of }));
  return { shape: shape.name, load, results };
}

export const compareAll = (shape: Shape, seeds: number): Comparison[] =>
  loads.map((load) => compare(shape, load, seeds));
