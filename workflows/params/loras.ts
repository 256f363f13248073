import type { GraphEditor, InputPath, NodeId } from '../graph/graphEditor.ts';
import type { LoraChoice } from './fields.ts';

const ofModelAndText = { chained: ['model', 'clip'], weights: ['strength_model', 'strength_clip'] };
const ofModelOnly = { chained: ['model'], weights: ['strength_model'] };

/**
 * Fills the template's LoraLoader with the first LoRA and chains a copy of it for each further one; without LoRAs
 * the node leaves the chain.
 */
export function bindLoras<G>(edit: GraphEditor<G>, node: NodeId<G>, loras: readonly LoraChoice[]): void {
  bindChain(edit, node, loras, ofModelAndText);
}

/** The same for a LoraLoaderModelOnly, which leaves the text encoder as it is. */
export function bindModelLoras<G>(edit: GraphEditor<G>, node: NodeId<G>, loras: readonly LoraChoice[]): void {
  bindChain(edit, node, loras, ofModelOnly);
}

function bindChain<G>(
  edit: GraphEditor<G>,
  node: NodeId<G>,
  loras: readonly LoraChoice[],
  { chained, weights }: { chained: readonly string[]; weights: readonly string[] },
): void {
  if (loras.length === 0) {
    edit.bypass(node, chained);
    return;
  }
  for (const [index, { name, weight }] of loras.entries()) {
    const values = {
      lora_name: name,
      ...Object.fromEntries(weights.map((input) => [input, weight] as const)),
    };
    if (index > 0) {
      edit.repeat(node, chained, values);
      continue;
    }
    for (const [input, value] of Object.entries(values)) {
      edit.set(`${node}.${input}` as InputPath<G>, value);
    }
  }
}
