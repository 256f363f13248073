import { EmbedBuilder } from 'discord.js';
import { inBoth } from '../replies/texts/bilingual.ts';
import type { Locale } from '../replies/texts/locale.ts';
import type { CommandOnOthers } from './command.ts';
import { createSlash } from './options/localise.ts';

const texts = inBoth(
  {
    title: 'What I can do',
    guide: 'Everything in detail',
    menus:
      'Right-click a message, or press and hold it, and choose *Apps*: Upscale, Picture to picture…, Inpaint…, Animate, Image info. On a person: Gift credits.',
    credits:
      'Every picture and video costs credits. /daily gives you some every day, and /balance shows what you have.',
  },
  {
    title: '我能做什么',
    guide: '详细说明',
    menus:
      '右键点击或长按消息，在“APP”中可选择：放大、图生图…、局部重绘…、让图片动起来、图片信息；对成员可选择：赠送积分。',
    credits: '每次生成图片或视频都需要积分。/每日 可领取当天的积分，/余额 可查看积分余额。',
  },
);

/** Where Discord can open it: the page about the bot, in the person's language. */
export const linkGuide = (guide: string | undefined, locale: Locale): string[] =>
  guide?.startsWith('https:')
    ? ['', `[${texts[locale].guide}](${guide}${locale === 'zh-CN' ? 'zh/' : ''}bot.html)`]
    : [];

export const command: CommandOnOthers = (_, listAll) => ({
  data: createSlash({ name: ['help', '帮助'], description: ['What I can do', '我能做什么'] }).toJSON(),
  texts,
  audience: 'private',
  like: null,
  async execute({ client, locale }, interaction) {
    // Help is given without the platform too.
    const status = await client.getStatus().catch(() => undefined);
    const lines = listAll().flatMap(({ data }) => {
      if (!('description' in data)) return [];
      const isChinese = locale === 'zh-CN';
      const name = (isChinese && data.name_localizations?.['zh-CN']) || data.name;
      const description = (isChinese && data.description_localizations?.['zh-CN']) || data.description;
      return [`**/${name}** ${description}`];
    });
    const embed = new EmbedBuilder()
      .setTitle(texts[locale].title)
      .setDescription(
        [
          ...lines,
          '',
          texts[locale].menus,
          '',
          texts[locale].credits,
          ...linkGuide(status?.guide, locale),
        ].join('\n'),
      );
    await interaction.editReply({ content: '', embeds: [embed], allowedMentions: { parse: [] } });
  },
});
