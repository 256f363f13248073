import { useEffect, useState } from 'preact/hooks';

/** What the item holds, as `read` gives it; undefined until it is known. */
export function useStored<Value>(
  item: { watch(onChange: () => void): () => void },
  read: () => Promise<Value>,
): Value | undefined {
  const [value, setValue] = useState<Value>();
  useEffect(() => {
    const look = () => void read().then(setValue);
    look();
    return item.watch(look);
  }, [item]);
  return value;
}
