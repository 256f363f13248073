import { vi } from 'vitest';

/** Waits until a check no longer throws. The limit is for checks that never succeed, not for slow ones. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 120_000, interval: 25 });
