import { z } from 'zod';
import { type PointedFault, toPointedFaults, toPointer } from '../shared/pointer.ts';

/*
 * The format in which ComfyUI's page saves a workflow, in its versions 0.4 and 1. Only what a graph is made of is read;
 * positions, colours and groups are not.
 */

/** An input or output of a node. */
interface UiSlot {
  name: string;
  type: string;
  /** The author's own name for it. */
  label: string | undefined;
  link: string | undefined;
  /** The field of the node that this input can replace. */
  widget: string | undefined;
}

export interface UiNode {
  id: string;
  /** Its class, or the id of a subgraph. */
  type: string;
  mode: number;
  title: string | undefined;
  inputs: readonly UiSlot[];
  outputs: readonly UiSlot[];
  /** By the order of the node's fields, or by their names. */
  values: readonly unknown[] | Readonly<Record<string, unknown>>;
  /** Of a subgraph's node: the inner node and field that each of its own fields stands for; `-1` for its own input. */
  proxies: readonly (readonly [node: string, field: string])[];
  /** Of a node that holds a number: the limits that its author set there. */
  limits: { min: number | undefined; max: number | undefined };
  /** The node pack, as ComfyUI's registry names it. */
  pack: string | undefined;
  pointer: string;
}

export interface UiLink {
  originId: string;
  originSlot: number;
  targetId: string;
  targetSlot: number;
}

export interface UiGraph {
  nodes: ReadonlyMap<string, UiNode>;
  links: ReadonlyMap<string, UiLink>;
}

interface UiPort {
  name: string;
  type: string;
  label: string | undefined;
}

export interface UiSubgraph extends UiGraph {
  name: string;
  description: string | undefined;
  inputs: readonly UiPort[];
  outputs: readonly UiPort[];
}

export interface UiDocument {
  root: UiGraph;
  subgraphs: ReadonlyMap<string, UiSubgraph>;
  /** What the author shows in App mode: fields in order, and the nodes of the results. */
  app:
    | { fields: readonly (readonly [node: string, field: string])[]; outputs: readonly string[] }
    | undefined;
}

/** Nodes that stand for a subgraph's own inputs and outputs. */
export const inputsNode = '-10';
export const outputsNode = '-20';

const limits = { nodes: 2_000, links: 10_000, subgraphs: 200, slots: 300, values: 500, depth: 10 } as const;

const id = z.union([z.string().max(100), z.number()]).transform(String);
const name = z.string().max(300);
const label = name.nullish().transform((text) => text?.trim() || undefined);
/** ComfyUI writes lists of choices and the number 0 here too. */
const type = z.unknown().transform((value) => (typeof value === 'string' ? value : '*'));
const empty = <T>(value: T | null | undefined, instead: T): T => value ?? instead;
const listOf = <T extends z.ZodType>(item: T, most: number) =>
  z
    .array(item)
    .max(most)
    .nullish()
    .transform((value) => value ?? []);

const slot = z.object({
  name: name.catch(''),
  type,
  label,
  localized_name: label,
  link: id.nullish(),
  widget: z.object({ name }).nullish().catch(undefined),
});

const pairs = z
  .array(z.unknown())
  .max(limits.values)
  .nullish()
  .catch(undefined)
  .transform((list) =>
    (list ?? []).flatMap((entry): [string, string][] => {
      const pair = z.tuple([id, name]).rest(z.unknown()).safeParse(entry);
      return pair.success ? [[pair.data[0], pair.data[1]]] : [];
    }),
  );

const limit = z.number().optional().catch(undefined);

const node = z.object({
  id,
  type: name,
  mode: z.number().catch(0),
  title: label.catch(undefined),
  inputs: listOf(slot, limits.slots),
  outputs: listOf(slot, limits.slots),
  widgets_values: z
    .union([z.array(z.unknown()).max(limits.values), z.record(z.string(), z.unknown())])
    .nullish()
    .transform((values) => empty<unknown[] | Record<string, unknown>>(values, [])),
  properties: z
    .object({
      proxyWidgets: pairs,
      min: limit,
      max: limit,
      cnr_id: label.catch(undefined),
      aux_id: label.catch(undefined),
    })
    .catch({ proxyWidgets: [], min: undefined, max: undefined, cnr_id: undefined, aux_id: undefined }),
});

const linkObject = z.object({
  id,
  origin_id: id,
  origin_slot: z.number(),
  target_id: id,
  target_slot: z.number(),
});
const linkList = z
  .tuple([id, id, z.number(), id, z.number()])
  .rest(z.unknown())
  .transform(([linkId, origin_id, origin_slot, target_id, target_slot]) => ({
    id: linkId,
    origin_id,
    origin_slot,
    target_id,
    target_slot,
  }));
const link = z.union([linkList, linkObject]).nullable();

const port = z.object({ name: name.catch(''), type, label, localized_name: label });

