import { type ChatInputCommandInteraction, InteractionContextType, PermissionFlagsBits } from 'discord.js';
import { answerText } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { repeatWhenLost } from '../interaction/repeatWhenLost.ts';
import { Refusal } from '../replies/problems.ts';
import { inBoth } from '../replies/texts/bilingual.ts';
import { changeWords, completeWords, describeAdminWords } from './adminWords.ts';
import type { Command } from './command.ts';
import { type CommandText, createSlash, localise } from './options/localise.ts';
import { requireSlash } from './options/requireKind.ts';

const texts = inBoth(
  {
    blocked: (who: string) => `${who} is now blocked. Their unfinished tasks were cancelled.`,
    unblocked: (who: string) => `${who} is no longer blocked.`,
    granted: (who: string, credits: string) => `Done. ${who} now has ${credits}.`,
    announced: 'Announced. It will be posted in every server that has chosen an announcement channel.',
    isBot: 'Bots have no accounts. Choose a person.',
  },
  {
    blocked: (who) => `已封禁 ${who}，其未完成的任务已取消。`,
    unblocked: (who) => `已解除对 ${who} 的封禁。`,
    granted: (who, credits) => `完成。${who} 现有 ${credits}。`,
    announced: '公告已发布，将显示在各服务器所选的公告频道中。',
    isBot: '机器人没有账号。请选择一位成员。',
  },
);

const builder = createSlash({
  name: ['admin', '管理'],
  description: ['For the people who run Star-Graph', '供 Star-Graph 的管理人员使用'],
})
  .setContexts(InteractionContextType.Guild, InteractionContextType.BotDM)
  .setDefaultMemberPermissions(PermissionFlagsBits.Administrator);

const who: CommandText = { name: ['user', '用户'], description: ['Which person', '哪位用户'] };
const why: CommandText = { name: ['reason', '原因'], description: ['Kept in the audit log', '记入审计日志'] };
const howMany: CommandText = {
  name: ['amount', '数量'],
  description: ['A negative number removes credits', '负数为扣除'],
};
const most = 1_000_000_000;
const reasonCharacters = 200;

builder
  .addSubcommand((sub) =>
    localise(sub, { name: ['block', '封禁'], description: ['Block a person', '封禁用户'] })
      .addUserOption((option) => localise(option, who).setRequired(true))
      .addStringOption((option) => localise(option, why).setRequired(true).setMaxLength(reasonCharacters)),
  )
  .addSubcommand((sub) =>
    localise(sub, { name: ['unblock', '解封'], description: ['Unblock a person', '解除封禁'] })
      .addUserOption((option) => localise(option, who).setRequired(true))
      .addStringOption((option) => localise(option, why).setMaxLength(reasonCharacters)),
  )
  .addSubcommand((sub) =>
    localise(sub, { name: ['grant', '发放'], description: ['Add or remove credits', '发放或扣除积分'] })
      .addUserOption((option) => localise(option, who).setRequired(true))
      .addIntegerOption((option) =>
        localise(option, howMany).setRequired(true).setMinValue(-most).setMaxValue(most),
      )
      .addStringOption((option) => localise(option, why).setRequired(true).setMaxLength(reasonCharacters)),
  )
  .addSubcommand((sub) =>
    localise(sub, {
      name: ['share', '共享'],
      description: ["Add or remove this server's shared credits", '发放或扣除本服务器的共享积分'],
    })
      .addIntegerOption((option) =>
        localise(option, howMany).setRequired(true).setMinValue(-most).setMaxValue(most),
      )
      .addStringOption((option) => localise(option, why).setRequired(true).setMaxLength(reasonCharacters)),
  )
  .addSubcommand((sub) =>
    localise(sub, {
      name: ['announce', '公告'],
      description: ['Post an announcement in every server', '在所有服务器发布公告'],
    })
      .addStringOption((option) =>
        localise(option, { name: ['english', '英文'], description: ['In English', '英文内容'] })
          .setRequired(true)
          .setMaxLength(1_000),
      )
      .addStringOption((option) =>
        localise(option, { name: ['chinese', '中文'], description: ['In Chinese', '中文内容'] })
          .setRequired(true)
          .setMaxLength(1_000),
      )
      .addIntegerOption((option) =>
        localise(option, {
          name: ['days', '天数'],
          description: ['Days to show it; empty: no end', '显示天数；留空为不限'],
        })
          .setMinValue(1)
          .setMaxValue(365),
      ),
  )
  .addSubcommand(describeAdminWords);

