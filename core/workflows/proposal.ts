import type { Graph } from '@star-graph/workflows/graph';
import { type ManifestInput, parseManifest, proposeManifest } from '@star-graph/workflows/manifest';
import { parseGraph } from '@star-graph/workflows/manifest/parseGraph';
import type { NodeClassInfo, ObjectInfo } from '@star-graph/workflows/objectInfo';
import type { Inventory, NodeClass, NodeInput } from '../comfy/comfy.ts';
import { refuseManifest, toManifestProblem } from './manifests.ts';

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
  const proposed = { ...proposeManifest(graph, toObjectInfo(inventories)), graph };
  try {
    parseManifest(proposed, { allowedClasses });
  } catch (error) {
    throw toManifestProblem(error);
  }
  return proposed;
}

/** What the pool's inventories keep of `/object_info`, together; of classes that differ, one server's. */
function toObjectInfo(inventories: readonly Inventory[]): ObjectInfo {
  const classes = inventories.flatMap((inventory) => Object.entries(inventory.classes));
  return Object.fromEntries(classes.map(([name, nodeClass]) => [name, toClassInfo(nodeClass)]));
}

function toClassInfo({ inputs, outputs, isOutput }: NodeClass): NodeClassInfo {
  const listed = (isRequired: boolean) =>
    Object.fromEntries(
      Object.entries(inputs)
        .filter(([, input]) => input.isRequired === isRequired)
        .map(([name, input]) => [name, toSpec(input)]),
    );
  return {
    input: { required: listed(true), optional: listed(false) },
    output: outputs,
    output_node: isOutput,
  };
}

const toSpec = ({ type, choices }: NodeInput): unknown =>
  choices === undefined ? [type, {}] : ['COMBO', { options: choices }];
