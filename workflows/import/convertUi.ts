import type { Graph, GraphNode } from '../graph/graph.ts';
import { findNeeded, findOutputs } from '../graph/graphEditor.ts';
import { hasOwnOptions, readOwnOptions } from '../graph/ownOptions.ts';
import type { PointedFault } from '../shared/pointer.ts';
import { completeBlueprint, type OpenInput } from './completeBlueprint.ts';
import { type FindDefinition, fillInputs, type NodeDefinition } from './definitions.ts';
import { type ImportedGraph, type LeftOut, ShownFields } from './importedGraph.ts';
import { findField, readFields } from './readFields.ts';
import {
  createLinkResolver,
  deepest,
  depthOf,
  type Field,
  isOfThePage,
  type LinkResolver,
  modes,
  type Scope,
} from './resolveLinks.ts';
import { keepSavers } from './savers.ts';
import type { UiDocument, UiNode } from './uiDocument.ts';

/** A node that a server would run, in its place. */
interface Placed {
  id: string;
  node: UiNode;
  scope: Scope;
  definition: NodeDefinition | undefined;
}

const mostNodes = 1_000;

/**
 * The graph that ComfyUI's page would queue for a document: without muted nodes, bypassed nodes replaced by what they
 * pass on, subgraphs unfolded. Nodes that lead to no result are left out.
 */
export function convertUi(
  document: UiDocument,
  findDefinition: FindDefinition,
): { imported?: ImportedGraph; faults: PointedFault[] } {
  const resolver = createLinkResolver(document);
  const root: Scope = { graph: document.root, prefix: '', user: undefined };
  const placed: Placed[] = [];
  const unfolded = { nodes: 0 };
  const tooMuch = placeNodes({ resolver, findDefinition, placed, unfolded }, root);
  if (tooMuch) return { faults: [tooMuch] };
  const shown = new ShownFields();
  const open: OpenInput[] = [];
  const bare: BareInput[] = [];
  const graph: Graph = Object.fromEntries(
    placed.map((place) => [place.id, toGraphNode(resolver, place, { shown, open, bare })]),
  );
  fillBare(graph, bare, shown);
  const completed = completeBlueprint({ document, root, resolver, graph, open, shown, findDefinition });
  const { notes, faults: unsaved } = keepSavers(graph, findDefinition, document.app?.outputs);
  const faults = [...completed.faults, ...unsaved];
  const byId = new Map(placed.map((place) => [place.id, place]));
  if (resolver.isSpent())
    return { faults: [{ pointer: '', message: 'The links of this workflow lead through too many nodes.' }] };
  const needed = findNeeded(graph, findOutputs(graph));
  faults.push(...findUnknown(needed, byId, findOutputs(graph).length === 0));
  if (faults.length > 0) return { faults };
  const leftOut = [
    ...listHidden(resolver, root),
    ...placed.flatMap(({ id, node }) => (needed.has(id) ? [] : [{ node: id, classType: node.type }])),
  ];
  return {
    imported: {
      graph: Object.fromEntries(Object.entries(graph).filter(([id]) => needed.has(id))),
      leftOut,
      notes: [...completed.notes, ...notes],
      groups: shown.listGroups(),
      limits: new Map(placed.map(({ id, node }) => [`${id}.value`, node.limits])),
      ...describe(document, shown),
      placeOf: (pointer) => byId.get(firstStep(pointer))?.node.pointer ?? '',
    },
    faults: [],
  };
}

