import {
  inputsNode,
  outputsNode,
  type UiDocument,
  type UiGraph,
  type UiLink,
  type UiNode,
  type UiSubgraph,
} from './uiDocument.ts';

/** A graph in its place: the root, or one use of a subgraph. Ids of nodes in it begin with `prefix`. */
export interface Scope {
  graph: UiGraph;
  prefix: string;
  /** The node that uses the subgraph, and where that node is. */
  user: { node: UiNode; scope: Scope; subgraph: UiSubgraph } | undefined;
}

/** A field as people see it: `node` is an id as in the finished graph, with the ids of enclosing subgraphs. */
export interface Field {
  node: string;
  field: string;
  /**
   * Where a subgraph's node shows a field of a node in it: that node. Several may show fields of one name, such as the
   * `value` of each plain number; they are different fields.
   */
  inner?: string;
  /** Where that node is a subgraph's too, and shows several fields of the name: which of them, from 0. */
  nth?: number;
}

/** A value with the fields that hold it. */
interface Given {
  value: unknown;
  fields: readonly Field[];
}

/** What an input gets. Every kind with `fields` names those that a person would change, the inner one first. */
type Source =
  | { kind: 'node'; id: string; slot: number }
  | { kind: 'value'; value: unknown; fields: readonly Field[] }
  /** Its own value, which fields of enclosing subgraphs stand for. */
  | { kind: 'own'; fields: readonly Field[] }
  /** An input of a subgraph in the root that nothing is connected to. */
  | { kind: 'open'; port: Field; type: string }
  | { kind: 'nothing' };

export const modes = { muted: 2, bypassed: 4 } as const;

/** Nodes of ComfyUI's page and of well-known packs that pass on what they get; they never reach a server. */
const passing = new Set(['Reroute', 'Reroute (rgthree)', 'ReroutePrimitive|pysssss']);
/** Nodes that only the page has. */
const ofThePage = new Set([...passing, 'PrimitiveNode', 'Note', 'MarkdownNote', 'GetNode', 'SetNode']);
export const isOfThePage = (type: string): boolean => ofThePage.has(type);

const nothing: Source = { kind: 'nothing' };

/** More steps than any drawing has: a chain of links is followed by recursion. */
const mostSteps = 1_000;
/** All chains of a document together: each of many inputs may ask for the same long one. */
const mostStepsInAll = 100_000;

/** Follows a document's links as ComfyUI's page does when it queues a workflow. */
export interface LinkResolver {
  /** What the node's input at this index gets. */
  resolveInput(scope: Scope, node: UiNode, index: number): Source;
  /** What a node's output gives. */
  resolveOutput(scope: Scope, node: UiNode, slot: number, type: string): Source;
  /** The graph inside a node; undefined for an ordinary node. */
  enter(scope: Scope, node: UiNode): Scope | undefined;
  /** The value that a subgraph's node gives one of its fields itself; undefined where the inner value counts. */
  readOverride(scope: Scope, node: string, field: string): Given | undefined;
  /** The fields of enclosing subgraphs that show this one. */
  fieldsAbove(scope: Scope, field: Field): readonly Field[];
  /** Whether more was asked than is followed: what was found says nothing then. */
  isSpent(): boolean;
}

interface Following {
  document: UiDocument;
  steps: number;
  /** The links to the results of a subgraph, by their place. */
  resultsOf(graph: UiGraph): ReadonlyMap<number, UiLink>;
}

export function createLinkResolver(document: UiDocument): LinkResolver {
  const results = new Map<UiGraph, ReadonlyMap<number, UiLink>>();
  const following: Following = {
    document,
    steps: 0,
    resultsOf(graph) {
      const known = results.get(graph);
      if (known) return known;
      const links = [...graph.links.values()].filter(({ targetId }) => targetId === outputsNode);
      const found = new Map(links.map((link) => [link.targetSlot, link]));
      results.set(graph, found);
      return found;
    },
  };
  return {
    resolveInput: (scope, node, index) =>
      followInput(following, scope, node, index, { type: node.inputs[index]?.type ?? '*', steps: 0 }),
    resolveOutput: (scope, node, slot, type) =>
      followOutput(following, scope, node, slot, { type, steps: 0 }),
    enter: (scope, node) => enter(document, scope, node),
    readOverride: readAbove,
    fieldsAbove: namesAbove,
    isSpent: () => following.steps > mostStepsInAll,
  };
}

/** The type that the first asker takes decides what a bypassed node passes on. */
interface Wanted {
  type: string;
  steps: number;
}

