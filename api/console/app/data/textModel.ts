import { signal } from '@preact/signals';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';

/** What a text of the operator's model costs; undefined: there is none, or nobody knows yet. */
export const textModelCost = signal<number | undefined>(undefined);

/** What a text costs that the model or else a workflow writes. Undefined: nothing here can. */
export function textCost(
  listed: readonly WorkflowView[],
  workflow: string,
): { amount: number; isLeast?: boolean } | undefined {
  if (textModelCost.value !== undefined) return { amount: textModelCost.value };
  const writer = listed.find(({ name, available }) => name === workflow && available);
  return writer && { amount: writer.leastCost, isLeast: true };
}
