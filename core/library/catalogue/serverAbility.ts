import type { Workflow } from '@star-graph/workflows';
import { isNothingMissing, type Missing, presentMissing } from '@star-graph/workflows/models/requirements';
import { describeAvailability, listExamples, type WorkflowAvailability } from './availability.ts';
import type { Comparison } from './comparison.ts';
import type { ModelChoice } from './modelChoice.ts';
import type { PoolView } from './poolView.ts';

/** What one server of the pool has for a workflow. */
interface ServerAbility {
  id: string;
  name: string;
  isUp: boolean;
  /** It has all that at least one choice needs. */
  runs: boolean;
  /** What it lacks for the choice that it is nearest to, in words; empty where nothing is known of it yet. */
  missing: readonly string[];
}

export interface WorkflowOnServers extends WorkflowAvailability {
  servers: readonly ServerAbility[];
}

/** Of servers that are switched on: nobody asks what the others would run. */
export function describeOnServers(
  parts: { compare: Comparison; choose: ModelChoice },
  view: PoolView,
  workflow: Workflow,
): WorkflowOnServers {
  const examples = listExamples(parts.choose, view, workflow);
  const servers = view.backends
    .filter(({ isEnabled }) => isEnabled)
    .map(({ id, name, isUp, capability }) => {
      const lacks: Missing[] = capability
        ? examples.map((params) => parts.compare(capability, workflow, params))
        : [];
      const nearest = lacks.map(presentMissing).sort((a, b) => a.length - b.length)[0];
      return { id, name, isUp, runs: lacks.some(isNothingMissing), missing: nearest ?? [] };
    });
  return { ...describeAvailability(parts, view, workflow), servers };
}