function enter(document: UiDocument, scope: Scope, node: UiNode): Scope | undefined {
  const subgraph = document.subgraphs.get(node.type);
  return (
    subgraph && { graph: subgraph, prefix: `${scope.prefix}${node.id}:`, user: { node, scope, subgraph } }
  );
}

function followInput(
  following: Following,
  scope: Scope,
  node: UiNode,
  index: number,
  wanted: Wanted,
): Source {
  const input = node.inputs[index];
  const link = input?.link === undefined ? undefined : scope.graph.links.get(input.link);
  if (!input || !link || wanted.steps > mostSteps) return nothing;
  return followLink(following, scope, link, wanted);
}

function followLink(following: Following, scope: Scope, link: UiLink, { type, steps }: Wanted): Source {
  const wanted = { type, steps: steps + 1 };
  following.steps += 1;
  if (following.steps > mostStepsInAll) return nothing;
  if (link.originId === inputsNode && scope.user)
    return followPort(following, scope.user, findPort(scope.graph, scope.user.subgraph, link), wanted);
  const origin = scope.graph.nodes.get(link.originId);
  return origin ? followOutput(following, scope, origin, link.originSlot, wanted) : nothing;
}

/**
 * The port that a link comes from. Where ports were added or moved, some documents keep the old number of a link's: one
 * that brings another type than the input takes is taken for the port of the input's own name.
 */
function findPort(
  graph: UiGraph,
  { inputs }: UiSubgraph,
  { originSlot, targetId, targetSlot }: UiLink,
): number {
  const target = graph.nodes.get(targetId)?.inputs[targetSlot];
  const port = inputs[originSlot];
  if (!target || !port || isCompatible(port.type, target.type)) return originSlot;
  return inputs.findIndex(({ name, type }) => name === target.name && isCompatible(type, target.type));
}

/** What arrives at an input of a subgraph from outside. */
function followPort(
  following: Following,
  { node, scope, subgraph }: NonNullable<Scope['user']>,
  slot: number,
  wanted: Wanted,
): Source {
  const port = subgraph.inputs[slot];
  if (!port) return nothing;
  const named = node.inputs.findIndex(({ name }) => name === port.name);
  const index = named >= 0 ? named : slot;
  if (node.inputs[index]?.link !== undefined) return followInput(following, scope, node, index, wanted);
  const field = { node: `${scope.prefix}${node.id}`, field: port.name };
  const given = readField(scope, node, port.name);
  if (given) return { kind: 'value', value: given.value, fields: [field, ...given.fields] };
  if (node.inputs[index]?.widget !== undefined)
    return { kind: 'own', fields: [field, ...namesAbove(scope, field)] };
  return scope.user ? nothing : { kind: 'open', port: field, type: port.type };
}

function followOutput(
  following: Following,
  scope: Scope,
  node: UiNode,
  slot: number,
  wanted: Wanted,
): Source {
  const next = { ...wanted, steps: wanted.steps + 1 };
  if (node.mode === modes.muted || wanted.steps > mostSteps) return nothing;
  if (node.mode === modes.bypassed) {
    const index = findBypass(node, slot, wanted.type);
    return index < 0 ? nothing : followInput(following, scope, node, index, next);
  }
  const inner = enter(following.document, scope, node);
  if (inner) {
    const link = depthOf(inner) > deepest ? undefined : following.resultsOf(inner.graph).get(slot);
    return link ? followLink(following, inner, link, next) : nothing;
  }
  if (passing.has(node.type)) return followInput(following, scope, node, 0, next);
  if (node.type === 'GetNode') return followName(following, scope, node, next);
  if (node.type === 'PrimitiveNode' && Array.isArray(node.values) && node.values.length > 0) {
    const fields = [{ node: `${scope.prefix}${node.id}`, field: 'value' }];
    return { kind: 'value', value: node.values[0], fields };
  }
  return isOfThePage(node.type) ? nothing : { kind: 'node', id: `${scope.prefix}${node.id}`, slot };
}

/** A pair of nodes of a well-known pack carries a link under a name, in the same graph or from outside. */
function followName(following: Following, scope: Scope, node: UiNode, wanted: Wanted): Source {
  const nameOf = ({ values }: UiNode): unknown => (Array.isArray(values) ? values[0] : undefined);
  const name = nameOf(node);
  for (let place: Scope | undefined = scope; place; place = place.user?.scope) {
    const found = [...place.graph.nodes.values()].find(
      (other) => other.type === 'SetNode' && nameOf(other) === name,
    );
    if (found) return followInput(following, place, found, 0, wanted);
  }
  return nothing;
}

