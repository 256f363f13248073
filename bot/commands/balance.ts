import type { OwnBalanceView } from '@star-graph/api/contract/users';
import { TimestampStyles, time } from 'discord.js';
import { answerText } from '../acknowledge.ts';
import type { Messages } from '../replies/en.ts';
import type { Command } from './command.ts';
import { createSlash } from './localise.ts';

/** What there is, and, where free credits have to age, how much of it can be given away. */
export function presentBalance(say: Messages, balance: OwnBalanceView): string {
  const { available, held, giftable, nextGiftable } = balance;
  const lines = [say.balance(available, held)];
  if (giftable < available) lines.push(say.giftable(giftable));
  // Shown by Discord in the reader's language and time zone.
  if (nextGiftable)
    lines.push(
      say.nextGiftable(nextGiftable.amount, time(new Date(nextGiftable.at), TimestampStyles.LongDate)),
    );
  return lines.join(' ');
}

export const balance: Command = {
  data: createSlash({
    name: ['balance', '余额'],
    description: ['Show your credits', '查看您的积分'],
  }).toJSON(),
  audience: 'private',
  async execute({ client, say }, interaction) {
    await answerText(interaction, presentBalance(say, await client.getBalance()));
  },
};
