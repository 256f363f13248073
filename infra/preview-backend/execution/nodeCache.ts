import { createHash } from 'node:crypto';
import type { DataFolders } from '../files/dataFolders.ts';
import { type Graph, linksOf, parseLink } from '../graph/graph.ts';
import { stringifyJson } from '../json.ts';
import { type NodeDefinition, NodeFailure, type NodeOrigin, type NodeResult } from '../nodes/node.ts';

interface CachedResult extends NodeResult {
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

/**
 * The identity of a node's result: its class, its literal inputs, what `IS_CHANGED` says, and the same of
 * everything above it. Node ids do not enter, so a graph with renumbered nodes hits the same results.
 */
function createCacheKeys(
  graph: Graph,
  changeMarkOf: (nodeId: string) => string | null,
): (nodeId: string) => string {
  const keys = new Map<string, string>();
  const keyOf = (nodeId: string): string => {
    const known = keys.get(nodeId);
    if (known !== undefined) return known;
    const node = graph[nodeId];
    if (!node) return `missing ${nodeId}`;
    // A cycle in a branch that was left out must not recurse for ever; it never runs, so any mark will do.
    keys.set(nodeId, `cycle ${nodeId}`);
    const inputs = Object.keys(node.inputs)
      .sort()
      .map((name) => {
        const value = node.inputs[name];
        const link = parseLink(value);
        return [name, link ? { link: keyOf(link[0]), output: link[1] } : value];
      });
    const identity = stringifyJson([node.class_type, changeMarkOf(nodeId), inputs]);
    const key = createHash('sha1').update(identity).digest('base64');
    keys.set(nodeId, key);
    return key;
  };
  return keyOf;
}
