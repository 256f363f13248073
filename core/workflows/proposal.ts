import type { Graph } from '@star-graph/workflows/graph';
import { type ManifestInput, parseManifest, proposeManifest } from '@star-graph/workflows/manifest';
import { parseGraph } from '@star-graph/workflows/manifest/parseGraph';
import type { Inventory } from '../comfy/comfy.ts';
import { refuseManifest, toManifestProblem } from './manifests.ts';
import { toObjectInfo } from './objectInfo.ts';

/**
 * A first version of a manifest for a graph in ComfyUI's API format, with parameters from its texts, seeds, sizes,
 * pictures and loaders. Nothing is stored: names, price and limits are guesses for an operator to edit.
 * @throws Problem `invalid-params` with a pointer below `/graph` for each fault.
 */
export function proposeWorkflow(
  inventories: readonly Inventory[],
  rawGraph: unknown,
  allowedClasses: ReadonlySet<string>,
): ManifestInput & { graph: Graph } {
  const { graph, faults } = parseGraph(rawGraph);
  if (faults.length > 0)
    throw refuseManifest(faults.map((fault) => ({ ...fault, pointer: `/graph${fault.pointer}` })));
  const objectInfos = inventories.map(toObjectInfo);
  // Of classes that differ, one server's.
  const proposed = { ...proposeManifest(graph, Object.assign({}, ...objectInfos)), graph };
  try {
    parseManifest(proposed, { allowedClasses, objectInfos });
  } catch (error) {
    throw toManifestProblem(error);
  }
  return proposed;
}