const graph = z.object({
  nodes: z.array(node).max(limits.nodes),
  links: listOf(link, limits.links),
});

const subgraph = graph.extend({
  id,
  name: label.catch(undefined),
  description: z.string().nullish().catch(undefined),
  inputs: listOf(port, limits.slots),
  outputs: listOf(port, limits.slots),
});

const appMode = z
  .object({
    linearData: z.object({ inputs: pairs, outputs: z.array(id).max(limits.slots).catch([]) }).optional(),
  })
  .nullish()
  .catch(undefined);

const definitions = z.object({ subgraphs: z.array(z.unknown()).max(limits.subgraphs).nullish() }).nullish();
const document = graph.extend({ definitions, extra: appMode });

/** Whether a document is in this format rather than in the one for `POST /prompt`. */
export const isUiDocument = (value: object): boolean => 'nodes' in value && Array.isArray(value.nodes);

/** @returns faults instead of a document that cannot be read; pointers start at the document. */
export function readUiDocument(value: unknown): { document?: UiDocument; faults: PointedFault[] } {
  const parsed = document.safeParse(value, { error: toSentence });
  if (!parsed.success) return { faults: toPointedFaults(parsed.error) };
  const subgraphs = new Map<string, UiSubgraph>();
  const faults = readSubgraphs(
    parsed.data.definitions?.subgraphs ?? [],
    subgraphs,
    '/definitions/subgraphs',
    0,
  );
  if (faults.length > 0) return { faults };
  return {
    document: { root: toGraph(parsed.data, ''), subgraphs, app: toApp(parsed.data.extra) },
    faults: [],
  };
}

/** Definitions may hold further ones; a name of an outer one is not taken again. */
function readSubgraphs(
  list: readonly unknown[],
  found: Map<string, UiSubgraph>,
  place: string,
  depth: number,
): PointedFault[] {
  if (depth >= limits.depth)
    return [{ pointer: place, message: 'Subgraphs are defined too deep inside each other.' }];
  return list.flatMap((raw, index) => {
    const pointer = `${place}${toPointer(index)}`;
    const parsed = subgraph.extend({ definitions }).safeParse(raw, { error: toSentence });
    if (!parsed.success)
      return toPointedFaults(parsed.error).map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
    if (found.size >= limits.subgraphs)
      return [{ pointer, message: `There may be at most ${limits.subgraphs} subgraphs.` }];
    const { id: subgraphId, inputs, outputs, description, definitions: inner } = parsed.data;
    found.set(subgraphId, {
      ...toGraph(parsed.data, pointer),
      name: parsed.data.name ?? 'Subgraph',
      description: description?.trim() || undefined,
      inputs: inputs.map(toPort),
      outputs: outputs.map(toPort),
    });
    return readSubgraphs(inner?.subgraphs ?? [], found, `${pointer}/definitions/subgraphs`, depth + 1);
  });
}

const toSentence: z.core.$ZodErrorMap = ({ code }) =>
  code === 'too_big'
    ? 'This is more than the platform reads of a workflow.'
    : 'ComfyUI’s page writes this place in another way. Save the workflow there again, or export it with Workflow → Export (API).';

const toPort = ({
  name: portName,
  type: portType,
  label: own,
  localized_name: localized,
}: z.output<typeof port>) => ({
  name: portName,
  type: portType,
  label: own ?? localized,
});

const toSlot = ({ link: linkId, widget, ...rest }: z.output<typeof slot>): UiSlot => ({
  ...toPort(rest),
  link: linkId ?? undefined,
  widget: widget?.name,
});

function toGraph({ nodes, links }: z.output<typeof graph>, place: string): UiGraph {
  return {
    nodes: new Map(
      nodes.map(({ widgets_values: values, properties, ...rest }, index) => [
        rest.id,
        {
          ...rest,
          inputs: rest.inputs.map(toSlot),
          outputs: rest.outputs.map(toSlot),
          values,
          proxies: properties.proxyWidgets,
          limits: { min: properties.min, max: properties.max },
          pack: properties.cnr_id ?? properties.aux_id,
          pointer: `${place}/nodes/${index}`,
        },
      ]),
    ),
    links: new Map(
      links.flatMap((entry) =>
        entry
          ? [
              [
                entry.id,
                {
                  originId: entry.origin_id,
                  originSlot: entry.origin_slot,
                  targetId: entry.target_id,
                  targetSlot: entry.target_slot,
                },
              ] as const,
            ]
          : [],
      ),
    ),
  };
}

/** Locators of newer versions name the graph before the node. */
const localId = (text: string): string => text.slice(text.lastIndexOf(':') + 1);

function toApp(extra: z.output<typeof appMode>): UiDocument['app'] {
  const data = extra?.linearData;
  if (!data || (data.inputs.length === 0 && data.outputs.length === 0)) return undefined;
  return {
    fields: data.inputs.map(([node_, field]) => [localId(node_), field] as const),
    outputs: data.outputs.map(localId),
  };
}
