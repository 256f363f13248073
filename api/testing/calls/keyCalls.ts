import type { TestApi, TestPlatform } from '../servers/apiServer.ts';
import type { EveryOperation } from './everyOperation.ts';

/** How each operation on the platform's keys is called with success. */
export const createKeyCalls = (
  api: TestApi,
  platform: TestPlatform,
  admin: string,
): EveryOperation['calls'] => ({
  adminRotateKey: () => [{ path: '/api/admin/keys/files/rotate', body: { version: 0 } }],
  adminEndKey: async () => {
    await api.call('/api/admin/keys/files/rotate', { token: admin, body: { version: 0 } });
    const { database } = platform.db;
    await database('signing_keys').update({ signsFrom: database.raw('created_at') });
    return [{ path: '/api/admin/keys/files/environment' }];
  },
});
