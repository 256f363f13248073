import { expandInputs } from '../../graph/expandInputs.ts';
import { findNode, type Graph, type GraphNode } from '../../graph/graph.ts';
import { isLink } from '../../graph/graphEditor.ts';
import type { ParsedInput } from '../../graph/objectInfo.ts';
import type { FindDefinition } from '../definitions.ts';
import type { ImportedGraph } from '../importedGraph.ts';

export interface Surroundings {
  graph: Graph;
  define: FindDefinition;
  /** Narrower than the definitions', by path. */
  limits?: ImportedGraph['limits'];
}

/** An input that holds a value, with its surroundings. */
export interface Place extends Surroundings {
  id: string;
  node: GraphNode;
  input: string;
  value: unknown;
  spec: ParsedInput | undefined;
}

export const pathOf = ({ id, input }: Pick<Place, 'id' | 'input'>): string => `${id}.${input}`;

/** Every input of the graph that holds a value. */
export function listPlaces({ graph, define, limits }: Surroundings): Place[] {
  return Object.entries(graph).flatMap(([id, node]) => {
    const definition = define(node.class_type);
    const inputs = definition && expandInputs(definition.inputs, node.inputs);
    return Object.entries(node.inputs).flatMap(([input, value]): Place[] =>
      isLink(value)
        ? []
        : [
            {
              graph,
              define,
              id,
              node,
              input,
              value,
              spec: within(inputs?.get(input), limits?.get(`${id}.${input}`)),
            },
          ],
    );
  });
}

function within(
  spec: ParsedInput | undefined,
  { min = spec?.min, max = spec?.max }: { min?: number | undefined; max?: number | undefined } = {},
): ParsedInput | undefined {
  return spec && { ...spec, ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

const isPrimitive = (classType: string): boolean =>
  /^Primitive(?:Int|Float|String|StringMultiline|Boolean)$/.test(classType);

/** Nodes that give on what they get, or a text made of it. */
const passesOn = (classType: string): boolean =>
  isPrimitive(classType) ||
  /^(?:ComfySwitchNode|ComfySoftSwitchNode|PreviewAny|CaseConverter|String(?:Concatenate|Replace|Substring|Trim)|TextGenerate(?:LTX2Prompt)?)$/.test(
    classType,
  );

/** What a place is for: a node that only holds a value, or passes it on, is for the inputs that it feeds. */
export function listUses(place: Place): Place[] {
  if (!isPrimitive(place.node.class_type)) return [place];
  const uses: Place[] = [];
  const seen = new Set([place.id]);
  const open = [place];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const use of listFed(next)) {
      if (!passesOn(use.node.class_type)) uses.push(use);
      else if (!seen.has(use.id)) open.push(use);
      seen.add(use.id);
    }
  }
  return uses.length > 0 ? uses : [place];
}

/** The inputs that the node of a place feeds. */
const listFed = ({ graph, define, id: source, value }: Place): Place[] =>
  Object.entries(graph).flatMap(([id, node]) => {
    const definition = define(node.class_type);
    const inputs = definition && expandInputs(definition.inputs, node.inputs);
    return Object.entries(node.inputs).flatMap(([input, link]): Place[] =>
      isLink(link) && link[0] === source
        ? [{ graph, define, id, node, input, value, spec: inputs?.get(input) }]
        : [],
    );
  });

/** Whether a node's output reaches an input of this name over any chain of conditioning. */
export function feeds({ graph, define, id }: Place, wanted: string): boolean {
  const conditioningSources = (values: unknown[]): string[] =>
    values.flatMap((value) => {
      if (!isLink(value)) return [];
      const source = findNode(graph, value[0]);
      const output = source && define(source.class_type)?.outputs[value[1]];
      // A node that passes both sides on has an input of the wanted name itself.
      return source && output === 'CONDITIONING' && !('positive' in source.inputs) ? [value[0]] : [];
    });
  const seen = new Set<string>();
  const open = conditioningSources(Object.values(graph).map((node) => node.inputs[wanted]));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...conditioningSources(Object.values(findNode(graph, next)?.inputs ?? {})));
  }
  return false;
}

/** Whether nodes of the class begin a picture or film: they give a latent and take none. */
export function beginsLatent(define: FindDefinition, classType: string): boolean {
  const definition = define(classType);
  if (!definition) return /^Empty.*Latent/.test(classType);
  return (
    definition.outputs.includes('LATENT') &&
    !Object.values(definition.inputs).some(({ type }) => type === 'LATENT')
  );
}
