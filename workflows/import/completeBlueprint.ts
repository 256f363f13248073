import type { Graph } from '../graph/graph.ts';
import { findOutputs } from '../graph/graphEditor.ts';
import type { PointedFault } from '../shared/pointer.ts';
import { type FindDefinition, fillInputs } from './definitions.ts';
import type { ShownFields } from './importedGraph.ts';
import type { Field, LinkResolver, Scope } from './resolveLinks.ts';
import { createSaver, findKind } from './savers.ts';
import type { UiDocument, UiNode } from './uiDocument.ts';

/** An input that gets nothing because nothing is connected to the subgraph around it. */
export interface OpenInput {
  node: string;
  input: string;
  type: string;
  port: Field;
}

interface Blueprint {
  document: UiDocument;
  root: Scope;
  resolver: LinkResolver;
  graph: Graph;
  open: readonly OpenInput[];
  shown: ShownFields;
  findDefinition: FindDefinition;
}

interface Completed {
  notes: string[];
  faults: PointedFault[];
}

const loaders: Readonly<Record<string, { classType: string; input: string }>> = {
  IMAGE: { classType: 'LoadImage', input: 'image' },
  MASK: { classType: 'LoadImageMask', input: 'image' },
  VIDEO: { classType: 'LoadVideo', input: 'file' },
};

/**
 * Official templates and blueprints are subgraphs with nothing around them: pictures come in and go out through the
 * subgraph's own inputs and outputs. Such a document gets loaders and savers there; any other stays as it is.
 */
export function completeBlueprint(blueprint: Blueprint): Completed {
  const completed: Completed = { notes: [], faults: [] };
  const { graph, document, root } = blueprint;
  const users = [...document.root.nodes.values()].filter(
    (node) => node.mode === 0 && document.subgraphs.has(node.type),
  );
  const shows = Object.values(graph).some(({ class_type: name }) => name === 'PreviewImage');
  if (users.length === 0 || shows || findOutputs(graph).length > 0) return completed;
  const numbers = [...root.graph.nodes.keys()].map(Number).filter(Number.isSafeInteger);
  let lastId = Math.max(0, ...numbers);
  const add = (node: Graph[string]): string => {
    lastId += 1;
    graph[String(lastId)] = node;
    return String(lastId);
  };
  for (const user of users) addSavers(blueprint, user, add, completed);
  addLoaders(blueprint, add, completed);
  return completed;
}

function addSavers(
  { document, root, resolver, findDefinition }: Blueprint,
  user: UiNode,
  add: (node: Graph[string]) => string,
  { notes }: Completed,
): void {
  for (const [slot, { type: told, label, name }] of (
    document.subgraphs.get(user.type)?.outputs ?? []
  ).entries()) {
    const source = resolver.resolveOutput(root, user, slot, told);
    if (source.kind !== 'node') continue;
    const link = [source.id, source.slot];
    const title = label ?? name;
    if (told === 'MASK') {
      const picture = add({ class_type: 'MaskToImage', inputs: { mask: link }, _meta: { title } });
      add(createSaver('picture', [picture, 0], findDefinition, title));
      continue;
    }
    const kind = findKind(told);
    if (kind) add(createSaver(kind, link, findDefinition, title));
    else
      notes.push(
        `The subgraph's output “${title}” (${told}) is not saved: no result is made of such values.`,
      );
  }
}

function addLoaders(
  { document, graph, open, findDefinition, root, shown }: Blueprint,
  add: (node: Graph[string]) => string,
  { notes, faults }: Completed,
): void {
  const isNeeded = ({ node, input }: OpenInput) =>
    findDefinition(graph[node]?.class_type ?? '')?.inputs[input]?.isRequired === true;
  // Where only optional inputs are open, the first is what the subgraph is about.
  const first = open.find(({ type }) => /IMAGE|VIDEO|\*/.test(type));
  const loaded = new Map<string, string>();
  const isWanted = (place: OpenInput) => isNeeded(place) || (place === first && !open.some(isNeeded));
  const wanted = new Set(open.filter(isWanted).map(({ port }) => JSON.stringify(port)));
  for (const place of open) {
    const key = JSON.stringify(place.port);
    const user = root.graph.nodes.get(place.port.node);
    const label = labelOf(document, user, place.port.field);
    const loader = loaderFor(place, label);
    if (!wanted.has(key)) {
      notes.push(
        `“${label}” may be left open and is not asked for. Connect a loader to it in ComfyUI if people are to give it.`,
      );
      continue;
    }
    const definition = loader && findDefinition(loader.classType);
    if (!loader || !definition) {
      const message = `Nothing is connected to the subgraph's input “${label}” (${place.type}), which it needs. Connect it in ComfyUI and save the workflow again.`;
      faults.push({ pointer: user?.pointer ?? '', message });
      continue;
    }
    const id =
      loaded.get(key) ??
      add({
        class_type: loader.classType,
        // A name of its own for each: equal files would be one picture.
        inputs: fillInputs(definition, { [loader.input]: `${loaded.size + 1}.png` }),
        _meta: { title: label },
      });
    loaded.set(key, id);
    shown.add([place.port], id, loader.input);
    const target = graph[place.node];
    if (target) target.inputs[place.input] = [id, 0];
  }
}

/** Where an input takes one of several types, or any, a picture is what people have. */
function loaderFor({ type, input }: OpenInput, label: string): (typeof loaders)[string] | undefined {
  const types = type.split(',');
  if (types.includes('*')) return /video|film/i.test(`${label} ${input}`) ? loaders.VIDEO : loaders.IMAGE;
  const loaded = types.find((one) => Object.hasOwn(loaders, one));
  return loaded === undefined ? undefined : loaders[loaded];
}

function labelOf(document: UiDocument, user: UiNode | undefined, name: string): string {
  const port = user && document.subgraphs.get(user.type)?.inputs.find((input) => input.name === name);
  return user?.inputs.find((input) => input.name === name)?.label ?? port?.label ?? name;
}
