import { vi } from 'vitest';

/** Waits until a check no longer throws; the limit is for what never comes true, not for what is slow. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 });
