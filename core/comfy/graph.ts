import { createHash } from 'node:crypto';
import type { Graph } from '@star-graph/workflows/graph';
import { findModelFolder, type ModelFolder, modelFolders } from '@star-graph/workflows/loaders';

export interface LoadedModel {
  folder: ModelFolder;
  name: string;
}

/** The model files a graph loads, each once, in the order of `modelFolders` and then by name. */
export function loadedModels(graph: Graph): LoadedModel[] {
  const models = new Map<string, LoadedModel>();
  for (const node of Object.values(graph)) {
    for (const [input, name] of Object.entries(node.inputs)) {
      const folder = findModelFolder(node.class_type, input);
      // A link instead of a value means that the file is only known when the graph runs.
      if (folder !== undefined && typeof name === 'string') models.set(`${folder}/${name}`, { folder, name });
    }
  }
  const rank = (model: LoadedModel) => modelFolders.indexOf(model.folder);
  return [...models.values()].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** Fits a database index: longer keys keep a readable beginning and end in a hash. */
const maxResidencyLength = 191;

/**
 * The residency key of a graph: equal for two graphs that leave the same models loaded, empty for a graph that
 * loads none. At most 191 characters.
 */
export function residencyOf(graph: Graph): string {
  const key = loadedModels(graph)
    .map(({ folder, name }) => `${folder}/${name}`)
    .join('|');
  if (key.length <= maxResidencyLength) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${key.slice(0, maxResidencyLength - hash.length - 1)}#${hash}`;
}
