import { beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from './db/testDatabase.ts';

/**
 * What the tests of a file share, from before the first until after the last. It is empty until then, so hooks and
 * tests may use it, and the body of the file may only take it apart.
 */
export function fixture<T extends object>(start: () => Promise<T & Partial<AsyncDisposable>>): T {
  const shared = {} as T;
  beforeAll(async () => {
    const started = await start();
    Object.assign(shared, started);
    return () => started[Symbol.asyncDispose]?.();
  });
  return shared;
}

export const databaseFixture = (): TestDatabase => fixture(createTestDatabase);