/**
 * What administrators of the platform do from Discord. The bot keeps no list of them: it asks the API whether the
 * person's account is an administrator's.
 */
export const command: Command = {
  data: builder.toJSON(),
  texts,
  audience: 'private',
  like: null,
  async execute(context, interaction) {
    const slash = requireSlash(interaction);
    const subcommand = slash.options.getSubcommand();
    if (subcommand === 'grant') await grant(context, slash);
    else if (subcommand === 'share') await shareOut(context, slash);
    else if (subcommand === 'announce') await announce(context, slash);
    else if (subcommand === 'words') await changeWords(context, slash);
    else await block(context, slash, subcommand === 'block');
  },
  complete: completeWords,
};

async function block(context: Context, slash: ChatInputCommandInteraction, disabled: boolean): Promise<void> {
  const { client, locale } = context;
  const person = slash.options.getUser('user', true);
  const reason = slash.options.getString('reason');
  const id = await requireAccount(context, person);
  const body = { disabled, ...(reason === null ? {} : { reason }) };
  await client.adminPatchUser({ params: { id }, body });
  const mention = `<@${person.id}>`;
  await answerText(slash, disabled ? texts[locale].blocked(mention) : texts[locale].unblocked(mention));
}

/** Paid once: the interaction is the business key. */
async function grant(context: Context, slash: ChatInputCommandInteraction): Promise<void> {
  const { client, locale } = context;
  const person = slash.options.getUser('user', true);
  const id = await requireAccount(context, person);
  const body = {
    amount: slash.options.getInteger('amount', true),
    reason: slash.options.getString('reason', true),
    key: `discord:${slash.id}`,
  };
  const { available } = await repeatWhenLost(() => client.adminChangeCredits({ params: { id }, body }));
  await answerText(slash, texts[locale].granted(`<@${person.id}>`, context.say.credits(available)));
}

/** Shares credits with the current server, once for each interaction. */
async function shareOut({ client, say }: Context, slash: ChatInputCommandInteraction): Promise<void> {
  const { guildId } = slash;
  if (guildId === null) throw new Refusal(say.needsGuild);
  const body = {
    amount: slash.options.getInteger('amount', true),
    reason: slash.options.getString('reason', true),
    key: `discord:${slash.id}`,
  };
  const { available } = await repeatWhenLost(() =>
    client.adminChangeGuildCredits({ params: { discordGuildId: guildId }, body }),
  );
  await answerText(slash, say.shared.granted(available));
}

/** The account of a Discord user; the first use makes it, and so does this. @throws Refusal */
async function requireAccount(
  { bot, client, locale }: Context,
  person: { id: string; bot: boolean },
): Promise<string> {
  if (person.bot) throw new Refusal(texts[locale].isBot);
  const { items } = await client.adminListUsers({ query: { identity: `discord:${person.id}` } });
  return items[0]?.id ?? (await bot.clientFor(person.id).getProfile()).id;
}

const dayMs = 24 * 3_600_000;

/** Every process posts it in its servers when the API announces it. */
async function announce({ bot, client, locale }: Context, slash: ChatInputCommandInteraction): Promise<void> {
  const { options } = slash;
  const days = options.getInteger('days');
  const message = { en: options.getString('english', true), 'zh-CN': options.getString('chinese', true) };
  const expiresAt =
    days === null ? undefined : new Date(bot.clock.now().getTime() + days * dayMs).toISOString();
  await client.adminCreateAnnouncement({
    body: { message, ...(expiresAt === undefined ? {} : { expiresAt }) },
  });
  await answerText(slash, texts[locale].announced);
}
