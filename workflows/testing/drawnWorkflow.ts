import type { Graph } from '../graph/graph.ts';
import { isLink } from '../graph/graphEditor.ts';
import type { ParsedInput } from '../graph/objectInfo.ts';
import type { NodeDefinition } from '../import/definitions.ts';
import { findField, isField } from '../import/readFields.ts';

/*
 * Draws a graph as ComfyUI's page would save it, so that tests can convert it back: the page's own format has no
 * other writer here.
 */

interface DrawnSlot {
  name: string;
  type: string;
  link?: number | null;
  widget?: { name: string };
}
interface DrawnNode {
  id: number;
  type: string;
  mode: number;
  inputs: DrawnSlot[];
  outputs: DrawnSlot[];
  widgets_values: unknown[] | Record<string, unknown>;
  properties: { proxyWidgets?: [string, string][] };
}
interface DrawnLink {
  id: number;
  origin_id: number;
  origin_slot: number;
  target_id: number;
  target_slot: number;
  type: string;
}
interface Drawing {
  nodes: DrawnNode[];
  links: DrawnLink[];
}
interface DrawnSubgraph extends Drawing {
  id: string;
  name: string;
  inputs: { name: string; type: string }[];
  outputs: { name: string; type: string }[];
}
export interface DrawnWorkflow extends Drawing {
  subgraphs: DrawnSubgraph[];
}

/** How a page's version writes the values of fields. */
export type FieldStyle = 'list with names' | 'list' | 'object';

/** A drawing of the graph: a node for each, with every field of its class. */
export function drawWorkflow(
  graph: Graph,
  define: (classType: string) => NodeDefinition,
  style: FieldStyle,
): DrawnWorkflow {
  const links: DrawnLink[] = [];
  const nodes = Object.entries(graph).map(([id, { class_type: classType, inputs }]): DrawnNode => {
    const definition = define(classType);
    const names = listFieldNames(definition, inputs);
    const slots: DrawnSlot[] = [];
    for (const [name, value] of Object.entries(inputs)) {
      const input = findField(definition.inputs, name);
      const isNamed = names.includes(name);
      const slot = { name, type: input?.type ?? '*', ...(isNamed && { widget: { name } }) };
      if (isLink(value)) {
        const type = define(graph[value[0]]?.class_type ?? '').outputs[value[1]] ?? '*';
        const link = links.length + 1;
        links.push({
          id: link,
          origin_id: Number(value[0]),
          origin_slot: value[1],
          target_id: Number(id),
          target_slot: slots.length,
          type,
        });
        slots.push({ ...slot, link });
      }
    }
    if (style === 'list with names') {
      const linked = new Set(slots.map(({ name }) => name));
      const fields = names.map(
        (name): DrawnSlot =>
          slots.find((slot) => slot.name === name) ?? {
            name,
            type: findField(definition.inputs, name)?.type ?? '*',
            widget: { name },
            link: null,
          },
      );
      const sockets = slots.filter(({ name }) => !names.includes(name));
      slots.splice(0, slots.length, ...sockets, ...fields);
      for (const [index, { link }] of slots.entries()) {
        const found = links.find(({ id: linkId }) => linkId === link);
        if (found && linked.size > 0) found.target_slot = index;
      }
    }
    return {
      id: Number(id),
      type: classType,
      mode: 0,
      inputs: slots,
      outputs: definition.outputs.map((type) => ({ name: type, type })),
      widgets_values: writeValues(definition, names, inputs, style),
      properties: {},
    };
  });
  return { nodes, links, subgraphs: [] };
}

/** Fields in the page's order; those that a chosen value brings along are right behind it. */
function listFieldNames({ inputs, order }: NodeDefinition, values: Record<string, unknown>): string[] {
  const list = (name: string, input: ParsedInput): string[] => {
    const chosen = values[name] ?? input.choices?.[0];
    const brought = typeof chosen === 'string' ? input.optionInputs?.[chosen] : undefined;
    return [
      ...(isField(input) ? [name] : []),
      ...Object.entries(brought ?? {}).flatMap(([inner, innerInput]) => list(`${name}.${inner}`, innerInput)),
    ];
  };
  return order.flatMap((name) => (inputs[name] ? list(name, inputs[name]) : []));
}

