import type { JsonObject } from '../json.ts';
import type { NodeContext, NodeDefinition, NodeResult } from '../nodes/node.ts';
import type { NodeInputs, NodeValue } from '../nodes/values.ts';

/** Runs a node, once for each entry of the lists that it is given, as ComfyUI does; what it makes is then a list too. */
export async function runDefinition(
  definition: NodeDefinition,
  context: NodeContext,
  inputs: NodeInputs,
): Promise<NodeResult> {
  const lengths = [...inputs.values()].flatMap((value) =>
    value.type === 'LIST' ? [value.items.length] : [],
  );
  if (definition.takesLists || lengths.length === 0) return definition.run(context, inputs);
  const results: NodeResult[] = [];
  for (let index = 0; index < Math.max(...lengths); index++) {
    context.throwIfInterrupted();
    results.push(await definition.run(context, inputsAt(inputs, index)));
  }
  const ui = joinUi(results);
  return { outputs: joinOutputs(results), ...(ui && { ui }) };
}

/** A shorter list repeats its last entry. */
function inputsAt(inputs: NodeInputs, index: number): NodeInputs {
  return new Map(
    [...inputs].map(([name, value]): [string, NodeValue] => {
      if (value.type !== 'LIST') return [name, value];
      return [name, value.items.at(Math.min(index, value.items.length - 1)) ?? { type: 'NONE' }];
    }),
  );
}

function joinOutputs(results: readonly NodeResult[]): NodeValue[] {
  return (results[0]?.outputs ?? []).map((_, output) => ({
    type: 'LIST',
    items: results.flatMap(({ outputs }) => {
      const value = outputs[output];
      return value?.type === 'LIST' ? value.items : value ? [value] : [];
    }),
  }));
}

function joinUi(results: readonly NodeResult[]): JsonObject | undefined {
  const joined: JsonObject = {};
  for (const { ui } of results) {
    for (const [key, value] of Object.entries(ui ?? {})) {
      joined[key] = [...((joined[key] as JsonObject[]) ?? []), ...(value as JsonObject[])];
    }
  }
  return Object.keys(joined).length > 0 ? joined : undefined;
}
