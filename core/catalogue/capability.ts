import type { InventoryParam, ModelRequirement, Workflow } from '@star-graph/workflows';
import type { ModelFolder } from '@star-graph/workflows/models/loaders';
import { findModelFolder, modelFolders } from '@star-graph/workflows/models/loaders';
import type { ModelFamily } from '@star-graph/workflows/models/modelFamilies';
import { familyOf, isOfferable } from '@star-graph/workflows/models/standIns';
import type { Inventory } from '../comfy/comfy.ts';

import type { ModelSettings } from './modelSettings.ts';

/**
 * What a backend can run, with the marks of its model files and the operator's settings for them. Backends that are
 * equal in all of this share one object, so it can be a key.
 */
export interface Capability extends Inventory {
  /** Sets of model files that do not run there. */
  unfit?: readonly (readonly ModelRequirement[])[];
  fileNames?: ModelSettings['fileNames'];
  families?: ModelSettings['families'];
}

/** Whether this file alone does not run there. */
const isUnfit = ({ unfit = [] }: Capability, folder: string | undefined, name: string): boolean =>
  unfit.some(([file, ...others]) => others.length === 0 && file?.folder === folder && file?.name === name);

/** The names that a choice allows; undefined when the class is not installed or the input is no choice. */
export const choicesOf = (
  capability: Capability,
  { classType, input }: Pick<InventoryParam, 'classType' | 'input'>,
): readonly string[] | undefined =>
  Object.hasOwn(capability.classes, classType)
    ? capability.classes[classType]?.inputs[input]?.choices?.filter((choice) => typeof choice === 'string')
    : undefined;

/** By parameter: values that the backends offer and that should suit the workflow. */
export function listOptions(
  capabilities: readonly Capability[],
  { inventoryParams, example }: Pick<Workflow, 'inventoryParams' | 'example'>,
): Record<string, string[]> {
  const distinct = [...new Set(capabilities)];
  return Object.fromEntries(
    Object.entries(inventoryParams).map(([param, place]) => {
      const folder = findModelFolder(place.classType, place.input);
      const options = distinct.flatMap((capability) =>
        (choicesOf(capability, place) ?? []).filter(
          (name) =>
            !isUnfit(capability, folder, name) && isOfferable(place, example[param], name, capability),
        ),
      );
      return [param, [...new Set(options)].sort()];
    }),
  );
}

/** The folder whose files belong to a family; names in other folders do not say what the files were made for. */
const foldersOfFamilies: readonly string[] = ['checkpoints', 'loras'];

export function listModels(capabilities: readonly Capability[]): AvailableModel[] {
  const models: AvailableModel[] = [];
  for (const folder of modelFolders) {
    const backends = new Map<string, number>();
    const families = new Map<string, ModelFamily>();
    for (const capability of capabilities)
      for (const name of capability.models[folder]) {
        if (isUnfit(capability, folder, name)) continue;
        backends.set(name, (backends.get(name) ?? 0) + 1);
        const family = foldersOfFamilies.includes(folder) && familyOf(folder, name, capability);
        if (family && !families.has(name)) families.set(name, family);
      }
    for (const name of [...backends.keys()].sort()) {
      const family = families.get(name);
      models.push({ folder, name, backends: backends.get(name) ?? 0, ...(family && { family }) });
    }
  }
  return models;
}

/** A model file that some usable backend can load, as in `GET /models`. */
export interface AvailableModel {
  folder: ModelFolder;
  name: string;
  /** On how many usable backends. */
  backends: number;
  /** Only of checkpoints and LoRAs, if known. */
  family?: ModelFamily;
}
