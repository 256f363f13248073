import type { Graph } from '@star-graph/workflows/graph/graph';
import { findNeeded, findOutputs } from '@star-graph/workflows/graph/graphEditor';
import { type ManifestInput, parseManifest, proposeManifest } from '@star-graph/workflows/manifest';
import { parseGraph, unwrapExport } from '@star-graph/workflows/manifest/parseGraph';
import type { Inventory } from '../comfy/comfy.ts';
import { Problem } from '../errors.ts';
import { refuseManifest, toManifestProblem } from './manifests.ts';
import { toObjectInfo } from './objectInfo.ts';

export interface Proposal {
  manifest: ManifestInput & { graph: Graph };
  /** The nodes that the manifest's graph leaves out: no result is made of them. */
  leftOut: { node: string; classType: string }[];
}

/**
 * A first version of a manifest for a graph in ComfyUI's API format, with parameters from its texts, seeds, sizes,
 * pictures and loaders. Nothing is stored: names, price and limits are guesses for an operator to edit.
 * @throws Problem `invalid-params` with a pointer below `/graph` for each fault.
 */
export function proposeWorkflow(
  inventories: readonly Inventory[],
  exported: unknown,
  allowedClasses: ReadonlySet<string>,
): Proposal {
  const { graph: rawGraph, pointer } = unwrapExport(exported);
  const { graph: whole, faults } = parseGraph(rawGraph);
  if (faults.length > 0)
    throw refuseManifest(faults.map((fault) => ({ ...fault, pointer: `/graph${pointer}${fault.pointer}` })));
  const { graph, leftOut } = dropDeadEnds(whole);
  const objectInfos = inventories.map(toObjectInfo);
  // For classes that differ between servers, one server's form.
  const manifest = { ...proposeManifest(graph, Object.assign({}, ...objectInfos)), graph };
  try {
    parseManifest(manifest, { allowedClasses, objectInfos });
  } catch (error) {
    throw pointInto(pointer, toManifestProblem(error));
  }
  return { manifest, leftOut };
}

/** ComfyUI's page is full of previews and notes; only savers show what leads to a result. */
function dropDeadEnds(graph: Graph): Pick<Proposal, 'leftOut'> & { graph: Graph } {
  const outputs = findOutputs(graph);
  const needed = outputs.length > 0 ? findNeeded(graph, outputs) : new Set(Object.keys(graph));
  const nodes = Object.entries(graph);
  return {
    graph: Object.fromEntries(nodes.filter(([id]) => needed.has(id))),
    leftOut: nodes.flatMap(([node, { class_type: classType }]) =>
      needed.has(node) ? [] : [{ node, classType }],
    ),
  };
}

/** A fault of the graph gets the pointer that it had in the request. */
function pointInto(place: string, error: unknown): unknown {
  if (!(error instanceof Problem) || place === '') return error;
  return refuseManifest(
    error.errors.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/graph/, `/graph${place}`) })),
    error.cause,
  );
}
