import type { Workflow } from '@star-graph/workflows';
import { baseName } from '@star-graph/workflows/models/baseName';
import { findModelFolder, modelFolders } from '@star-graph/workflows/models/loaders';
import {
  type EntryFields,
  engineFolder,
  keyOfModel,
  type ModelName,
  parseModelKey,
} from '@star-graph/workflows/models/modelEntry';
import { type ModelFamily, traitsOf } from '@star-graph/workflows/models/modelFamilies';
import { listOptions } from '../capability.ts';
import { type BackendView, modelBytesOf, type PoolView, usable } from '../poolView.ts';
import type { ModelEntries } from './entryIndex.ts';
import type { StoredEntry } from './storedEntries.ts';

/** Who told the family: an entry (an operator's, or what ships), the file's metadata, or its name alone. */
type FamilySource = 'entry' | 'metadata' | 'name';

/** A model as an administrator sees it. */
export interface DescribedModel extends ModelName {
  /** What is in force. */
  fields: EntryFields;
  edited: StoredEntry;
  fromFolder: StoredEntry;
  family: { name: ModelFamily; source: FamilySource } | null;
  bytes: number | null;
  /** Names of the backends that have it, up or not. */
  backends: readonly string[];
  /** Names of the workflows on offer that load it by themselves or let people choose it. */
  workflows: readonly string[];
}

/** Files of the pool by folder and name, then engines, then models that only an entry names. */
export function describeModels(view: PoolView, offered: readonly Workflow[]): DescribedModel[] {
  const { entries } = view;
  const holders = findHolders(view.backends);
  const engines = [...new Set(offered.flatMap(({ engine }) => engine?.model ?? []))].sort();
  const keys = new Set([
    ...holders.keys(),
    ...engines.map((name) => keyOfModel({ folder: engineFolder, name })),
    ...entries.list(),
  ]);
  const users = findUsers(view, offered);
  const bytes = modelBytesOf(view);
  return [...keys].flatMap((key) => {
    const model = parseModelKey(key);
    if (!model) return [];
    const having = holders.get(key) ?? [];
    return {
      ...model,
      fields: entries.find(model),
      edited: entries.stored('edited', model),
      fromFolder: entries.stored('folder', model),
      family: tellFamily(entries, model, having),
      bytes: bytes.get(key) ?? null,
      backends: having.map(({ name }) => name),
      workflows: [...(users.get(plainKey(model)) ?? [])].sort(),
    };
  });
}

/** The backends that hold a model, by its key, in the order of the folders. */
function findHolders(backends: readonly BackendView[]): Map<string, BackendView[]> {
  const holders = new Map<string, BackendView[]>();
  for (const folder of modelFolders) {
    const found = new Map<string, BackendView[]>();
    for (const backend of backends)
      for (const name of backend.capability?.models[folder] ?? [])
        found.set(name, [...(found.get(name) ?? []), backend]);
    for (const name of [...found.keys()].sort()) holders.set(`${folder}/${name}`, found.get(name) ?? []);
  }
  return holders;
}

/** The key under which `findFile` would find the model too. */
const plainKey = ({ folder, name }: ModelName): string =>
  folder === engineFolder ? `${folder}/${name}` : `${folder}/${baseName(name).toLowerCase()}`;

function findUsers(view: PoolView, offered: readonly Workflow[]): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  const note = (model: ModelName, workflow: string) => {
    const key = plainKey(model);
    users.set(key, (users.get(key) ?? new Set()).add(workflow));
  };
  for (const workflow of offered) {
    if (workflow.engine) note({ folder: engineFolder, name: workflow.engine.model }, workflow.name);
    for (const model of workflow.models(workflow.example)) note(model, workflow.name);
    for (const [param, names] of Object.entries(listOptions(usable(view), view.entries, workflow))) {
      const place = workflow.inventoryParams[param];
      const folder = place && findModelFolder(place.classType, place.input);
      if (folder) for (const name of names) note({ folder, name }, workflow.name);
    }
  }
  return users;
}

function tellFamily(
  entries: ModelEntries,
  model: ModelName,
  having: readonly BackendView[],
): DescribedModel['family'] {
  const told = entries.find(model).family;
  if (told !== null) return { name: told, source: 'entry' };
  if (model.folder === engineFolder) return null;
  const architecture = having
    .map(({ capability }) => capability?.architectures?.[keyOfModel(model)])
    .find((text) => text !== undefined);
  const { family } = traitsOf(model.name, { architecture });
  return family ? { name: family, source: architecture === undefined ? 'name' : 'metadata' } : null;
}
