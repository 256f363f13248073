import type { InventoryParam, ModelRequirement, Workflow } from '@star-graph/workflows';
import type { ModelFolder } from '@star-graph/workflows/models/loaders';
import { findModelFolder, modelFolders } from '@star-graph/workflows/models/loaders';
import type { ModelFamily } from '@star-graph/workflows/models/modelFamilies';
import { familyOf, isOfferable } from '@star-graph/workflows/models/standIns';
import type { Inventory } from '../../comfy/comfy.ts';
import type { ModelSettings } from './modelSettings.ts';
import type { ModelEntries } from './models/entryIndex.ts';

/**
 * What a backend can run, with the marks of its model files and the operator's settings for them. Backends that are
 * equal in all of this share one object, so it can be a key.
 */
export interface Capability extends Inventory {
  /** Sets of model files that do not run there. */
  unfit?: readonly (readonly ModelRequirement[])[];
  fileNames?: ModelSettings['fileNames'];
  /** As entries of models tell, by `folder/name`. */
  families?: Readonly<Record<string, ModelFamily>>;
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

type Offered = Pick<Workflow, 'inventoryParams' | 'example' | 'models'>;

/** By parameter: values that the backends offer and that should suit the workflow, without hidden models. */
export function listOptions(
  capabilities: readonly Capability[],
  entries: ModelEntries,
  workflow: Offered,
): Record<string, string[]> {
  const distinct = [...new Set(capabilities)];
  return Object.fromEntries(
    Object.entries(workflow.inventoryParams).map(([param, place]) => {
      const folder = findModelFolder(place.classType, place.input);
      const isHidden = (name: string) =>
        folder !== undefined && entries.find({ folder, name }).hidden === true;
      const options = distinct.flatMap((capability) => {
        const fits = createFit(capability, entries, workflow, folder);
        return (choicesOf(capability, place) ?? []).filter(
          (name) =>
            !isUnfit(capability, folder, name) &&
            isOfferable(place, workflow.example[param], name, capability) &&
            fits(name) &&
            !isHidden(name),
        );
      });
      return [param, [...new Set(options)].sort()];
    }),
  );
}

/** Files whose weights draw: a LoRA was made for one of their families. */
const drawingFolders: readonly string[] = ['checkpoints', 'diffusion_models'];

/** A LoRA that is known to be for models of another family than the workflow's changes nothing, or spoils the picture. */
function createFit(
  capability: Capability,
  entries: ModelEntries,
  workflow: Offered,
  folder: ModelFolder | undefined,
): (name: string) => boolean {
  if (folder !== 'loras') return () => true;
  const families = workflow
    .models(workflow.example)
    .filter((model) => drawingFolders.includes(model.folder))
    .flatMap((model) => entries.find(model).family ?? familyOf(model.folder, model.name, capability) ?? []);
  return (name) => {
    const family = families.length === 0 ? undefined : familyOf(folder, name, capability);
    return family === undefined || families.includes(family);
  };
}

/** The folders whose files' names or metadata say their family; in others only an entry says it. */
const foldersOfFamilies: readonly string[] = ['checkpoints', 'diffusion_models', 'loras'];

/** Without hidden ones. */
export function listModels(capabilities: readonly Capability[], entries: ModelEntries): AvailableModel[] {
  return listFiles(capabilities).filter((model) => entries.find(model).hidden !== true);
}

/** Every model file that a backend lists and can load. */
function listFiles(capabilities: readonly Capability[]): AvailableModel[] {
  const models: AvailableModel[] = [];
  for (const folder of modelFolders) {
    const backends = new Map<string, number>();
    const families = new Map<string, ModelFamily>();
    for (const capability of capabilities)
      for (const name of capability.models[folder]) {
        if (isUnfit(capability, folder, name)) continue;
        backends.set(name, (backends.get(name) ?? 0) + 1);
        const told = capability.families?.[`${folder}/${name}`];
        const family = foldersOfFamilies.includes(folder) ? familyOf(folder, name, capability) : told;
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
  /** How many usable backends have it. */
  backends: number;
  /** If known. */
  family?: ModelFamily;
}
