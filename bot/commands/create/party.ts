import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  InteractionContextType,
  PermissionFlagsBits,
} from 'discord.js';
import { formatPartyId, type PartyId } from '../../components/buttons/customId.ts';
import { deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { placeOf } from '../../interaction/place.ts';
import { requireAllowed, requireUnblocked } from '../../policy/policyCheck.ts';
import { Refusal } from '../../replies/problems.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import { endParty } from '../../tracking/partyEnd.ts';
import type { Command } from '../command.ts';
import { createSlash, localise } from '../options/localise.ts';
import { requireSlash } from '../options/requireKind.ts';

const texts = inBoth(
  {
    begin: (theme: string, end: string) =>
      `## 🎉 ${theme}\nUntil ${end}: draw something for it in this channel, and react to what you like. Then I put the pictures with the most reactions together.`,
    show: 'Show the best',
    early: (end: string) => `The party goes on until ${end}.`,
    hidden: 'Results are private here, so nobody could see the pictures. Choose another channel.',
    unseen:
      'I have to see this channel, read its history and post files here. Ask the managers of this server.',
    done: 'Here they are.',
  },
  {
    begin: (theme, end) =>
      `## 🎉 ${theme}\n${end} 截止：请在本频道以此为题绘图，并对喜欢的作品添加反应。届时我会将反应最多的作品拼在一起。`,
    show: '展示最佳作品',
    early: (end) => `派对将持续到 ${end}。`,
    hidden: '此处的结果仅本人可见，其他人无法看到作品。请换一个频道。',
    unseen: '我需要查看此频道、阅读消息历史并发送文件的权限。请联系本服务器的管理者。',
    done: '结果已公布。',
  },
);

const minutesAtMost = 180;
const themeCharacters = 100;
const needed = [
  PermissionFlagsBits.ViewChannel,
  PermissionFlagsBits.ReadMessageHistory,
  PermissionFlagsBits.AttachFiles,
  PermissionFlagsBits.SendMessages,
];

export const command: Command = {
  data: createSlash({
    name: ['party', '派对'],
    description: [
      'A theme for this channel for some minutes; the best come together',
      '为本频道设定限时主题，最后展示最佳作品',
    ],
  })
    .setContexts(InteractionContextType.Guild)
    .addStringOption((option) =>
      localise(option, { name: ['theme', '主题'], description: ['What to draw', '画什么'] })
        .setRequired(true)
        .setMaxLength(themeCharacters),
    )
    .addIntegerOption((option) =>
      localise(option, {
        name: ['minutes', '分钟'],
        description: ['How long it goes on; 10 if you say nothing', '持续多久；默认 10 分钟'],
      })
        .setMinValue(1)
        .setMaxValue(minutesAtMost),
    )
    .toJSON(),
  texts,
  audience: 'result',
  async execute(context, interaction) {
    const { bot, say, locale, person } = context;
    const { options } = requireSlash(interaction);
    const theme = options.getString('theme', true).trim();
    const policy = await bot.policies.require(interaction.guildId);
    requireUnblocked(say, policy, person, bot.clock.now());
    requireAllowed(say, policy, placeOf(interaction), { workflow: 'text2img', params: { prompt: theme } });
    if (interaction.ephemeral) throw new Refusal(texts[locale].hidden);
    if (!needed.every((bit) => interaction.appPermissions.has(bit))) throw new Refusal(texts[locale].unseen);
    const seconds = 60 * (options.getInteger('minutes') ?? 10);
    const endsAt = Math.ceil(bot.clock.now().getTime() / 1_000) + seconds;
    const show = new ButtonBuilder()
      .setCustomId(formatPartyId({ endsAt, locale }))
      .setStyle(ButtonStyle.Secondary)
      .setLabel(texts[locale].show);
    const channelId = interaction.channelId ?? '0';
    const guildId = interaction.guildId ?? '0';
    const hold = (forSeconds: number) =>
      context.client.holdParty({
        params: { discordGuildId: guildId, channelId },
        body: { holder: interaction.id, seconds: forSeconds },
      });
    // At the API, since another process may have begun one here, or this one before it was started again.
    const held = await hold(seconds);
    if (!held.isHeld)
      throw new Refusal(texts[locale].early(`<t:${Math.ceil(Date.parse(held.endsAt) / 1_000)}:R>`));
    const message = await interaction
      .editReply({
        content: texts[locale].begin(presentText(theme), `<t:${endsAt}:R>`),
        components: [new ActionRowBuilder<ButtonBuilder>().addComponents(show).toJSON()],
        allowedMentions: { parse: [] },
      })
      .catch(async (error: unknown) => {
        await hold(0);
        throw error;
      });
    const party = { guildId, channelId, messageId: message.id, theme, endsAt, locale };
    // A process that is not running at the end leaves it to the button.
    bot.parties.begin(party, async () => {
      await hold(0);
      await endParty(bot, party);
    });
  },
};

/** After the end, where the bot was not there in time: the message goes on to tell theme and end. */
export async function showBest(
  { bot, locale }: Context,
  interaction: Press,
  { endsAt, locale: spoken }: PartyId,
): Promise<void> {
  await deferReply(interaction, 'private');
  const { early, done } = texts[locale];
  if (bot.clock.now().getTime() < endsAt * 1_000) throw new Refusal(early(`<t:${endsAt}:R>`));
  const { message, channelId } = interaction;
  const guildId = interaction.guildId ?? '0';
  const theme = /^## 🎉 (.*)$/m.exec(message.content)?.[1] ?? '';
  await endParty(bot, { guildId, channelId, messageId: message.id, theme, endsAt, locale: spoken });
  await interaction.editReply({ content: done, allowedMentions: { parse: [] } });
}
