import { baseName } from '@star-graph/workflows/models/baseName';
import { findFile } from '@star-graph/workflows/models/modelFiles';
import { findShippedFile } from '@star-graph/workflows/models/shippedFiles/findShippedFile';
import { shippedFiles } from '@star-graph/workflows/models/shippedFiles/shippedFiles';
import type { Capability } from './capability.ts';

/** Sizes of model files by `folder/name`, as workflows name them. */
export interface ModelBytes {
  get(model: string): number | undefined;
  /** Those of a backend that uses files of another precision; undefined for one with the usual files. */
  on?(backendId: string): ModelBytes | undefined;
}

/** `vae/sub/a.pt` is the file `sub/a.pt` of the folder `vae`. */
export function splitModel(model: string): [folder: string, name: string] {
  const at = model.indexOf('/');
  return [model.slice(0, at), model.slice(at + 1)];
}

/**
 * As far as backends tell them, else as they are published; the largest of files with one name. Names are matched as
 * `findFile` matches them.
 */
export function indexModelBytes(
  backends: Iterable<{ id: string; capability: Capability | undefined }>,
): ModelBytes {
  const known = [...backends].flatMap(({ id, capability }) => (capability ? [{ id, capability }] : []));
  const sizes = new Map<string, number>();
  const note = (model: string, size: number) => sizes.set(model, Math.max(size, sizes.get(model) ?? 0));
  for (const { bytes = {}, fileNames = {} } of new Set(known.map(({ capability }) => capability))) {
    for (const [model, size] of Object.entries(bytes)) note(looseName(model), size);
    for (const [model, name] of Object.entries(fileNames)) {
      const size = bytes[`${splitModel(model)[0]}/${name}`];
      if (size !== undefined) note(looseName(model), size);
    }
  }
  const get = (model: string) => sizes.get(looseName(model)) ?? publishedBytes(model);
  const ofKinds = new Map<Capability, ModelBytes | undefined>();
  for (const { capability } of known) {
    const own = replacedBytes(capability);
    const ownBytes = (model: string) => (own.has(looseName(model)) ? own.get(looseName(model)) : get(model));
    ofKinds.set(capability, own.size === 0 ? undefined : { get: ownBytes });
  }
  const ofBackends = new Map(known.map(({ id, capability }) => [id, ofKinds.get(capability)]));
  return { get, on: (backendId) => ofBackends.get(backendId) };
}

const looseName = (model: string): string => {
  const [folder, name] = splitModel(model);
  return `${folder}/${baseName(name).toLowerCase()}`;
};

const publishedBytes = (model: string): number | undefined => findShippedFile(...splitModel(model))?.bytes;

const replaced = new WeakMap<Capability, ReadonlyMap<string, number | undefined>>();

/** Of the files that stand in for usual ones, by the usual name. */
function replacedBytes(capability: Capability): ReadonlyMap<string, number | undefined> {
  const known = replaced.get(capability);
  if (known) return known;
  const { models, fileNames, bytes = {} } = capability;
  const found = shippedFiles.flatMap(({ folder, name }) => {
    const used = findFile(models[folder] ?? [], folder, name, fileNames);
    if (used === undefined || baseName(used).toLowerCase() === name.toLowerCase()) return [];
    const model = `${folder}/${used}`;
    return [[looseName(`${folder}/${name}`), bytes[model] ?? publishedBytes(model)] as const];
  });
  const sizes = new Map(found);
  replaced.set(capability, sizes);
  return sizes;
}
