import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import type { PointedFault } from '@star-graph/workflows/shared/pointer';
import { type Capability, choicesOf } from './capability.ts';
import { type NamedChoice, namedChoices } from './namedChoices.ts';

/**
 * The names in `params` that no backend knows, with their places. The workflow's own default is left out: the person
 * did not choose it.
 */
export function unknownNames(
  capabilities: readonly Capability[],
  workflow: Workflow,
  params: WorkflowParams,
): PointedFault[] {
  const distinct = [...new Set(capabilities)];
  return namedChoices(workflow, params)
    .filter(({ param, value }) => workflow.example[param] !== value)
    .filter((choice) => {
      const lists = distinct.flatMap((capability) => choicesOf(capability, choice) ?? []);
      return !lists.includes(choice.value);
    })
    .map(unknownName);
}

export const unknownName = ({ pointer }: Pick<NamedChoice, 'pointer'>): PointedFault => ({
  pointer,
  message: 'No GPU server knows this name.',
});
