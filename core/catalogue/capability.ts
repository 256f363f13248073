import type { InventoryParam, ModelRequirement } from '@star-graph/workflows';
import { findModelFolder, modelFolders } from '@star-graph/workflows/loaders';
import type { Inventory } from '../comfy/comfy.ts';
import type { AvailableModel } from './catalogue.ts';

/** What a backend can run. Backends with equal inventories and marks share one object, so it can be a key. */
export interface Capability extends Inventory {
  /** Sets of model files that were found not to run there. */
  unfit?: readonly (readonly ModelRequirement[])[];
}

/** Whether this file by itself was found not to run there. */
const isUnfit = ({ unfit = [] }: Capability, folder: string | undefined, name: string): boolean =>
  unfit.some(([file, ...others]) => others.length === 0 && file?.folder === folder && file?.name === name);

/** The values a choice allows; undefined when the class is not installed or the input is no choice. */
export const choicesOf = (
  capability: Capability,
  { classType, input }: Pick<InventoryParam, 'classType' | 'input'>,
): readonly string[] | undefined =>
  Object.hasOwn(capability.classes, classType)
    ? capability.classes[classType]?.inputs[input]?.choices
    : undefined;

export function listOptions(
  capabilities: readonly Capability[],
  params: Readonly<Record<string, InventoryParam>>,
): Record<string, string[]> {
  const distinct = [...new Set(capabilities)];
  return Object.fromEntries(
    Object.entries(params).map(([name, param]) => {
      const folder = findModelFolder(param.classType, param.input);
      const options = new Set(
        distinct.flatMap((capability) =>
          (choicesOf(capability, param) ?? []).filter((option) => !isUnfit(capability, folder, option)),
        ),
      );
      return [name, [...options].sort()];
    }),
  );
}

export function listModels(capabilities: readonly Capability[]): AvailableModel[] {
  const models: AvailableModel[] = [];
  for (const folder of modelFolders) {
    const backends = new Map<string, number>();
    for (const capability of capabilities)
      for (const name of capability.models[folder])
        if (!isUnfit(capability, folder, name)) backends.set(name, (backends.get(name) ?? 0) + 1);
    for (const name of [...backends.keys()].sort())
      models.push({ folder, name, backends: backends.get(name) ?? 0 });
  }
  return models;
}
