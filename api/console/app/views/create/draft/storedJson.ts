/**
 * Values that this browser keeps, as JSON. What cannot be read is as if it were not there; what cannot be written, in a
 * full or forbidden storage, stays in memory alone.
 */
export function readStored<T>(
  storage: Storage,
  key: string,
  isValid: (value: unknown) => value is T,
): T | undefined {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    return isValid(value) ? value : undefined;
  } catch {
    // Somebody else wrote there.
    return undefined;
  }
}

/** @returns whether it is kept. */
export function writeStored(storage: Storage, key: string, value: unknown): boolean {
  try {
    storage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    // The storage is full, or the browser forbids it.
    return false;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList =
  <T>(isItem: (item: unknown) => item is T) =>
  (value: unknown): value is T[] =>
    Array.isArray(value) && value.every(isItem);