function writeValues(
  { inputs }: NodeDefinition,
  names: readonly string[],
  values: Record<string, unknown>,
  style: FieldStyle,
): unknown[] | Record<string, unknown> {
  const written = names.map((name) => {
    const value = values[name];
    return [name, isLink(value) || value === undefined ? null : value] as const;
  });
  if (style === 'object') return Object.fromEntries(written.filter(([, value]) => value !== null));
  return written.flatMap(([name, value]) => {
    const hasControl = findField(inputs, name)?.hasControl === true;
    return hasControl ? [value, 'randomize'] : [value];
  });
}

let lastSubgraph = 0;

/** Moves nodes into a subgraph whose node gets this id. */
export function enclose(drawing: DrawnWorkflow, ids: ReadonlySet<number>, id: number): DrawnWorkflow {
  lastSubgraph += 1;
  const subgraphId = `00000000-0000-4000-8000-${String(lastSubgraph).padStart(12, '0')}`;
  const inner: DrawnSubgraph = {
    id: subgraphId,
    name: 'Part',
    nodes: [],
    links: [],
    inputs: [],
    outputs: [],
  };
  const user: DrawnNode = {
    id,
    type: subgraphId,
    mode: 0,
    inputs: [],
    outputs: [],
    widgets_values: [],
    properties: {},
  };
  const links: DrawnLink[] = [];
  let lastLink = Math.max(0, ...drawing.links.map((link) => link.id));
  for (const link of drawing.links) {
    const [isFromInside, isToInside] = [ids.has(link.origin_id), ids.has(link.target_id)];
    if (isFromInside && isToInside) inner.links.push(link);
    else if (isToInside) {
      const slot = inner.inputs.length;
      inner.inputs.push({ name: `in${slot}`, type: link.type });
      inner.links.push({ ...link, origin_id: -10, origin_slot: slot });
      user.inputs.push({ name: `in${slot}`, type: link.type, link: link.id });
      links.push({ ...link, target_id: id, target_slot: slot });
    } else if (isFromInside) {
      const slot = inner.outputs.length;
      lastLink += 1;
      inner.outputs.push({ name: `out${slot}`, type: link.type });
      inner.links.push({ ...link, id: lastLink, target_id: -20, target_slot: slot });
      user.outputs.push({ name: `out${slot}`, type: link.type });
      links.push({ ...link, origin_id: id, origin_slot: slot });
    } else links.push(link);
  }
  inner.nodes = drawing.nodes.filter((node) => ids.has(node.id));
  const nodes = [...drawing.nodes.filter((node) => !ids.has(node.id)), user];
  return { nodes, links, subgraphs: [...drawing.subgraphs, inner] };
}

/** Puts a node between both ends of a link; it passes on what it gets. */
export function interpose(
  drawing: DrawnWorkflow,
  link: DrawnLink,
  node: Pick<DrawnNode, 'id' | 'type' | 'mode'>,
): DrawnWorkflow {
  const id = Math.max(0, ...drawing.links.map((other) => other.id)) + 1;
  const slot = { name: '', type: link.type };
  return {
    ...drawing,
    nodes: [
      ...drawing.nodes,
      { ...node, inputs: [{ ...slot, link: id }], outputs: [slot], widgets_values: [], properties: {} },
    ],
    links: drawing.links.flatMap((other) =>
      other.id === link.id
        ? [
            { ...link, origin_id: node.id, origin_slot: 0 },
            { ...link, id, target_id: node.id, target_slot: 0 },
          ]
        : [other],
    ),
  };
}

/** The document of a drawing, in the page's version 0.4 or 1. */
export function writeDocument(
  { nodes, links, subgraphs }: DrawnWorkflow,
  version: 0.4 | 1 = 0.4,
): Record<string, unknown> {
  const rootLinks =
    version === 1
      ? links
      : links.map((link) => [
          link.id,
          link.origin_id,
          link.origin_slot,
          link.target_id,
          link.target_slot,
          link.type,
        ]);
  return { version, nodes, links: rootLinks, definitions: { subgraphs }, extra: {}, groups: [] };
}
