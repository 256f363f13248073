/** Looks of five seconds each: one moment between two tasks is enough to see what a server keeps. */
export const windowLooks = 60;

/**
 * Tells memory that a server keeps from memory that it uses for a moment: only the least that it used in a whole window
 * of looks counts. The first window with models loaded is what a fresh server needs; what it keeps beyond that later is
 * its growth.
 */
interface MemoryWatch {
  /** @returns the least of the window, once the window is full. */
  look(usedBytes: number): number | undefined;
  /** The process is another one, or has nothing loaded. */
  forget(): void;
}

export function createMemoryWatch(): MemoryWatch {
  let window: number[] = [];
  return {
    look(usedBytes) {
      window = [...window, usedBytes].slice(-windowLooks);
      return window.length < windowLooks ? undefined : Math.min(...window);
    },
    forget() {
      window = [];
    },
  };
}
