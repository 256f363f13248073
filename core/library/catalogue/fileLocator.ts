import type { Graph } from '@star-graph/workflows/graph/graph';
import type { ModelFolder } from '@star-graph/workflows/models/loaders';
import { findFile, locateFiles } from '@star-graph/workflows/models/modelFiles';
import type { FreshView } from '../../ground/runtime/freshView.ts';
import type { Capability } from './capability.ts';
import { splitModel } from './modelBytes.ts';
import type { PoolView } from './poolView.ts';

/** The names under which a backend has the files of workflows. An unknown backend has them under the same names. */
export interface FileLocator {
  locateFiles(backendId: string, graph: Graph): Promise<Graph>;
  /** Where the backend keeps models that are given as `folder/name`. */
  locateModels(backendId: string, models: readonly string[]): Promise<string[]>;
}

export function createFileLocator(pool: Pick<FreshView<PoolView>, 'read'>): FileLocator {
  const capabilityOf = async (backendId: string) =>
    (await pool.read()).backends.find(({ id }) => id === backendId)?.capability;
  return {
    async locateFiles(backendId, graph) {
      const capability = await capabilityOf(backendId);
      return capability ? locateFiles(graph, capability) : graph;
    },
    async locateModels(backendId, models) {
      const capability = await capabilityOf(backendId);
      return models.map((model) => (capability ? locateModel(capability, model) : model));
    },
  };
}

/** A missing file keeps its name. */
export function locateModel({ models, fileNames }: Capability, model: string): string {
  const [folder, name] = splitModel(model);
  const offered = Object.hasOwn(models, folder) ? models[folder as ModelFolder] : [];
  const found = findFile(offered, folder, name, fileNames);
  return found === undefined ? model : `${folder}/${found}`;
}
