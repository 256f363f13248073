import { AuditRecord } from '@star-graph/core/ground/db/models/operation';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { actFor } from '../calls/discord.ts';
import { serviceKeyFixture } from './fixtures.ts';
import { workFixture } from './workServer.ts';

export const policyPath = (guild: string): string => `/api/v1/guilds/${guild}/policy`;

/** An API with the service key of a bot, which keeps the policies of Discord servers. */
export function guildFixture(clock?: Clock) {
  const { platform, api } = workFixture({ SIGN_UP_GRANT: '1000' }, clock);
  const serviceKey = serviceKeyFixture(api);
  return {
    platform,
    api,
    serviceKey,
    change: (guild: string, person: string, body: unknown, method = 'PATCH') =>
      api.call(policyPath(guild), { token: serviceKey.key, method, body, headers: actFor(person) }),
    readPolicy: async (guild: string) => (await api.call(policyPath(guild), { token: serviceKey.key })).body,
    actsOn: async (guild: string) =>
      await AuditRecord.query(platform.db.database)
        .where({ target: `guild:${guild}` })
        .orderBy('id'),
    profileOf: async (person: string) =>
      (await api.call('/api/v1/users/profile', { token: serviceKey.key, headers: actFor(person) })).body,
  };
}
