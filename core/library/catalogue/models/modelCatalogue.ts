import type { Workflow } from '@star-graph/workflows';
import type { FreshView } from '../../../ground/runtime/freshView.ts';
import { type AvailableModel, listModels, listOptions } from '../capability.ts';
import type { ModelBytes } from '../modelBytes.ts';
import { modelBytesOf, type PoolView, usable } from '../poolView.ts';
import { type DescribedModel, describeModels } from './describeModels.ts';
import type { ModelEntries } from './entryIndex.ts';
import { resolveNames } from './resolveNames.ts';

/** The models of the pool, and what operators say of them. */
export interface ModelCatalogue {
  /** By parameter of `inventoryParams`: the values that at least one usable backend accepts, sorted. */
  listOptions(workflow: Workflow): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Every model file of the pool that is not hidden, by folder and then by name. */
  listModels(): Promise<readonly AvailableModel[]>;
  /** What operators say of models. */
  readEntries(): Promise<ModelEntries>;
  /** The files of the pool, the engines, and other models with an entry, as administrators see them. */
  describeModels(): Promise<readonly DescribedModel[]>;
  /**
   * The values with the file in place of each readable name of a model.
   * @throws Problem `invalid-params` for a name that several files have.
   */
  resolveNames(workflow: Workflow, raw: unknown): Promise<unknown>;
  /** Sizes of model files by `folder/name`, as far as a backend tells them or they are published. */
  modelBytes(): Promise<ModelBytes>;
}

export const createModelCatalogue = (
  pool: Pick<FreshView<PoolView>, 'read'>,
  listOffered: () => Promise<readonly Workflow[]>,
): ModelCatalogue => ({
  async listOptions(workflow) {
    const view = await pool.read();
    return listOptions(usable(view), view.entries, workflow);
  },
  async listModels() {
    const view = await pool.read();
    return listModels(usable(view), view.entries);
  },
  async readEntries() {
    return (await pool.read()).entries;
  },
  async describeModels() {
    return describeModels(await pool.read(), await listOffered());
  },
  async resolveNames(workflow, raw) {
    return resolveNames(await pool.read(), workflow, raw);
  },
  async modelBytes() {
    return modelBytesOf(await pool.read());
  },
});
