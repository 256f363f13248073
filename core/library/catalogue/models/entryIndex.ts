import type { LocalizedText, Workflow, WorkflowParams } from '@star-graph/workflows';
import { baseName } from '@star-graph/workflows/models/baseName';
import {
  type EntryFields,
  engineFolder,
  keyOfModel,
  layFields,
  type ModelName,
  noFields,
} from '@star-graph/workflows/models/modelEntry';
import type { ModelFamily } from '@star-graph/workflows/models/modelFamilies';
import { readableName, stemOf } from '@star-graph/workflows/models/readableName';
import { shippedEntries } from '@star-graph/workflows/models/shippedEntries';
import { findShippedFile } from '@star-graph/workflows/models/shippedFiles/findShippedFile';
import { LRUCache } from 'lru-cache';
import type { EntrySource, ModelEntryRecord } from '../../../ground/db/models/modelEntry.ts';
import type { ModelSettings } from '../modelSettings.ts';
import { type StoredEntry, toStored } from './storedEntries.ts';

/** What is said of models, at one moment. */
export interface ModelEntries {
  /** Changes with any entry. */
  readonly revision: string;
  /**
   * What is in force: administrators' entry before the folder's, then the older settings of families, then what ships.
   * Sub-folders and slashes need not be the entry's: servers differ in both. What is said of a file is said of the same
   * weights in another precision, too: a server may load them in its place.
   */
  find(model: ModelName): EntryFields;
  /** Never without a name. */
  titleOf(model: ModelName): LocalizedText;
  /** The entry of exactly this name. */
  stored(source: EntrySource, model: ModelName): StoredEntry;
  /** Of every model that an operator says something of. */
  list(): readonly string[];
}

/** Names come from requests too. */
const remembered = 10_000;

export function createModelEntries(
  rows: readonly ModelEntryRecord[],
  { fileNames, families }: Pick<ModelSettings, 'fileNames' | 'families'>,
): ModelEntries {
  const present = rows.filter(({ fields }) => fields !== null);
  const layerOf = (source: EntrySource) =>
    createLayer(
      present
        .filter((row) => row.source === source)
        .map((row) => [row.model, toStored(row).fields ?? noFields] as const),
    );
  const settings = Object.entries(families).map(([key, family]) => [key, { ...noFields, family }] as const);
  const layers = [layerOf('edited'), layerOf('folder'), createLayer(settings), findShipped];
  const found = new LRUCache<string, EntryFields>({ max: remembered });
  const byKey = new Map(rows.map((row) => [`${row.source} ${row.model}`, row]));

  const find = (model: ModelName): EntryFields => {
    const key = keyOfModel(model);
    const known = found.get(key);
    if (known) return known;
    const onServers = Object.hasOwn(fileNames, key) ? fileNames[key] : undefined;
    const names = [model.name, ...(onServers === undefined ? [] : [onServers]), ...sameWeights(model)];
    const fields = layFields(
      layers.flatMap((layer) => names.flatMap((name) => layer({ ...model, name }) ?? []).slice(0, 1)),
    );
    found.set(key, fields);
    return fields;
  };
  return {
    revision: JSON.stringify(rows.map(({ source, model, version }) => [source, model, version])),
    find,
    titleOf(model) {
      const { title } = find(model);
      if (title !== null) return title;
      const name = model.folder === engineFolder ? model.name : readableName(model.name);
      return { en: name, 'zh-CN': name };
    },
    stored: (source, model) => toStored(byKey.get(`${source} ${keyOfModel(model)}`)),
    list: () => [...new Set(present.map(({ model }) => model))],
  };
}

type Layer = (model: ModelName) => EntryFields | undefined;

const plainName = (name: string): string => name.replaceAll('\\', '/').toLowerCase();

/**
 * An entry without a sub-folder is of the file of that name in any; one with a sub-folder is of that file, and of the
 * name alone if no other entry has it.
 */
function createLayer(entries: readonly (readonly [key: string, fields: EntryFields])[]): Layer {
  const exact = new Map(entries);
  const plain = new Map(entries.map(([key, fields]) => [plainName(key), fields]));
  const named = Map.groupBy(entries, ([key]) => bareKey(key));
  return (model) => {
    const key = keyOfModel(model);
    const told = exact.get(key) ?? plain.get(plainName(key));
    if (told || model.folder === engineFolder) return told;
    const bare = bareKey(key);
    const ofName = plain.get(bare);
    if (ofName || plainName(key) !== bare) return ofName;
    const others = named.get(bare) ?? [];
    return others.length === 1 ? others[0]?.[1] : undefined;
  };
}

const folderOf = (key: string): string => key.slice(0, key.indexOf('/'));
const bareKey = (key: string): string => `${folderOf(key)}/${plainName(baseName(key))}`;

const shippedKey = ({ folder, name }: ModelName): string =>
  folder === engineFolder ? `${folder}/${name.toLowerCase()}` : `${folder}/${stemOf(name).toLowerCase()}`;

const shipped = new Map(
  shippedEntries.flatMap(({ models, title, family, licence }) =>
    models.map(
      (key) =>
        [
          key.toLowerCase(),
          {
            ...noFields,
            title: { en: title, 'zh-CN': title },
            family,
            licence: licence === 'unknown' ? null : licence,
          },
        ] as const,
    ),
  ),
);

/** What ships about a model. */
export const findShipped: Layer = (model) => shipped.get(shippedKey(model));

/** The names under which authors publish the file, in each precision. */
function sameWeights({ folder, name }: ModelName): string[] {
  const file = findShippedFile(folder, name)?.file;
  return file ? [file.name, ...(file.alternatives ?? []).map((other) => other.name)] : [];
}

/** The percentages that multiply the price of a task: of every model that it loads and that has one. */
export const percentsOf = (
  entries: Pick<ModelEntries, 'find'>,
  workflow: Pick<Workflow, 'engine' | 'models'>,
  params: WorkflowParams,
): number[] =>
  [...(workflow.engine ? [engineModel(workflow.engine)] : []), ...workflow.models(params)].flatMap(
    (model) => entries.find(model).pricePercent ?? [],
  );

export const engineModel = ({ model }: NonNullable<Workflow['engine']>): ModelName => ({
  folder: engineFolder,
  name: model,
});

/** The families that entries tell, of these files, by `folder/name`. */
export function familiesOf(
  entries: ModelEntries,
  models: Readonly<Record<string, readonly string[]>>,
): Record<string, ModelFamily> {
  const told = Object.entries(models).flatMap(([folder, names]) =>
    names.flatMap((name) => {
      const { family } = entries.find({ folder, name });
      return family === null ? [] : [[`${folder}/${name}`, family] as const];
    }),
  );
  return Object.fromEntries(told);
}
