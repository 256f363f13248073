import type { AnnouncementView } from '@star-graph/contract/platform/announcements';
import { Routes } from 'discord.js';
import type { Bot } from '../interaction/context.ts';
import { nonceOf } from '../tracking/nonce.ts';

/** A server this process serves. */
export interface ServedGuild {
  id: string;
  hasChannel(channelId: string): boolean;
}

const guildsAtOnce = 5;

/**
 * Posts an announcement in the channel that each server's managers chose, in the server's language. A server that
 * cannot be reached does not delay the others.
 */
export async function postAnnouncement(
  bot: Bot,
  guilds: readonly ServedGuild[],
  announcement: AnnouncementView,
): Promise<void> {
  for (let start = 0; start < guilds.length; start += guildsAtOnce) {
    const some = guilds.slice(start, start + guildsAtOnce);
    await Promise.all(
      some.map((guild) =>
        postInGuild(bot, guild, announcement).catch((err: unknown) =>
          bot.log.warn({ err, guildId: guild.id }, 'an announcement was not posted'),
        ),
      ),
    );
  }
}

async function postInGuild(bot: Bot, guild: ServedGuild, { id, message }: AnnouncementView): Promise<void> {
  const { announcementChannelId, locale = 'en' } = await bot.policies.require(guild.id);
  // The settings of one server never reach channels of another.
  if (announcementChannelId === undefined || !guild.hasChannel(announcementChannelId)) return;
  const body = {
    content: message[locale],
    allowed_mentions: { parse: [] },
    nonce: nonceOf('announcement', id, announcementChannelId),
    enforce_nonce: true,
  };
  await bot.rest.post(Routes.channelMessages(announcementChannelId), { body });
}
