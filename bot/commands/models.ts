import { EmbedBuilder } from 'discord.js';
import { escapeText } from '../replies/markdown.ts';
import type { Command } from './command.ts';
import { createSlash } from './localise.ts';

export const models: Command = {
  data: createSlash({
    name: ['models', '模型'],
    description: ['Show the models you can choose', '查看可选的模型'],
  }).toJSON(),
  audience: 'private',
  async execute({ bot, client, say }, interaction) {
    const all = await bot.catalogue.listModels(client);
    const folders: Record<string, string> = say.modelFolder;
    const names = all.filter(({ folder }) => Object.hasOwn(folders, folder));
    const shown = names.slice(0, 40);
    const text = shown.map(({ folder, name }) => `${folders[folder]} · ${escapeText(name)}`).join('\n');
    const embed = new EmbedBuilder()
      .setTitle(say.modelsTitle)
      .setDescription(text === '' ? say.noModels : text.slice(0, 4_000))
      .setFooter({ text: say.moreOf(shown.length, names.length) });
    await interaction.editReply({ content: '', embeds: [embed], allowedMentions: { parse: [] } });
  },
};
