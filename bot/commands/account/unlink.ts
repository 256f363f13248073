import { ActionRowBuilder, ButtonBuilder, ButtonStyle } from 'discord.js';
import { answerText, deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

const texts = inBoth(
  {
    ask: (account: string) =>
      `You use ${account} here. Unlink it? You begin with an empty account here; pictures and credits stay with ${account}.`,
    yes: 'Unlink',
    done: 'Unlinked. You have an account of your own here now, with nothing in it.',
    notLinked: 'Your Discord account is linked to no other account.',
    account: (username: string | null) =>
      username === null ? 'a linked account' : `the account ${username}`,
  },
  {
    ask: (account) =>
      `您在此使用${account}。要解除关联吗？之后您在此将使用一个空账户；图片和积分保留在${account}中。`,
    yes: '解除关联',
    done: '已解除关联。您在此现有一个独立的空账户。',
    notLinked: '您的 Discord 账户未关联其他账户。',
    account: (username) => (username === null ? '一个已关联的账户' : `账户 ${username}`),
  },
);

/** The button that says yes. */
export const unlinkId = 'sg1u:unlink';

export const command: Command = {
  data: createSlash({
    name: ['unlink', '解除关联'],
    description: ['Use an account of your own here again', '在此重新使用独立账户'],
  }).toJSON(),
  texts,
  audience: 'private',
  async execute({ client, locale }, interaction) {
    const say = texts[locale];
    const { username, identities } = await client.getProfile();
    if (username === null && identities.length < 2) throw new Refusal(say.notLinked);
    const yes = new ButtonBuilder().setCustomId(unlinkId).setLabel(say.yes).setStyle(ButtonStyle.Danger);
    await interaction.editReply({
      content: say.ask(say.account(username === null ? null : presentText(username, 64))),
      components: [new ActionRowBuilder<ButtonBuilder>().addComponents(yes).toJSON()],
      allowedMentions: { parse: [] },
    });
  },
};

/** After the yes. A second press finds an account of its own, whose only way in it is. */
export async function unlink({ client, person, locale }: Context, interaction: Press): Promise<void> {
  await deferReply(interaction, 'private');
  await client.unlinkIdentity({ body: { provider: 'discord', subject: person } });
  await answerText(interaction, texts[locale].done);
}
