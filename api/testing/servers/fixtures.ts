import { checkLedger } from '@star-graph/core/money/credits/ledgerCheck';
import { fixture } from '@star-graph/core/testing/fixture';
import {
  addBackend,
  createTestPlatform,
  requireBody,
  startTestApi,
  type TestApi,
  type TestPlatform,
} from './apiServer.ts';

export { fixture };

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
  return requireBody(await api.call('/api/admin/service-keys', { token, body: { name } }));
}

export const serviceKeyFixture = (api: TestApi): ServiceKey => fixture(() => addServiceKey(api));
