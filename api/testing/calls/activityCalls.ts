import type { Database } from '@star-graph/core/ground/db/connect';
import { Identity } from '@star-graph/core/ground/db/models/user';
import type { DiscordServer } from '../servers/discordServer.ts';
import type { EveryOperation } from './everyOperation.ts';

/** Requests of a person who has opened the Activity. */
export async function createActivityCalls(
  database: Database,
  discord: DiscordServer,
  userId: string,
  taskId: string,
): Promise<EveryOperation['calls']> {
  const known = await Identity.query(database).findOne({ userId, provider: 'discord' });
  const subject = known?.subject ?? '460000000000000001';
  if (!known)
    await Identity.query(database).insert({ userId, provider: 'discord', subject, createdAt: new Date() });
  const asset = await database('assets').where({ taskId }).first('id');
  const channelId = '470000000000000001';
  discord.channels.add(channelId);
  discord.facts.instances.set('i-1', { channelId, guildId: '480000000000000001', users: new Set([subject]) });
  const room = '/api/v1/rooms/i-1';
  return {
    signInByDiscord: () => [{ body: { code: discord.facts.agree({ id: '490000000000000001' }) } }],
    getRoom: () => [{ path: room }],
    prepareOpening: () => [{ body: { taskId } }, { body: {} }],
    postToRoom: () => [{ path: `${room}/posts`, body: { taskId, assetId: asset?.id ?? '' } }],
  };
}
