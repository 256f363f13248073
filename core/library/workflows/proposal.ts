import { readCoreDefinitions } from '@star-graph/workflows/graph/coreDefinitions';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { guardedClasses } from '@star-graph/workflows/graph/trustedClasses';
import { definitionsOf } from '@star-graph/workflows/import/definitions';
import { importDocument } from '@star-graph/workflows/import/importDocument';
import type { ImportedGraph, LeftOut } from '@star-graph/workflows/import/importedGraph';
import { proposeManifest } from '@star-graph/workflows/import/proposal/proposeManifest';
import { type ManifestInput, parseManifest } from '@star-graph/workflows/manifest';
import { findModels } from '@star-graph/workflows/models/loaders';
import { findFile } from '@star-graph/workflows/models/modelFiles';
import type { Inventory } from '../../comfy/comfy.ts';
import { Problem } from '../../ground/errors.ts';
import { refuseManifest, toManifestProblem } from './manifests.ts';
import { toObjectInfo } from './objectInfo.ts';

export interface Proposal {
  manifest: ManifestInput & { graph: Graph };
  /** The nodes that the manifest's graph leaves out: no result is made of them, or they are switched off. */
  leftOut: LeftOut[];
  /** The model files that the graph loads. */
  files: ProposedFile[];
  /** What an administrator should look at. */
  notes: string[];
}

interface ProposedFile {
  folder: string;
  name: string;
  /** The name under which a server has it, which may be that of another precision; null: none has it. */
  found: string | null;
}

interface ProposalRules {
  /** Whether a workflow of that name exists. */
  isTaken(name: string): boolean;
  /** Where the request has the document: pointers of its faults begin there. */
  place: '/graph' | '/file';
}

/**
 * A first version of a manifest for a workflow as ComfyUI exports or saves it, with parameters from its texts, seeds,
 * sizes, pictures and loaders. Nothing is stored: names, price and limits are guesses for an operator to edit.
 * @throws Problem `invalid-params` with a pointer below `place` for each fault.
 */
export function proposeWorkflow(
  inventories: readonly Inventory[],
  exported: unknown,
  { isTaken, place }: ProposalRules,
): Proposal {
  const objectInfos = inventories.map(toObjectInfo);
  const define = definitionsOf([...objectInfos, readCoreDefinitions()]);
  const { imported, faults } = importDocument(exported, define);
  if (!imported)
    throw refuseManifest(faults.map(({ pointer, message }) => ({ pointer: place + pointer, message })));
  const { manifest, notes } = proposeManifest(imported, define, isTaken);
  try {
    parseManifest(manifest, { objectInfos });
  } catch (error) {
    throw pointInto(imported, place, toManifestProblem(error));
  }
  return {
    manifest,
    leftOut: imported.leftOut,
    files: listFiles(manifest.graph, inventories),
    notes: [
      ...imported.notes,
      ...notes,
      ...noteClasses(manifest.graph, inventories),
      'Price, time and limits are guesses: compare them with a workflow that you know.',
    ],
  };
}

/**
 * An administrator may offer any class, and is told of those that do more than compute: what a graph's nodes do, they do
 * on the servers, whoever wrote it.
 */
function noteClasses(graph: Graph, inventories: readonly Inventory[]): string[] {
  const names = [...new Set(Object.values(graph).map(({ class_type: name }) => name))];
  const core = readCoreDefinitions();
  const offered = (name: string) =>
    inventories.flatMap(({ classes }) => (Object.hasOwn(classes, name) ? (classes[name] ?? []) : []));
  const isOwn = (name: string) => Object.hasOwn(core, name) || offered(name).some(({ isCore }) => isCore);
  const foreign = names.filter((name) => !isOwn(name));
  const lacking = names.filter((name) => offered(name).length === 0);
  return [
    ...names.flatMap((name) => {
      const does = guardedClasses.get(name);
      return does === undefined
        ? []
        : [`The node class ${name} ${does}. Offer the workflow only if you trust its author.`];
    }),
    ...(foreign.length > 0
      ? [
          `Not ComfyUI's own: ${foreign.join(', ')}. The code of a node pack may do anything on a server. Offer the workflow only if you trust the pack.`,
        ]
      : []),
    ...(lacking.length > 0
      ? [`No server of the pool has ${lacking.join(', ')}. The workflow waits until one has.`]
      : []),
  ];
}

function listFiles(graph: Graph, inventories: readonly Inventory[]): ProposedFile[] {
  return findModels(graph).map(({ folder, name }) => {
    const names = inventories.flatMap(({ models }) => {
      const offered = Object.entries(models).find(([own]) => own === folder)?.[1] ?? [];
      return findFile(offered, folder, name, undefined) ?? [];
    });
    return { folder, name, found: names.includes(name) ? name : (names[0] ?? null) };
  });
}

/** A fault of the graph gets the pointer that it had in the request. */
function pointInto({ placeOf }: ImportedGraph, place: string, error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  return refuseManifest(
    error.errors.map(({ pointer, message }) => ({
      pointer: pointer.startsWith('/graph/') ? place + placeOf(pointer.slice('/graph'.length)) : pointer,
      message,
    })),
    error.cause,
  );
}
