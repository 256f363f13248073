import { checkLedger } from '@star-graph/core/money/credits/ledgerCheck';
import { beforeAll } from 'vitest';
import {
  addBackend,
  createTestPlatform,
  startTestApi,
  type TestApi,
  type TestPlatform,
} from './apiServer.ts';

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

/**
 * Its end fails if the books do not add up: they must after every test.
 * @param options.hasForgedTasks the tests write tasks, or their ends, without the transfers that belong to them.
 */
export const platformFixture = ({ hasBackend = false, hasForgedTasks = false } = {}): TestPlatform =>
  fixture(async () => {
    const platform = await createTestPlatform();
    if (hasBackend) await addBackend(platform);
    return {
      ...platform,
      async [Symbol.asyncDispose]() {
        const check = await checkLedger(platform.db.database);
        await platform[Symbol.asyncDispose]();
        if (!check.ok && !hasForgedTasks)
          throw new Error(`the books do not add up: ${JSON.stringify(check)}`);
      },
    };
  });

/** A process of the API. */
export const apiFixture = (...given: Parameters<typeof startTestApi>): TestApi =>
  fixture(() => startTestApi(...given));

export interface ServiceKey {
  id: string;
  key: string;
}

export async function addServiceKey(api: TestApi, name = 'bot'): Promise<ServiceKey> {
  const token = await api.signInAsAdmin();
  return (await api.call('/api/admin/service-keys', { token, body: { name } })).body;
}

export const serviceKeyFixture = (api: TestApi): ServiceKey => fixture(() => addServiceKey(api));