const firstStep = (pointer: string): string =>
  (pointer.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~');

interface Placing {
  resolver: LinkResolver;
  findDefinition: FindDefinition;
  placed: Placed[];
  /** Each use of a subgraph is one, too: those of empty ones multiply as well. */
  unfolded: { nodes: number };
}

/** @returns a fault where a document unfolds without end. */
function placeNodes(placing: Placing, scope: Scope): PointedFault | undefined {
  const { resolver, findDefinition, placed, unfolded } = placing;
  for (const node of scope.graph.nodes.values()) {
    if (isSilent(node)) continue;
    unfolded.nodes += 1;
    const inner = resolver.enter(scope, node);
    if (!inner) {
      placed.push({ id: `${scope.prefix}${node.id}`, node, scope, definition: findDefinition(node.type) });
    } else if (isInside(inner) || depthOf(inner) > deepest) {
      return {
        pointer: node.pointer,
        message: 'This subgraph is used inside itself, or too deep inside others.',
      };
    }
    const fault = inner && placeNodes(placing, inner);
    if (fault) return fault;
    if (unfolded.nodes > mostNodes)
      return {
        pointer: node.pointer,
        message: `With its subgraphs unfolded, the workflow has more than ${mostNodes} nodes.`,
      };
  }
  return undefined;
}

const isSilent = ({ mode, type }: UiNode): boolean =>
  mode === modes.muted || mode === modes.bypassed || isOfThePage(type);

function isInside(scope: Scope): boolean {
  for (let place = scope.user?.scope; place; place = place.user?.scope) {
    if (place.graph === scope.graph) return true;
  }
  return false;
}

/** Muted and bypassed nodes, which people switch off to try things; notes are no loss. */
const listHidden = (resolver: LinkResolver, scope: Scope): LeftOut[] =>
  [...scope.graph.nodes.values()].flatMap((node) => {
    if (node.mode === modes.muted || node.mode === modes.bypassed)
      return [
        {
          node: `${scope.prefix}${node.id}`,
          classType: resolver.enter(scope, node)?.user?.subgraph.name ?? node.type,
        },
      ];
    const inner = resolver.enter(scope, node);
    return inner ? listHidden(resolver, inner) : [];
  });

function toGraphNode(
  resolver: LinkResolver,
  { id, node, scope, definition }: Placed,
  found: { shown: ShownFields; open: OpenInput[]; bare: BareInput[] },
): GraphNode {
  const inputs: Record<string, unknown> = {};
  for (const [name, own] of listFields(node, definition)) {
    const above = resolver.readOverride(scope, node.id, name);
    const value = above ? above.value : own;
    if (value === undefined || value === null) continue;
    inputs[name] = value;
    found.shown.add(
      [{ node: id, field: name }, ...resolver.fieldsAbove(scope, { node: id, field: name })],
      id,
      name,
    );
  }
  for (const [index, { name, type }] of node.inputs.entries()) {
    const source = resolver.resolveInput(scope, node, index);
    if (source.kind === 'open')
      found.open.push({
        node: id,
        input: name,
        type: source.type === '*' ? type : source.type,
        port: source.port,
      });
    if (source.kind === 'node') inputs[name] = [source.id, source.slot];
    if (source.kind === 'value') inputs[name] = source.value;
    if (source.kind === 'value' || source.kind === 'own') found.shown.add(source.fields, id, name);
    if (source.kind === 'own' && !Object.hasOwn(inputs, name))
      found.bare.push({ node: id, input: name, fields: source.fields });
  }
  return { class_type: node.type, inputs, _meta: { title: node.title ?? node.type } };
}

/** An input without a field of its own, which a subgraph's field fills together with others. */
interface BareInput {
  node: string;
  input: string;
  fields: readonly Field[];
}

/** They get what the field shows, which is what an input that it also fills holds. */
function fillBare(graph: Graph, bare: readonly BareInput[], shown: ShownFields): void {
  for (const { node, input, fields } of bare) {
    const alike = fields.flatMap((field) => shown.find(field));
    for (const path of alike) {
      const dot = path.indexOf('.');
      const value = graph[path.slice(0, dot)]?.inputs[path.slice(dot + 1)];
      const own = graph[node];
      if (value === undefined || !own) continue;
      own.inputs[input] = value;
      break;
    }
  }
}

/** The fields that this server's class has: what the document leaves out gets the class's default. */
function listFields(node: UiNode, definition: NodeDefinition | undefined): [string, unknown][] {
  if (!definition) return [];
  const own = readOwnOptions(node.type, node.values);
  if (own) return Object.entries(own);
  const read = [...readFields(node, definition)].filter(
    ([name, value]) =>
      value !== undefined && value !== null && findField(definition.inputs, name) !== undefined,
  );
  return Object.entries({ ...Object.fromEntries(read), ...fillInputs(definition, Object.fromEntries(read)) });
}

function findUnknown(
  needed: ReadonlySet<string>,
  placed: ReadonlyMap<string, Placed>,
  hasNoSaver: boolean,
): PointedFault[] {
  return [...placed.values()].flatMap(({ id, node, definition }) => {
    if (definition || !(needed.has(id) || hasNoSaver)) return [];
    return [{ pointer: `${node.pointer}/type`, message: describeUnknown(node) }];
  });
}

function describeUnknown({ type, pack }: UiNode): string {
  if (/^workflow[>/]/.test(type)) {
    return `“${type.slice(9)}” is a group node, a form that ComfyUI has given up. Convert it to a subgraph in ComfyUI and save the workflow again.`;
  }
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(type)) {
    return 'The document does not hold the subgraph of this node. Save the whole workflow in ComfyUI again.';
  }
  const from =
    pack === undefined
      ? ''
      : pack === 'comfy-core'
        ? ', which its page counts to ComfyUI itself'
        : ` of the node pack “${pack}”`;
  return `No server of the pool has the node class “${type}”${from}. Install it on a server, then import again: without its definition the values of its fields have no names.`;
}

