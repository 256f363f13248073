import { PermissionFlagsBits } from 'discord.js';
import type { Answerable } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { listModelChoices } from '../../replies/modelNames.ts';
import { type PolicyNames, presentPolicy } from '../../replies/policyEmbed.ts';
import { Refusal } from '../../replies/problems.ts';
import { type Command, type CommandOnOthers, listWithdrawable } from '../command.ts';
import { listEngines, rank, toChoice } from '../options/complete.ts';
import { requireSlash } from '../options/requireKind.ts';
import { readChange } from './settingsChange.ts';
import { describeSettings } from './settingsOptions.ts';
import { answerStatement } from './statement.ts';

const needed = ['ViewChannel', 'SendMessages', 'EmbedLinks', 'AttachFiles'] as const;

/**
 * Whether the bot can post in the chosen gallery, as far as it knows. @throws Refusal naming the missing permissions.
 */
function requireGalleryAccess({ say }: Context, interaction: Answerable): void {
  const { options, guild } = requireSlash(interaction);
  const id = options.getChannel('gallery')?.id;
  const me = guild?.members.me;
  const permissions = id === undefined || !me ? undefined : guild.channels.cache.get(id)?.permissionsFor(me);
  if (id === undefined || !permissions) return;
  const lacking = needed.filter((name) => !permissions.has(PermissionFlagsBits[name]));
  if (lacking.length === 0) return;
  const names = lacking.map((name) => say.gallery.permission[name]);
  throw new Refusal(say.gallery.lacks(say.list(names), `<#${id}>`));
}

/**
 * A server's policy, for members who manage the server. The server's administrators can show the command to other
 * members, so the permission is checked here.
 */
export const command: CommandOnOthers = (others) => createSettings(listWithdrawable(others));

const createSettings = (withdrawable: ReadonlyMap<string, string>): Command => ({
  data: describeSettings(withdrawable),
  audience: 'private',
  like: null,
  async execute(context, interaction) {
    const { bot, client, say } = context;
    const slash = requireSlash(interaction);
    const { options, guildId, memberPermissions } = slash;
    if (guildId === null) throw new Refusal(say.needsGuild);
    if (!memberPermissions?.has(PermissionFlagsBits.ManageGuild)) throw new Refusal(say.needsManager);
    requireGalleryAccess(context, interaction);
    const policy = await bot.policies.require(guildId);
    if (options.getSubcommand() === 'statement') {
      await answerStatement(context, slash, guildId);
      return;
    }
    const isShown = options.getSubcommand() === 'show';
    const changed = isShown
      ? policy
      : await bot.policies.change(client, guildId, readChange(context, options, policy, withdrawable));
    await interaction.editReply({
      content: isShown ? '' : say.policySaved,
      embeds: [presentPolicy(say, changed, await findNames(context, withdrawable))],
      allowedMentions: { parse: [] },
    });
  },
  async complete(context, interaction) {
    const { bot, client, locale } = context;
    const { name, value } = interaction.options.getFocused(true);
    if (name === 'workflow') {
      const workflows = await bot.catalogue.listWorkflows(client);
      return rank(
        workflows.map((workflow) => toChoice(workflow.name)),
        value,
      );
    }
    const models = await bot.catalogue.listModels(client);
    const folders = ['checkpoints', 'loras'];
    const choices = listModelChoices(
      models.filter(({ folder }) => folders.includes(folder)),
      locale,
    );
    const all = [...(await listEngines(context)), ...choices];
    // A file may be in both folders.
    return rank([...new Map(all.map((choice) => [choice.value, choice])).values()], value);
  },
});

/** Commands as Discord shows them, and workflows by their titles, in the reader's language. */
async function findNames(
  { bot, client, locale }: Context,
  withdrawable: ReadonlyMap<string, string>,
): Promise<PolicyNames> {
  const listed = await bot.catalogue.listWorkflows(client);
  const titles = new Map(listed.map(({ name, title }) => [name, title[locale]]));
  return {
    command: (name) => `/${(locale === 'zh-CN' && withdrawable.get(name)) || name}`,
    workflow: (name) => titles.get(name) ?? name,
  };
}
