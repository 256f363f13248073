import { ChannelType, type SlashCommandSubcommandBuilder } from 'discord.js';
import { type CommandText, createChoice, localise } from '../options/localise.ts';
import { greatestOf, mostCharacters, type NumericRule } from '../options/ruleLimits.ts';

type Sub = SlashCommandSubcommandBuilder;

export const addNumber = (sub: Sub, text: CommandText, rule: NumericRule): Sub =>
  sub.addIntegerOption((option) => localise(option, text).setMinValue(0).setMaxValue(greatestOf(rule)));

export const serverText: CommandText = {
  name: ['server', '服务器'],
  description: ['Settings for the whole server', '整个服务器的设置'],
};

export const addServer = (sub: Sub): Sub =>
  addNumber(
    sub
      .addBooleanOption((option) =>
        localise(option, {
          name: ['enabled', '启用'],
          description: ['Turn the bot on or off here', '在此启用或停用机器人'],
        }),
      )
      .addStringOption((option) =>
        localise(option, {
          name: ['language', '语言'],
          description: ['For members whose own language I do not speak', '用于我不会其语言的成员'],
        }).addChoices(
          createChoice(['English', '英语 English'], 'en'),
          createChoice(['Simplified Chinese', '简体中文'], 'zh-CN'),
        ),
      ),
    {
      name: ['daily', '每日任务'],
      description: ['Tasks per member per day; 0: no limit', '每位成员每天的任务数；0 为不限'],
    },
    'dailyTasksPerMember',
  )
    .addChannelOption((option) =>
      localise(option, {
        name: ['announcements', '公告频道'],
        description: ['Where I post announcements', '发布公告的频道'],
      }).addChannelTypes(ChannelType.GuildText, ChannelType.GuildAnnouncement),
    )
    .addChannelOption((option) =>
      localise(option, {
        name: ['log', '记录频道'],
        description: [
          'Where I log for moderators who asked for what, and what I refused',
          '向管理员记录谁请求了什么、拒绝了什么的频道',
        ],
      }).addChannelTypes(ChannelType.GuildText),
    )
    .addChannelOption((option) =>
      localise(option, {
        name: ['gallery', '精选频道'],
        description: ['Where I post what members give enough ⭐', '发布获得足够 ⭐ 的结果的频道'],
      }).addChannelTypes(ChannelType.GuildText, ChannelType.GuildAnnouncement),
    )
    .addIntegerOption((option) =>
      localise(option, {
        name: ['stars', '星数'],
        description: ['How many ⭐ that takes; 3 if you never choose', '进入精选频道所需的 ⭐ 数；默认为 3'],
      })
        .setMinValue(1)
        .setMaxValue(greatestOf('galleryStars')),
    )
    .addStringOption((option) =>
      localise(option, {
        name: ['explore', '探索名称'],
        description: [
          'A name under which Explore shows published pictures of the gallery',
          '在“探索”中展示精选频道已公开图片时所用的名称',
        ],
      }).setMaxLength(mostCharacters.exploreName),
    )
    .addStringOption((option) =>
      localise(option, {
        name: ['forget', '取消'],
        description: ['Stop using a channel, or the name in Explore', '不再使用的频道或探索名称'],
      }).addChoices(
        createChoice(['Announcements', '公告频道'], 'announcementChannelId'),
        createChoice(['Log', '记录频道'], 'logChannelId'),
        createChoice(['Gallery', '精选频道'], 'galleryChannelId'),
        createChoice(['Name in Explore', '探索名称'], 'exploreName'),
      ),
    );
