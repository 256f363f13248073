import type { Graph } from '../graph/graph.ts';

/** Faults a prompt can ask for in its own text, where simulation is enabled. */
const sentinelFaults = [
  'oom',
  'error',
  'disk-full',
  'hang',
  'crash',
  'silent',
  'truncated-checkpoint',
  'wrong-family',
] as const;
type SentinelFault = (typeof sentinelFaults)[number];

export interface Sentinels {
  faults: ReadonlySet<SentinelFault>;
  /** From `[seconds-per-step:2.5]`; null leaves the server's own figure. */
  secondsPerStep: number | null;
}

const none: Sentinels = { faults: new Set(), secondsPerStep: null };
const faultPattern = /\[fault:([a-z-]+)\]/g;
const stepPattern = /\[seconds-per-step:(\d+(?:\.\d+)?)\]/;

/** Looks through every text in the graph; unknown words are left alone. */
export function findSentinels(graph: Graph): Sentinels {
  const faults = new Set<SentinelFault>();
  let secondsPerStep: number | null = null;
  for (const node of Object.values(graph)) {
    for (const value of Object.values(node.inputs ?? {})) {
      if (typeof value !== 'string' || !value.includes('[')) continue;
      for (const [, word] of value.matchAll(faultPattern)) {
        const fault = sentinelFaults.find((one) => one === word);
        if (fault) faults.add(fault);
      }
      const step = stepPattern.exec(value);
      if (step) secondsPerStep = Number(step[1]);
    }
  }
  return faults.size === 0 && secondsPerStep === null ? none : { faults, secondsPerStep };
}