/** More than any drawing has; the page itself refuses a subgraph inside itself. */
export const deepest = 12;

export function depthOf(scope: Scope): number {
  let depth = 0;
  for (let place = scope.user; place; place = place.scope.user) depth += 1;
  return depth;
}

/** What the node of a subgraph holds for its own field; an enclosing subgraph's value for it goes first. */
function readField(scope: Scope, node: UiNode, field: string): Given | undefined {
  const above = readAbove(scope, node.id, field);
  if (above) return above;
  const value = listOwnValues(node).find(
    ({ proxy: [inner, name] }) => inner === '-1' && name === field,
  )?.value;
  return value === undefined || value === null ? undefined : { value, fields: [] };
}

/**
 * What the enclosing subgraph's node says about a field of a node in it.
 * @param nth Which of the node's fields of that name, if the node is a subgraph's own and shows several.
 */
function readAbove(scope: Scope, node: string, field: string, nth = 0): Given | undefined {
  if (!scope.user) return undefined;
  const { node: user, scope: outside } = scope.user;
  const own = listOwnValues(user).filter(({ proxy: [inner, name] }) => inner === node && name === field)[nth];
  if (!own) return undefined;
  const shown = { node: `${outside.prefix}${user.id}`, field, inner: node, nth };
  const above = readAbove(outside, user.id, field, placeAmongAlike(user, node, field, nth));
  if (above) return { value: above.value, fields: [shown, ...above.fields] };
  return own.value === undefined || own.value === null ? undefined : { value: own.value, fields: [shown] };
}

/** The fields of enclosing subgraphs that show this one. */
function namesAbove(scope: Scope, { node, field }: Field, nth = 0): Field[] {
  if (!scope.user) return [];
  const { node: user, scope: outside } = scope.user;
  const local = node.slice(scope.prefix.length);
  if (!user.proxies.filter(([inner, name]) => inner === local && name === field)[nth]) return [];
  const shown = { node: `${outside.prefix}${user.id}`, field, inner: local, nth };
  return [shown, ...namesAbove(outside, shown, placeAmongAlike(user, local, field, nth))];
}

/** Which field of its name this one is on the subgraph's node that shows it: a subgraph around it counts alike. */
function placeAmongAlike({ proxies }: UiNode, node: string, field: string, nth: number): number {
  const alike = proxies.filter(([, name]) => name === field);
  const first = alike.findIndex(([inner]) => inner === node);
  return first < 0 ? 0 : first + nth;
}

interface OwnValue {
  proxy: readonly [node: string, field: string];
  value: unknown;
}

/**
 * A subgraph's node keeps a value for each of its fields in the order of `proxyWidgets`; before ComfyUI had that list,
 * and where the two differ in length, in the order of its inputs that are fields.
 */
function listOwnValues({ values, proxies, inputs }: UiNode): OwnValue[] {
  if (!Array.isArray(values)) {
    return Object.entries(values).map(([field, value]) => ({ proxy: ['-1', field], value }));
  }
  if (proxies.length > 0 && proxies.length === values.length) {
    return proxies.map((proxy, index) => ({ proxy, value: values[index] }));
  }
  const fields = inputs.flatMap(({ name, widget }) => (widget === undefined ? [] : [name]));
  return [
    ...fields.map((field, index): OwnValue => ({ proxy: ['-1', field], value: values[index] })),
    // Only their names are known then.
    ...proxies.map((proxy) => ({ proxy, value: undefined })),
  ];
}

/** Which input stands for an output of a bypassed node: the one beside it, else the first of exactly or nearly its type. */
function findBypass(node: UiNode, slot: number, type: string): number {
  const output = node.outputs[slot]?.type ?? '*';
  if (type === '*' || output === '*') return node.inputs.length > slot ? slot : node.inputs.length - 1;
  const beside = node.inputs[slot];
  if (beside && isCompatible(beside.type, output) && isCompatible(beside.type, type)) return slot;
  const exact = node.inputs.findIndex((input) => input.type === type);
  return exact >= 0 ? exact : node.inputs.findIndex((input) => isCompatible(input.type, type));
}

function isCompatible(one: string, other: string): boolean {
  if (one === '*' || other === '*') return true;
  const types = other.toUpperCase().split(',');
  return one
    .toUpperCase()
    .split(',')
    .some((type) => types.includes(type));
}
