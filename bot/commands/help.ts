import { EmbedBuilder } from 'discord.js';
import type { Command } from './command.ts';
import { createSlash } from './options/localise.ts';

/** Told apart from the list of commands, which holds this one too. */
export const createHelp = (listOthers: () => readonly Command[]): Command => ({
  data: createSlash({ name: ['help', '帮助'], description: ['What I can do', '我能做什么'] }).toJSON(),
  audience: 'private',
  like: null,
  async execute({ say, locale }, interaction) {
    const lines = listOthers().flatMap(({ data }) => {
      if (!('description' in data)) return [];
      const isChinese = locale === 'zh-CN';
      const name = (isChinese && data.name_localizations?.['zh-CN']) || data.name;
      const description = (isChinese && data.description_localizations?.['zh-CN']) || data.description;
      return [`**/${name}** ${description}`];
    });
    const embed = new EmbedBuilder()
      .setTitle(say.help)
      .setDescription([...lines, '', say.helpMenus, '', say.helpCredits].join('\n'));
    await interaction.editReply({ content: '', embeds: [embed], allowedMentions: { parse: [] } });
  },
});
