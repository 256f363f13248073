import { engineFolder, type ModelName } from './modelEntry.ts';
import { stemOf } from './readableName.ts';
import { type ExcludedPlace, shippedEntries } from './shippedEntries.ts';
import { findShippedFile } from './shippedFiles/findShippedFile.ts';

const excluding = shippedEntries.flatMap(({ models, title, excludedPlaces = [] }) =>
  excludedPlaces.length === 0
    ? []
    : [`${engineFolder}/${title}`, ...models].map((key) => [key.toLowerCase(), excludedPlaces] as const),
);
const byKey = new Map<string, readonly ExcludedPlace[]>(excluding);

/** Where the licence of a model allows no use: of an engine, or of a file in any precision that its authors publish. */
export function excludedPlacesOf({ folder, name }: ModelName): readonly ExcludedPlace[] {
  const stem = folder === engineFolder ? name : stemOf(findShippedFile(folder, name)?.file.name ?? name);
  return byKey.get(`${folder}/${stem}`.toLowerCase()) ?? [];
}
