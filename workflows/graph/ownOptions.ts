import type { Graph, GraphNode } from './graph.ts';
import type { ParsedInput, ParsedInputs } from './objectInfo.ts';

/*
 * A list that a graph brings along: ComfyUI's page sends the options of a `CustomCombo` beside the choice, and the
 * place of the choice in them as `index`, which is its second output. The server's class lists no options, takes any
 * input and checks nothing (`CustomComboNode` of comfy_extras/nodes_logic.py in 0.33).
 */

export const hasOwnOptions = (classType: string): boolean => classType === 'CustomCombo';

const mostOptions = 100;

/** The options that a node's inputs hold, in order; empty where it has no list of its own. */
function listOwnOptions(inputs: Readonly<Record<string, unknown>>): string[] {
  const options: string[] = [];
  for (let number = 1; number <= mostOptions; number += 1) {
    const option = inputs[`option${number}`];
    if (typeof option !== 'string') break;
    options.push(option);
  }
  return options;
}

/** What the page saves of such a node: the choice, its place, and the options with an empty one at the end. */
export function readOwnOptions(
  classType: string,
  values: unknown,
): Record<string, string | number> | undefined {
  if (!hasOwnOptions(classType) || !Array.isArray(values)) return undefined;
  const [choice, , ...rest]: readonly unknown[] = values;
  const options = rest.filter((option) => typeof option === 'string' && option !== '').slice(0, mostOptions);
  if (typeof choice !== 'string') return undefined;
  return {
    choice,
    index: Math.max(0, options.indexOf(choice)),
    ...Object.fromEntries(options.map((option, at) => [`option${at + 1}`, String(option)])),
  };
}

/** Puts the place of the choice where a parameter may have changed the choice. */
export function placeOwnChoices(graph: Graph): void {
  for (const { class_type: classType, inputs } of Object.values<GraphNode>(graph)) {
    if (!hasOwnOptions(classType)) continue;
    const place = listOwnOptions(inputs).indexOf(String(inputs.choice));
    if (place >= 0) inputs.index = place;
  }
}

/** The inputs of such a node, known by its definition: nothing but a list without options. */
export function expandOwnOptions(
  inputs: ParsedInputs,
  values: Readonly<Record<string, unknown>>,
): Map<string, ParsedInput> | undefined {
  const { choice, ...others } = inputs;
  if (choice?.type !== 'COMBO' || choice.choices?.length !== 0 || Object.keys(others).length > 0)
    return undefined;
  const options = listOwnOptions(values);
  const { choices: _, ...open } = choice;
  const taken: ParsedInput = { type: '*', isRequired: false };
  return new Map<string, ParsedInput>([
    ...Object.keys(values).map((name) => [name, taken] as const),
    ['choice', options.length === 0 ? open : { ...choice, choices: options }],
  ]);
}
