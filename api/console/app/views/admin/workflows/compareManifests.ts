export interface Difference {
  /** As a JSON pointer. */
  place: string;
  before: string | undefined;
  after: string | undefined;
}

/** Where two documents differ, value by value; lists count as one value. */
export function compareManifests(before: unknown, after: unknown): Difference[] {
  const [old, young] = [flatten(before), flatten(after)];
  return [...new Set([...old.keys(), ...young.keys()])]
    .filter((place) => old.get(place) !== young.get(place))
    .map((place) => ({ place, before: old.get(place), after: young.get(place) }));
}

function flatten(value: unknown, place = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return into.set(place, JSON.stringify(value));
  for (const [name, one] of Object.entries(value)) flatten(one, `${place}/${name}`, into);
  return into;
}
