import { expandInputs } from '../../graph/expandInputs.ts';
import { findNode, type Graph, type GraphNode } from '../../graph/graph.ts';
import { isLink } from '../../graph/graphEditor.ts';
import type { ParsedInput } from '../../graph/objectInfo.ts';
import type { FindDefinition } from '../definitions.ts';

export interface Surroundings {
  graph: Graph;
  define: FindDefinition;
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
export function listPlaces({ graph, define }: Surroundings): Place[] {
  return Object.entries(graph).flatMap(([id, node]) => {
    const definition = define(node.class_type);
    const inputs = definition && expandInputs(definition.inputs, node.inputs);
    return Object.entries(node.inputs).flatMap(([input, value]): Place[] =>
      isLink(value) ? [] : [{ graph, define, id, node, input, value, spec: inputs?.get(input) }],
    );
  });
}

const isPrimitive = (classType: string): boolean =>
  /^Primitive(?:Int|Float|String|StringMultiline|Boolean)$/.test(classType);

/** What a place is for: a node that only holds a value is for the inputs that it feeds. */
export function listUses(place: Place): Place[] {
  const { graph, define, node, value } = place;
  if (!isPrimitive(node.class_type)) return [place];
  const uses = Object.entries(graph).flatMap(([id, user]) => {
    const definition = define(user.class_type);
    const inputs = definition && expandInputs(definition.inputs, user.inputs);
    return Object.entries(user.inputs).flatMap(([input, link]): Place[] =>
      isLink(link) && link[0] === place.id
        ? [{ graph, define, id, node: user, input, value, spec: inputs?.get(input) }]
        : [],
    );
  });
  return uses.length > 0 ? uses : [place];
}

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
