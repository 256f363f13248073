import type { Graph } from '@star-graph/workflows/graph/graph';
import { definitionsOf } from '@star-graph/workflows/import/definitions';
import { importDocument } from '@star-graph/workflows/import/importDocument';
import type { ImportedGraph, LeftOut } from '@star-graph/workflows/import/importedGraph';
import { type ManifestInput, parseManifest, proposeManifest } from '@star-graph/workflows/manifest';
import type { Inventory } from '../comfy/comfy.ts';
import { Problem } from '../errors.ts';
import { refuseManifest, toManifestProblem } from './manifests.ts';
import { toObjectInfo } from './objectInfo.ts';

export interface Proposal {
  manifest: ManifestInput & { graph: Graph };
  /** The nodes that the manifest's graph leaves out: no result is made of them, or they are switched off. */
  leftOut: LeftOut[];
  /** What an administrator should look at. */
  notes: string[];
}

/**
 * A first version of a manifest for a workflow as ComfyUI exports or saves it, with parameters from its texts, seeds,
 * sizes, pictures and loaders. Nothing is stored: names, price and limits are guesses for an operator to edit.
 * @throws Problem `invalid-params` with a pointer below `/graph` for each fault.
 */
export function proposeWorkflow(
  inventories: readonly Inventory[],
  exported: unknown,
  allowedClasses: ReadonlySet<string>,
): Proposal {
  const objectInfos = inventories.map(toObjectInfo);
  const { imported, faults } = importDocument(exported, definitionsOf(objectInfos));
  if (!imported)
    throw refuseManifest(faults.map(({ pointer, message }) => ({ pointer: `/graph${pointer}`, message })));
  const { graph, leftOut, notes } = imported;
  // For classes that differ between servers, one server's form.
  const manifest = { ...proposeManifest(graph, Object.assign({}, ...objectInfos)), graph };
  try {
    parseManifest(manifest, { allowedClasses, objectInfos });
  } catch (error) {
    throw pointInto(imported, toManifestProblem(error));
  }
  return { manifest, leftOut, notes };
}

/** A fault of the graph gets the pointer that it had in the request. */
function pointInto({ placeOf }: ImportedGraph, error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  return refuseManifest(
    error.errors.map(({ pointer, message }) => ({
      pointer: pointer.startsWith('/graph/') ? `/graph${placeOf(pointer.slice('/graph'.length))}` : pointer,
      message,
    })),
    error.cause,
  );
}
