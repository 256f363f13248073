import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { type Missing, missingFor } from '@star-graph/workflows/models/requirements';
import { LRUCache } from 'lru-cache';
import type { Capability } from './capability.ts';
import { needsKeyOf } from './namedChoices.ts';

/** The lacks of a backend with this capability for the request. */
export type Comparison = (capability: Capability, workflow: Workflow, params: WorkflowParams) => Missing;

/** Enough for every combination of models that is requested within a few minutes. */
const remembered = 5_000;

/** Caches results: binding a graph for the comparison is too slow for every task of every plan. */
export function createComparison(): Comparison {
  const results = new WeakMap<Capability, LRUCache<string, Missing>>();
  return (capability, workflow, params) => {
    const known = results.get(capability) ?? new LRUCache<string, Missing>({ max: remembered });
    results.set(capability, known);
    const key = needsKeyOf(workflow, params);
    const earlier = known.get(key);
    if (earlier) return earlier;
    const missing = missingFor(workflow, params, capability);
    known.set(key, missing);
    return missing;
  };
}
