import type { Database } from '@star-graph/core/ground/db/connect';
import type { Call, TestApi } from './apiServer.ts';

const guildId = '500000000000000000';
export const guildPath = `/api/v1/guilds/${guildId}`;

/** A Discord server whose shared credits pay for a person. @returns what a call of theirs there has. */
export async function createPayingServer(
  api: TestApi,
  database: Database,
  { admin, service, userId }: Record<'admin' | 'service' | 'userId', string>,
): Promise<Pick<Call, 'token' | 'headers'>> {
  const identity = { provider: 'discord', subject: '500000000000000001' };
  await database('identities').insert({ ...identity, userId, createdAt: new Date() });
  const grant = { amount: 10_000, reason: 'plans', key: 'plans' };
  const granted = await api.call(`/api/admin/guilds/${guildId}/credits`, { token: admin, body: grant });
  const policy = { enabled: true, sharedCreditsPerDay: 10_000 };
  const kept = await api.call(`${guildPath}/policy`, { token: service, method: 'PUT', body: policy });
  for (const { status, body } of [granted, kept])
    if (status >= 400) throw new Error(`the server cannot pay: ${status} ${JSON.stringify(body)}`);
  const headers = {
    'star-graph-act-for': `discord:${identity.subject}`,
    'star-graph-place': `discord:${guildId}`,
  };
  return { token: service, headers };
}
