/** A fixed number of slots under each name, on this process. */
interface NamedSemaphore {
  /** Takes one until the returned function is called (further calls do nothing); undefined when none is left. */
  take(name: string): (() => void) | undefined;
}

export function createNamedSemaphore(limit: number): NamedSemaphore {
  const taken = new Map<string, number>();
  return {
    take(name) {
      const count = taken.get(name) ?? 0;
      if (count >= limit) return undefined;
      taken.set(name, count + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        const rest = (taken.get(name) ?? 1) - 1;
        if (rest === 0) taken.delete(name);
        else taken.set(name, rest);
      };
    },
  };
}
