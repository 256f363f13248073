import type { GraphEditor, InputPath, NodeId } from '../graph/graphEditor.ts';
import type { LoraChoice } from './fields.ts';

const chainedInputs = ['model', 'clip'];

/**
 * Fills the template's LoraLoader with the first LoRA and chains a copy of it for each further one; without LoRAs
 * the node leaves the chain.
 */
export function bindLoras<G>(edit: GraphEditor<G>, node: NodeId<G>, loras: readonly LoraChoice[]): void {
  if (loras.length === 0) {
    edit.bypass(node, chainedInputs);
    return;
  }
  for (const [index, { name, weight }] of loras.entries()) {
    const values = { lora_name: name, strength_model: weight, strength_clip: weight };
    if (index > 0) {
      edit.repeat(node, chainedInputs, values);
      continue;
    }
    for (const [input, value] of Object.entries(values)) {
      edit.set(`${node}.${input}` as InputPath<G>, value);
    }
  }
}
