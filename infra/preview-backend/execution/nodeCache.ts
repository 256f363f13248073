import type { DataFolders } from '../files/dataFolders.ts';
import { createCacheKeys } from '../graph/cacheKey.ts';
import { type Graph, linksOf } from '../graph/graph.ts';
import type { NodeDefinition, NodeOrigin, NodeResult } from '../nodes/node.ts';
import { NodeFailure } from '../nodes/node.ts';

export interface CachedResult extends NodeResult {
  origin: NodeOrigin;
}

/**
 * Results of the last prompt only, keyed by what went into them: ComfyUI's classic cache. The cache is always set
 * to one graph, and node ids are those of that graph.
 */
export interface NodeCache {
  /** Turns to a graph and drops all that it does not use. */
  begin(graph: Graph): Promise<void>;
  find(nodeId: string): CachedResult | null;
  store(nodeId: string, result: CachedResult): void;
  /** `POST /free {free_memory}`. */
  clear(): void;
  results(): Iterable<CachedResult>;
}

export function createNodeCache(deps: {
  folders: DataFolders;
  nodes: ReadonlyMap<string, NodeDefinition>;
  /** With `--cache-none` results live for one run only. */
  isDisabled: boolean;
}): NodeCache {
  let results = new Map<string, CachedResult>();
  let keyOf: (nodeId: string) => string = (nodeId) => nodeId;
  return {
    async begin(graph) {
      const marks = await changeMarks(deps, graph);
      keyOf = createCacheKeys(graph, (nodeId) => marks.get(nodeId) ?? null);
      const used = new Map<string, CachedResult>();
      if (!deps.isDisabled) {
        for (const nodeId of Object.keys(graph)) {
          const known = results.get(keyOf(nodeId));
          if (known) used.set(keyOf(nodeId), known);
        }
      }
      results = used;
    },
    find: (nodeId) => results.get(keyOf(nodeId)) ?? null,
    store: (nodeId, result) => {
      results.set(keyOf(nodeId), result);
    },
    clear: () => results.clear(),
    results: () => results.values(),
  };
}

let failedMarks = 0;

/** A node whose mark cannot be made (its file is gone) is never taken from the cache. */
async function changeMarks(
  deps: { folders: DataFolders; nodes: ReadonlyMap<string, NodeDefinition> },
  graph: Graph,
): Promise<Map<string, string>> {
  const marks = new Map<string, string>();
  for (const [nodeId, node] of Object.entries(graph)) {
    const changeMark = deps.nodes.get(node.class_type)?.changeMark;
    if (!changeMark || linksOf(node).some(([source]) => source === nodeId)) continue;
    try {
      marks.set(nodeId, await changeMark(deps.folders, node.inputs));
    } catch (error) {
      if (!(error instanceof NodeFailure) && !isMissingFile(error)) throw error;
      failedMarks += 1;
      marks.set(nodeId, `failed ${failedMarks}`);
    }
  }
  return marks;
}

function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