function describe(
  document: UiDocument,
  shown: ShownFields,
): Pick<ImportedGraph, 'title' | 'description' | 'asked'> {
  const users = [...document.root.nodes.values()].filter(
    ({ type, mode }) => document.subgraphs.has(type) && mode === 0,
  );
  const [only] = users.length === 1 ? users : [];
  const subgraph = only && document.subgraphs.get(only.type);
  const asked = document.app
    ? document.app.fields.map(([node, field]) => ({ node, field, label: labelOf(document, { node, field }) }))
    : users.flatMap((user) => [
        ...user.inputs.map(({ name: field, label }) => ({
          node: user.id,
          field,
          label: label ?? labelOf(document, { node: user.id, field }),
        })),
        // One that stands for an input too fills nothing that the input does not.
        ...user.proxies.flatMap(([inner, field], index) => {
          if (inner === '-1') return [];
          const before = user.proxies.slice(0, index);
          const nth = before.filter(([other, name]) => other === inner && name === field).length;
          return [{ node: user.id, field, inner, nth, label: labelInside(document, user, inner, field) }];
        }),
      ]);
  return {
    title: only?.title ?? subgraph?.name,
    description: subgraph?.description,
    asked:
      asked.length === 0
        ? undefined
        : {
            by: document.app ? 'app' : 'subgraph',
            fields: asked.map((field) => ({ label: field.label, paths: shown.find(field) })),
          },
  };
}

/** What the author calls a field of a node in a subgraph: a plain value says most by its node's title. */
function labelInside(
  { subgraphs }: UiDocument,
  user: UiNode,
  inner: string,
  field: string,
): string | undefined {
  const node = subgraphs.get(user.type)?.nodes.get(inner);
  const own = node?.inputs.find(({ widget }) => widget === field)?.label;
  const isOfValue = field === 'value' || (node !== undefined && hasOwnOptions(node.type));
  return own !== undefined && own !== field ? own : isOfValue ? node?.title : own;
}

/** What the author calls a field of a node in the root. */
function labelOf(document: UiDocument, { node, field }: { node: string; field: string }): string | undefined {
  const found = document.root.nodes.get(node);
  const port = found && document.subgraphs.get(found.type)?.inputs.find(({ name }) => name === field);
  return found?.inputs.find(({ name }) => name === field)?.label ?? port?.label;
}
