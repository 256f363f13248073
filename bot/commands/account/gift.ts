import { type Answerable, answerText } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { repeatWhenLost } from '../../interaction/repeatWhenLost.ts';
import { escapeText } from '../../replies/markdown.ts';
import { Refusal } from '../../replies/problems.ts';
import type { Command } from '../command.ts';
import { createSlash, localise } from '../options/localise.ts';
import { requireSlash } from '../options/requireKind.ts';

const giftBuilder = createSlash({
  name: ['gift', '赠送'],
  description: ['Give credits to somebody', '向他人赠送积分'],
});
giftBuilder
  .addUserOption((option) =>
    localise(option, { name: ['to', '对象'], description: ['Who gets the credits', '接收者'] }).setRequired(
      true,
    ),
  )
  .addIntegerOption((option) =>
    localise(option, { name: ['amount', '数量'], description: ['How many credits', '积分数量'] })
      .setRequired(true)
      .setMinValue(1)
      .setMaxValue(1_000_000),
  );

export const command: Command = {
  data: giftBuilder.toJSON(),
  audience: 'private',
  async execute(context, interaction) {
    const { options } = requireSlash(interaction);
    const { id, bot, username } = options.getUser('to', true);
    const receiver = { id, isBot: bot, name: escapeText(username) };
    await giveCredits(context, interaction, receiver, options.getInteger('amount', true));
  },
};

/**
 * Moves credits once, however often the interaction is repeated.
 * @param to.name in Discord's markdown.
 * @throws Refusal
 */
export async function giveCredits(
  { bot, client, say, person }: Context,
  interaction: Answerable,
  to: { id: string; isBot: boolean; name: string },
  amount: number,
): Promise<void> {
  if (to.id === person) throw new Refusal(say.giftToSelf);
  if (to.isBot) throw new Refusal(say.giftToBot);
  // A first use creates the account, and receiving a gift is a first use.
  await bot.clientFor(to.id).getBalance();
  const body = { to: `discord:${to.id}`, amount, key: `discord:${interaction.id}`, reason: '' };
  const { available } = await repeatWhenLost(() => client.giveCredits({ body }));
  await answerText(interaction, say.gift(amount, to.name, available));
}
