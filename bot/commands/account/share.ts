import { InteractionContextType } from 'discord.js';
import { answerText } from '../../interaction/acknowledge.ts';
import { repeatWhenLost } from '../../interaction/repeatWhenLost.ts';
import { Refusal } from '../../replies/problems.ts';
import type { Command } from '../command.ts';
import { createSlash, localise } from '../options/localise.ts';
import { requireSlash } from '../options/requireKind.ts';

const builder = createSlash({
  name: ['share', '共享'],
  description: ["Give credits to this server's shared credits", '将积分存入本服务器的共享积分'],
}).setContexts(InteractionContextType.Guild);
builder.addIntegerOption((option) =>
  localise(option, { name: ['amount', '数量'], description: ['How many credits', '积分数量'] })
    .setRequired(true)
    .setMinValue(1)
    .setMaxValue(1_000_000),
);

/** Moves a member's credits to the server once, however often the interaction is repeated. */
export const command: Command = {
  data: builder.toJSON(),
  audience: 'private',
  async execute({ client, say }, interaction) {
    const { options, guildId, id } = requireSlash(interaction);
    if (guildId === null) throw new Refusal(say.needsGuild);
    const amount = options.getInteger('amount', true);
    const { giver, guild } = await repeatWhenLost(() =>
      client.giveGuildCredits({
        params: { discordGuildId: guildId },
        body: { amount, key: `discord:${id}` },
      }),
    );
    await answerText(interaction, say.shared.given(amount, giver.available, guild.available));
  },
};
