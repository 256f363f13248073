import type { Graph } from '../graph/graph.ts';
import { findOutputs } from '../graph/graphEditor.ts';
import type { PointedFault } from '../shared/pointer.ts';
import { type FindDefinition, fillInputs } from './definitions.ts';

/** What a node that only shows a picture becomes. */
const previewClasses = new Set(['PreviewImage', 'SaveImageWebsocket']);

/**
 * Decides which nodes give the result: those that the author named, else those that save. Where none saves, what was
 * only shown is saved.
 */
export function keepSavers(
  graph: Graph,
  findDefinition: FindDefinition,
  named: readonly string[] = [],
): { notes: string[]; faults: PointedFault[] } {
  const notes: string[] = [];
  const isNamed = (id: string) => named.some((name) => id === name || id.startsWith(`${name}:`));
  const isShown = (id: string) => previewClasses.has(graph[id]?.class_type ?? '');
  const chosen = Object.keys(graph).filter(
    (id) => isNamed(id) && (isShown(id) || findOutputs(graph).includes(id)),
  );
  const savers = chosen.length > 0 ? chosen : findOutputs(graph);
  const kept = savers.length > 0 ? savers : Object.keys(graph).filter(isShown);
  for (const id of findOutputs(graph)) if (!kept.includes(id)) delete graph[id];
  for (const id of kept.filter(isShown)) {
    const node = graph[id];
    const images = node?.inputs.images;
    if (!node || images === undefined) continue;
    graph[id] = createSaver('SaveImage', { images }, findDefinition, node._meta?.title);
    notes.push(`Node ${id} only showed its picture (${node.class_type}). It is saved now, by SaveImage.`);
  }
  if (findOutputs(graph).length > 0) return { notes, faults: [] };
  const message =
    'No node saves a result. Put “Save Image” or “Save Video” behind the last node in ComfyUI and save the workflow again.';
  return { notes, faults: [{ pointer: '', message }] };
}

export function createSaver(
  classType: 'SaveImage' | 'SaveVideo',
  inputs: Record<string, unknown>,
  findDefinition: FindDefinition,
  title: string | undefined,
): Graph[string] {
  const wanted = { ...inputs, filename_prefix: 'ComfyUI' };
  const definition = findDefinition(classType);
  return {
    class_type: classType,
    inputs: definition ? fillInputs(definition, wanted) : wanted,
    ...(title !== undefined && { _meta: { title } }),
  };
}
