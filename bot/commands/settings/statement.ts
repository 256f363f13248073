import type { GuildTransferView } from '@star-graph/contract/guilds/guildCredits';
import { type ChatInputCommandInteraction, EmbedBuilder } from 'discord.js';
import type { Context } from '../../interaction/context.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import type { Messages } from '../../replies/texts/en.ts';

const shown = 15;

/** A server's shared credits and their latest movements. */
export async function answerStatement(
  { client, say }: Context,
  slash: ChatInputCommandInteraction,
  guildId: string,
): Promise<void> {
  const params = { discordGuildId: guildId };
  const [{ available }, { items }] = await Promise.all([
    client.getGuildCredits({ params }),
    client.listGuildTransfers({ params, query: { limit: 2 * shown } }),
  ]);
  // A capture of a full hold is left out: the statement shows the hold.
  const lines = items
    .filter(({ amount }) => amount !== 0)
    .slice(0, shown)
    .map((one) => presentLine(say, one));
  const told = lines.length === 0 ? say.shared.nothingYet : lines.join('\n');
  const embed = new EmbedBuilder()
    .setTitle(say.shared.statementTitle)
    .setDescription(`${say.shared.balance(available)}\n\n${told}`);
  await slash.editReply({ content: '', embeds: [embed.toJSON()], allowedMentions: { parse: [] } });
}

function presentLine(
  say: Messages,
  { kind, amount, memberId, reason, createdAt }: GuildTransferView,
): string {
  const why = kind === 'grant' || kind === 'gift' ? reason : '';
  return [
    `<t:${Math.floor(Date.parse(createdAt) / 1_000)}:R>`,
    `**${amount > 0 ? '+' : '−'}${Math.abs(amount)}**`,
    say.shared.kind[kind],
    ...(memberId === undefined ? [] : [`<@${memberId}>`]),
    ...(why === '' ? [] : [presentText(why, 60)]),
  ].join(' · ');
}
