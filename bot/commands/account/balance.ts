import type { OwnBalanceView } from '@star-graph/contract/users/credits';
import { TimestampStyles, time } from 'discord.js';
import { type Answerable, answerText } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { describePlace, placeOf } from '../../interaction/place.ts';
import type { Messages } from '../../replies/texts/en.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

/** The balance, what is owed and, if free credits are locked, the part that can be given away. */
export function presentBalance(say: Messages, balance: OwnBalanceView): string {
  const { available, held, debt, giftable, nextGiftable } = balance;
  const lines = [say.balance(available, held)];
  if (debt > 0) lines.push(say.debt(debt));
  if (giftable < available) lines.push(say.giftable(giftable));
  // Shown by Discord in the reader's language and time zone.
  if (nextGiftable)
    lines.push(
      say.nextGiftable(nextGiftable.amount, time(new Date(nextGiftable.at), TimestampStyles.LongDate)),
    );
  return say.sentences(lines);
}

/** The server's credits, and the part that the person may use; nothing if the server never had any. */
async function findShared({ bot, person, say }: Context, interaction: Answerable): Promise<string[]> {
  const { guildId } = interaction;
  if (guildId === null) return [];
  const place = describePlace(await bot.policies.require(guildId), placeOf(interaction));
  const client = bot.clientFor(person, place);
  const { available, member } = await client.getGuildCredits({ params: { discordGuildId: guildId } });
  if (available === 0 && !member) return [];
  const allowance = member ? [say.shared.allowance(member.left, member.perDay)] : [];
  return [say.sentences([say.shared.balance(available), ...allowance])];
}

export const command: Command = {
  data: createSlash({
    name: ['balance', '余额'],
    description: ['Show your credits', '查看您的积分'],
  }).toJSON(),
  audience: 'private',
  async execute(context, interaction) {
    const { client, say } = context;
    const [own, shared] = await Promise.all([client.getBalance(), findShared(context, interaction)]);
    await answerText(interaction, [presentBalance(say, own), ...shared].join('\n'));
  },
};
