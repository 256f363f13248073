import type { GuildPolicyChange } from '@star-graph/contract/guilds/guildPolicy';
import {
  type ChatInputCommandInteraction,
  InteractionContextType,
  PermissionFlagsBits,
  PermissionsBitField,
  type SlashCommandUserOption,
} from 'discord.js';
import { answerText } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { presentBlocks } from '../replies/blocksEmbed.ts';
import { Refusal } from '../replies/problems.ts';
import { inBoth } from '../replies/texts/bilingual.ts';
import { presentTime } from '../replies/time.ts';
import type { Command } from './command.ts';
import { createChoice, createSlash, localise } from './options/localise.ts';
import { requireSlash } from './options/requireKind.ts';

const texts = inBoth(
  {
    needsModerator: 'You need the Timeout Members or the Manage Server permission for this.',
    blocked: (who: string, until: string) => `${who} is now blocked in this server until ${until}.`,
    blockedForGood: (who: string) => `${who} is now blocked in this server until you unblock them.`,
    unblocked: (who: string) => `${who} is no longer blocked in this server.`,
    notBlocked: (who: string) => `${who} is not blocked in this server. /moderate list shows who is.`,
    isManager: 'Only people who can manage the server can block its moderators and managers.',
    isBot: 'Bots cannot use me. Choose a person.',
  },
  {
    needsModerator: '此操作需要“超时成员”或“管理服务器”权限。',
    blocked: (who, until) => `已在本服务器封禁 ${who}，直到 ${until}。`,
    blockedForGood: (who) => `已在本服务器封禁 ${who}，直到您解除为止。`,
    unblocked: (who) => `已在本服务器解除对 ${who} 的封禁。`,
    notBlocked: (who) => `${who} 未在本服务器被封禁。/管理成员 列表 可查看被封禁的成员。`,
    isManager: '只有能管理本服务器的人才能封禁其管理员。',
    isBot: '机器人不能使用我。请选择一位成员。',
  },
);

const reasonCharacters = 200;
const hourMs = 3_600_000;

const builder = createSlash({
  name: ['moderate', '管理成员'],
  description: ['Choose who may use me in this server', '设置谁可以在本服务器使用我'],
})
  .setContexts(InteractionContextType.Guild)
  .setDefaultMemberPermissions(PermissionFlagsBits.ModerateMembers);

const addMember = (option: SlashCommandUserOption): SlashCommandUserOption =>
  localise(option, { name: ['member', '成员'], description: ['Which member', '哪位成员'] }).setRequired(true);

builder
  .addSubcommand((sub) =>
    localise(sub, {
      name: ['block', '封禁'],
      description: ['Block a member from using me here', '禁止成员在此使用我'],
    })
      .addUserOption(addMember)
      .addStringOption((option) =>
        localise(option, {
          name: ['reason', '原因'],
          description: ['Shown to moderators and kept in the audit log', '供管理员查看，并记入审计日志'],
        })
          .setRequired(true)
          .setMaxLength(reasonCharacters),
      )
      .addIntegerOption((option) =>
        localise(option, {
          name: ['for', '时长'],
          description: ['How long; empty: until unblocked', '持续多久；留空则直到解除'],
        }).addChoices(
          createChoice(['1 hour', '1 小时'], 1),
          createChoice(['6 hours', '6 小时'], 6),
          createChoice(['1 day', '1 天'], 24),
          createChoice(['7 days', '7 天'], 168),
          createChoice(['30 days', '30 天'], 720),
        ),
      ),
  )
  .addSubcommand((sub) =>
    localise(sub, {
      name: ['unblock', '解封'],
      description: ['Let a member use me again', '重新允许成员使用我'],
    }).addUserOption(addMember),
  )
  .addSubcommand((sub) =>
    localise(sub, { name: ['list', '列表'], description: ['Show who is blocked here', '查看谁在此被封禁'] }),
  );

/**
 * A server's blocks, for its moderators. The server's administrators can show the command to other members, so the
 * permission is checked here.
 */
export const command: Command = {
  data: builder.toJSON(),
  texts,
  audience: 'private',
  like: null,
  async execute(context, interaction) {
    const slash = requireSlash(interaction);
    const { say, bot, locale } = context;
    const { guildId, memberPermissions } = slash;
    if (guildId === null) throw new Refusal(say.needsGuild);
    if (!memberPermissions || !moderates(memberPermissions)) throw new Refusal(texts[locale].needsModerator);
    const subcommand = slash.options.getSubcommand();
    if (subcommand === 'block') return block(context, slash, guildId);
    if (subcommand === 'unblock') return unblock(context, slash, guildId);
    const policy = await bot.policies.requireFresh(guildId);
    await slash.editReply({
      content: '',
      embeds: [presentBlocks(say, policy, bot.clock.now())],
      allowedMentions: { parse: [] },
    });
  },
};

const moderates = (permissions: Readonly<PermissionsBitField>): boolean =>
  permissions.any([PermissionFlagsBits.ModerateMembers, PermissionFlagsBits.ManageGuild]);

async function block(context: Context, slash: ChatInputCommandInteraction, guildId: string): Promise<void> {
  const { bot, client, say, locale, person } = context;
  const { id, bot: isBot } = slash.options.getUser('member', true);
  if (isBot) throw new Refusal(texts[locale].isBot);
  requireBlockable(context, slash);
  const hours = slash.options.getInteger('for');
  const until =
    hours === null ? undefined : new Date(bot.clock.now().getTime() + hours * hourMs).toISOString();
  const reason = slash.options.getString('reason', true).trim();
  if (reason === '') throw new Refusal(say.badOption(say.option.reason));
  const entry = { reason, by: person, ...(until === undefined ? {} : { until }) };
  const change: GuildPolicyChange = { block: { [id]: entry } };
  await bot.policies.change(client, guildId, change);
  const who = `<@${id}>`;
  await answerText(
    slash,
    until === undefined ? texts[locale].blockedForGood(who) : texts[locale].blocked(who, presentTime(until)),
  );
}

/** Moderators cannot block each other or anyone above them. @throws Refusal */
function requireBlockable({ locale, person }: Context, slash: ChatInputCommandInteraction): void {
  const { id } = slash.options.getUser('member', true);
  const isManager = slash.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false;
  const target = slash.options.getMember('member');
  if (isManager || id === person || target === null) return;
  const { permissions } = target;
  const theirs = typeof permissions === 'string' ? new PermissionsBitField(BigInt(permissions)) : permissions;
  if (moderates(theirs)) throw new Refusal(texts[locale].isManager);
}

async function unblock(context: Context, slash: ChatInputCommandInteraction, guildId: string): Promise<void> {
  const { bot, client, locale } = context;
  const { id } = slash.options.getUser('member', true);
  const who = `<@${id}>`;
  const { blocks } = await bot.policies.requireFresh(guildId);
  if (!blocks?.[id]) throw new Refusal(texts[locale].notBlocked(who));
  await bot.policies.change(client, guildId, { unblock: [id] });
  await answerText(slash, texts[locale].unblocked(who));
}
