import { type Browser, browser } from 'wxt/browser';

export interface StoredItem<Value, Known = Value> {
  getValue(): Promise<Known>;
  setValue(value: Value): Promise<void>;
  removeValue(): Promise<void>;
  /** @returns what ends the watch */
  watch(listener: (value: Known, before: Known) => void): () => void;
}

/**
 * One value in the browser's storage: `local` outlives the browser, `session` its workers. The worker is started often,
 * and has no use for the versions and snapshots of a library.
 * @param fallback while nothing is stored; default: `null`
 */
export function createStoredItem<Value>(
  area: 'local' | 'session',
  key: string,
): StoredItem<Value, Value | null>;
export function createStoredItem<Value>(
  area: 'local' | 'session',
  key: string,
  fallback: Value,
): StoredItem<Value>;
export function createStoredItem<Value>(
  area: 'local' | 'session',
  key: string,
  fallback: Value | null = null,
): StoredItem<Value, Value | null> {
  // Found when asked for: a build loads this without a browser.
  const storage = () => browser.storage[area];
  const toValue = (stored: unknown) => (stored as Value | undefined) ?? fallback;
  return {
    getValue: async () => toValue((await storage().get(key))[key]),
    setValue: (value) => storage().set({ [key]: value }),
    removeValue: () => storage().remove(key),
    watch(listener) {
      const onChanged = ({ [key]: change }: Record<string, Browser.storage.StorageChange>) => {
        // Firefox tells of what was written, whether it differs or not.
        if (change && JSON.stringify(change.newValue) !== JSON.stringify(change.oldValue))
          listener(toValue(change.newValue), toValue(change.oldValue));
      };
      storage().onChanged.addListener(onChanged);
      return () => storage().onChanged.removeListener(onChanged);
    },
  };
}
